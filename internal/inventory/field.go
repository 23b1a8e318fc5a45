package inventory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bellhop/internal/pyjson"
	"bellhop/internal/webhook"
)

// Texts of Django REST framework 3.14, as NetBox's API shows them.
const (
	msgRequired  = "This field is required."
	msgNull      = "This field may not be null."
	msgBlank     = "This field may not be blank."
	msgString    = "Not a valid string."
	msgNUL       = "Null characters are not allowed."
	msgMaxLength = "Ensure this field has no more than %d characters."
	msgSlug      = `Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.`
	msgInteger   = "A valid integer is required."
	msgNumber    = "A valid number is required."
	msgPlaces    = "Ensure that there are no more than %d decimal places."
	msgMin       = "Ensure this value is greater than or equal to %s."
	msgMax       = "Ensure this value is less than or equal to %s."
	msgBoolean   = "Must be a valid boolean."
	msgDate      = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."
	msgDatetime  = "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
	msgChoice    = "%q is not a valid choice."
	msgPassValue = `Value must be passed directly (e.g. "foo": 123); do not use a dictionary or list.`
	msgList      = `Expected a list of items but got type "%s".`
	msgAddress   = "Invalid IP address format: %s"
	msgPrefix    = "Invalid IP prefix format: %s"
	msgHostBits  = "%s is not a valid prefix. Did you mean %s?"
)

// null is what fields without a value hold.
var null = json.RawMessage("null")

// parsers read a value that is not null, for every kind but references. They
// return what is stored, or a message.
var parsers = map[webhook.FieldKind]func(*webhook.Field, json.RawMessage) (json.RawMessage, string){
	webhook.FieldText:        parseText,
	webhook.FieldInteger:     parseInteger,
	webhook.FieldDecimal:     parseDecimal,
	webhook.FieldBoolean:     parseBoolean,
	webhook.FieldDate:        parseDate,
	webhook.FieldDatetime:    parseDatetime,
	webhook.FieldChoice:      parseChoice,
	webhook.FieldMultiChoice: parseMultiChoice,
	webhook.FieldIPAddress:   parseIPAddress,
	webhook.FieldIPPrefix:    parseIPPrefix,
	webhook.FieldJSON:        parseJSON,
}

// parseField checks one value and returns what is stored for it, or a message.
func parseField(f *webhook.Field, raw json.RawMessage) (stored json.RawMessage, message string) {
	if isNull(raw) {
		return parseNull(f)
	}
	return parsers[f.Kind](f, raw)
}

// parseNull accepts null where a field can be without a value. A choice that is
// not required is one of those, as in NetBox, whose API reads it back as null.
func parseNull(f *webhook.Field) (json.RawMessage, string) {
	switch {
	case f.Nullable:
		return null, ""
	case f.Kind == webhook.FieldChoice && !f.Required, f.Kind == webhook.FieldJSON && !f.Required:
		return null, ""
	}
	return nil, msgNull
}

// empty returns what a field holds that was not given and has no default.
func empty(f *webhook.Field) json.RawMessage {
	if f.Default != nil {
		stored, _ := parseField(f, f.Default) // checked with the type
		return stored
	}
	switch f.Kind {
	case webhook.FieldMultiChoice, webhook.FieldReferences:
		return json.RawMessage("[]")
	case webhook.FieldBoolean:
		if !f.Nullable {
			return json.RawMessage("false")
		}
	case webhook.FieldText:
		if !f.Nullable {
			return json.RawMessage(`""`)
		}
	}
	return null
}

var slugPattern = regexp.MustCompile(`^[-a-zA-Z0-9_]+$`)

// scalarText returns a text, or a number as it was written, which Django REST
// framework accepts for texts.
func scalarText(raw json.RawMessage) (string, bool) {
	if text, ok := textOf(raw); ok {
		return text, true
	}
	if raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9' {
		return string(raw), true
	}
	return "", false
}

