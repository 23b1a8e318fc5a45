package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"bellhop/internal/pyjson"
	"bellhop/internal/webhook"
)

// The messages of Django REST framework 3.14, which clients show and match.
const (
	msgRequired = valueError("This field is required.")
	msgNull     = valueError("This field may not be null.")
	msgString   = valueError("Not a valid string.")
	msgInteger  = valueError("A valid integer is required.")
	msgNumber   = valueError("A valid number is required.")
	msgBoolean  = valueError("Must be a valid boolean.")
	msgTime     = valueError("Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].")
)

func isNull(raw json.RawMessage) bool { return string(raw) == "null" }

// decodeText takes strings, and numbers as they were written.
func decodeText(raw json.RawMessage, trim bool) (string, error) {
	var text string
	switch c := raw[0]; {
	case c == '"':
		if err := json.Unmarshal(raw, &text); err != nil {
			return "", msgString
		}
	case c == '-' || '0' <= c && c <= '9':
		text = string(raw)
	default:
		return "", msgString
	}
	if trim {
		text = strings.TrimSpace(text)
	}
	return text, nil
}

func decodeInteger(raw json.RawMessage) (int64, error) {
	text, err := decodeText(raw, true)
	if err != nil {
		return 0, msgInteger
	}
	if whole, fraction, ok := strings.Cut(text, "."); ok && strings.Trim(fraction, "0") == "" {
		text = whole
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, msgInteger
	}
	return n, nil
}

func decodeNumber(raw json.RawMessage) (float64, error) {
	text, err := decodeText(raw, true)
	if err != nil {
		return 0, msgNumber
	}
	return parseNumber(text)
}

func parseNumber(text string) (float64, error) {
	// ParseFloat also takes hexadecimal, infinities and underscores.
	if strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, msgNumber
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, msgNumber
	}
	return n, nil
}

func decodeBoolean(raw json.RawMessage) (bool, error) {
	text := string(raw)
	if raw[0] == '"' {
		text, _ = decodeText(raw, false)
	}
	return parseBoolean(text)
}

// parseBoolean takes the words that Django REST framework takes.
func parseBoolean(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true", "t", "yes", "y", "on", "1", "1.0":
		return true, nil
	case "false", "f", "no", "n", "off", "0", "0.0":
		return false, nil
	}
	return false, msgBoolean
}

func decodeChoice(raw json.RawMessage, choices []webhook.Choice) (string, error) {
	if raw[0] == '{' || raw[0] == '[' {
		return "", valueError(`Value must be passed directly (e.g. "foo": 123); do not use a dictionary or list.`)
	}
	text, err := decodeText(raw, false)
	if err != nil {
		text = string(raw)
	}
	if !slices.ContainsFunc(choices, func(c webhook.Choice) bool { return c.Value == text }) {
		return "", valueError(fmt.Sprintf("%q is not a valid choice.", text))
	}
	return text, nil
}

// decodeList takes a list apart.
func decodeList(raw json.RawMessage) ([]json.RawMessage, error) {
	var items []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &items) != nil {
		return nil, valueError(fmt.Sprintf("Expected a list of items but got type %q.", pyjson.TypeName(raw)))
	}
	return items, nil
}

func decodeTexts(raw json.RawMessage) ([]string, error) {
	items, err := decodeList(raw)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(items))
	for i, item := range items {
		if texts[i], err = decodeText(item, true); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// timeLayouts are the ways to write a time, in bodies and in filters.
var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly,
}

// parseTime reads a time; one without a zone is in UTC.
func parseTime(text string) (time.Time, error) {
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC().Truncate(time.Microsecond), nil
		}
	}
	return time.Time{}, msgTime
}

// decodeTime takes null as none.
func decodeTime(raw json.RawMessage) (time.Time, error) {
	if isNull(raw) {
		return time.Time{}, nil
	}
	text, err := decodeText(raw, true)
	if err != nil {
		return time.Time{}, msgTime
	}
	return parseTime(text)
}

// decodeObject takes a JSON object.
func decodeObject(raw json.RawMessage) (json.RawMessage, error) {
	if raw[0] != '{' {
		return nil, valueError(fmt.Sprintf("Expected a dictionary, but got %s.", pyjson.TypeName(raw)))
	}
	return raw, nil
}