// parseText trims and checks a text. Trimming comes first, as in Django REST
// framework, so that blanks do not count as a value.
func parseText(f *webhook.Field, raw json.RawMessage) (json.RawMessage, string) {
	text, ok := scalarText(raw)
	if !ok {
		return nil, msgString
	}
	text = strings.TrimSpace(text)
	switch {
	case strings.ContainsRune(text, 0):
		return nil, msgNUL
	case text == "" && f.Required:
		return nil, msgBlank
	case text == "" && f.Nullable && f.Unique:
		return null, "" // so that many objects can be without one
	case f.MaxLength > 0 && utf8.RuneCountInString(text) > f.MaxLength:
		return nil, fmt.Sprintf(msgMaxLength, f.MaxLength)
	case f.Name == "slug" && text != "" && !slugPattern.MatchString(text):
		return nil, msgSlug
	}
	return quoted(text), ""
}

// parseInteger takes texts, and decimals whose places are all zero.
func parseInteger(f *webhook.Field, raw json.RawMessage) (json.RawMessage, string) {
	text, ok := scalarText(raw)
	if !ok {
		return nil, msgInteger
	}
	text = strings.TrimSpace(text)
	if whole, fraction, ok := strings.Cut(text, "."); ok && strings.Trim(fraction, "0") == "" {
		text = whole
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, msgInteger
	}
	if message := checkBounds(f, new(big.Rat).SetInt64(n)); message != "" {
		return nil, message
	}
	return number(n), ""
}

// maxNumber bounds the text of a number, so that an exponent cannot blow it up.
const maxNumber = 40

// parseDecimal stores a number with exactly the field's places, so that the same
// value is always the same text. It computes with fractions, not with floats,
// because 0.1 has to stay 0.1.
func parseDecimal(f *webhook.Field, raw json.RawMessage) (json.RawMessage, string) {
	text, ok := scalarText(raw)
	text = strings.TrimSpace(text)
	// SetString would also take fractions, other bases and huge exponents.
	if !ok || len(text) > maxNumber || strings.ContainsAny(text, "/_xXbBoOpP") {
		return nil, msgNumber
	}
	if _, exponent, has := strings.Cut(strings.ToLower(text), "e"); has {
		if n, err := strconv.Atoi(exponent); err != nil || n < -20 || n > 20 {
			return nil, msgNumber
		}
	}
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, msgNumber
	}
	stored := n.FloatString(f.Places)
	if again, ok := new(big.Rat).SetString(stored); !ok || again.Cmp(n) != 0 {
		return nil, fmt.Sprintf(msgPlaces, f.Places)
	}
	if message := checkBounds(f, n); message != "" {
		return nil, message
	}
	return json.RawMessage(stored), ""
}

// checkBounds returns a message for a number that is too small or too large.
func checkBounds(f *webhook.Field, n *big.Rat) string {
	if f.Min != nil && n.Cmp(new(big.Rat).SetFloat64(*f.Min)) < 0 {
		return fmt.Sprintf(msgMin, strconv.FormatFloat(*f.Min, 'f', -1, 64))
	}
	if f.Max != nil && n.Cmp(new(big.Rat).SetFloat64(*f.Max)) > 0 {
		return fmt.Sprintf(msgMax, strconv.FormatFloat(*f.Max, 'f', -1, 64))
	}
	return ""
}

// parseBoolean takes what Django REST framework takes.
func parseBoolean(_ *webhook.Field, raw json.RawMessage) (json.RawMessage, string) {
	text, ok := textOf(raw)
	if !ok {
		text = string(raw)
	}
	switch strings.ToLower(text) {
	case "true", "t", "yes", "y", "on", "1", "1.0":
		return json.RawMessage("true"), ""
	case "false", "f", "no", "n", "off", "0", "0.0":
		return json.RawMessage("false"), ""
	}
	return nil, msgBoolean
}

// parseDate takes one form only, which sorts as text.
func parseDate(_ *webhook.Field, raw json.RawMessage) (json.RawMessage, string) {
	text, _ := textOf(raw)
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return nil, msgDate
	}
	return quoted(text), ""
}

// timeFormat is how moments are stored and shown: UTC with microseconds.
const timeFormat = "2006-01-02T15:04:05.000000Z"

// parseDatetime takes the forms of ISO 8601 that Django does, and counts a moment
// without a zone as UTC.
func parseDatetime(_ *webhook.Field, raw json.RawMessage) (json.RawMessage, string) {
	text, _ := textOf(raw)
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04",
		"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04",
	} {
		if moment, err := time.Parse(layout, text); err == nil {
			return quoted(moment.UTC().Format(timeFormat)), ""
		}
	}
	return nil, msgDatetime
}

// parseChoice takes a value of the field, not its label.
func parseChoice(f *webhook.Field, raw json.RawMessage) (json.RawMessage, string) {
	if raw[0] == '{' || raw[0] == '[' {
		return nil, msgPassValue
	}
	text, ok := scalarText(raw)
	if !ok {
		text = string(raw) // true, false
	}
	if text == "" {
		if f.Required {
			return nil, msgBlank
		}
		return null, ""
	}
	if findChoice(f, text) == nil {
		return nil, fmt.Sprintf(msgChoice, text)
	}
	return quoted(text), ""
}

// findChoice returns the choice with a value, or nil.
func findChoice(f *webhook.Field, value string) *webhook.Choice {
	i := slices.IndexFunc(f.Choices, func(c webhook.Choice) bool { return c.Value == value })
	if i < 0 {
		return nil
	}
	return &f.Choices[i]
}

// parseItems splits a JSON list.
func parseItems(raw json.RawMessage) ([]json.RawMessage, string) {
	if raw[0] != '[' {
		return nil, fmt.Sprintf(msgList, pyjson.TypeName(raw))
	}
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return nil, fmt.Sprintf(msgList, pyjson.TypeName(raw))
	}
	return items, ""
}

// parseMultiChoice keeps the order given and leaves repetitions out.
func parseMultiChoice(f *webhook.Field, raw json.RawMessage) (json.RawMessage, string) {
	items, message := parseItems(raw)
	if message != "" {
		return nil, message
	}
	var values []json.RawMessage
	for _, item := range items {
		if isNull(item) {
			return nil, fmt.Sprintf(msgChoice, "null")
		}
		stored, message := parseChoice(&webhook.Field{Required: true, Choices: f.Choices}, item)
		if message != "" {
			return nil, message
		}
		if !slices.ContainsFunc(values, func(v json.RawMessage) bool { return bytes.Equal(v, stored) }) {
			values = append(values, stored)
		}
	}
	if len(values) == 0 && f.Required {
		return nil, "This selection may not be empty."
	}
	return list(values), ""
}

// list writes values as a JSON list.
func list(values []json.RawMessage) json.RawMessage {
	return slices.Concat([]byte("["), bytes.Join(toBytes(values), []byte(",")), []byte("]"))
}

func toBytes(values []json.RawMessage) [][]byte {
	out := make([][]byte, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// parseIPAddress takes an address with or without the length of its network,
// and stores it with one, as NetBox does.
func parseIPAddress(_ *webhook.Field, raw json.RawMessage) (json.RawMessage, string) {
	text, _ := scalarText(raw)
	prefix, err := netip.ParsePrefix(strings.TrimSpace(text))
	if err != nil {
		address, err := netip.ParseAddr(strings.TrimSpace(text))
		if err != nil || address.Zone() != "" {
			return nil, fmt.Sprintf(msgAddress, text)
		}
		prefix = netip.PrefixFrom(address, address.BitLen())
	}
	return quoted(prefix.String()), ""
}

// parseIPPrefix refuses bits set beyond the length, as NetBox does, and names the
// prefix that was probably meant.
func parseIPPrefix(_ *webhook.Field, raw json.RawMessage) (json.RawMessage, string) {
	text, _ := scalarText(raw)
	prefix, err := netip.ParsePrefix(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Sprintf(msgPrefix, text)
	}
	if prefix != prefix.Masked() {
		return nil, fmt.Sprintf(msgHostBits, prefix, prefix.Masked())
	}
	return quoted(prefix.String()), ""
}

// parseJSON takes anything.
func parseJSON(_ *webhook.Field, raw json.RawMessage) (json.RawMessage, string) {
	return compact(raw), ""
}

// compact writes JSON without white space, so that the same value is the same
// bytes.
func compact(raw json.RawMessage) json.RawMessage {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return null // valid JSON comes here
	}
	return b.Bytes()
}
