package inventory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"bellhop/internal/pyjson"
	"bellhop/internal/webhook"
)

// maxDepth bounds the nesting of what people send; it is below what the default
// body of a webhook can hold.
const maxDepth = 100

// members is a JSON object with its order kept and its values undecoded.
type members []member

type member struct {
	name  string
	value json.RawMessage
}

// parseMembers reads a JSON object. Of equal names the last value counts, at
// the place of the first.
func parseMembers(text []byte) (members, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	opening, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	if opening != json.Delim('{') {
		return nil, errNotObject
	}
	var j joining
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, err
		}
		j.set(name.(string), value)
	}
	_, err = decoder.Token()
	return j.members, err
}

// joining puts many members into an object. They come from people and may be
// hundreds of thousands: searched one by one they would take minutes, in a
// transaction that everybody waits for.
type joining struct {
	members members
	// at says where each member is; nil while they are few.
	at map[string]int
}

// fewMembers is up to how many members a search takes less than a map.
const fewMembers = 32

// set replaces a member's value or adds a member at the end.
func (j *joining) set(name string, value json.RawMessage) {
	if len(j.members) < fewMembers {
		j.members.set(name, value)
		return
	}
	if j.at == nil {
		j.at = make(map[string]int)
		for i := range j.members {
			j.at[j.members[i].name] = i
		}
	}
	if i, there := j.at[name]; there {
		j.members[i].value = value
		return
	}
	j.at[name] = len(j.members)
	j.members = append(j.members, member{name, value})
}

var errNotObject = errors.New("not a JSON object")

// parseBody reads what a client sent for one object. Errors are
// [webhook.Error]s in the words of Django REST framework.
func parseBody(text []byte) (members, error) {
	if !json.Valid(text) {
		var discard any
		return nil, webhook.Errorf(webhook.CodeInvalid, "JSON parse error - %v", json.Unmarshal(text, &discard))
	}
	if !utf8.Valid(text) {
		return nil, webhook.Errorf(webhook.CodeInvalid, "JSON parse error - the text is not UTF-8")
	}
	if depth(text) > maxDepth {
		return nil, webhook.Errorf(webhook.CodeInvalid, "JSON is nested more than %d levels deep.", maxDepth)
	}
	m, err := parseMembers(text)
	if err != nil {
		return nil, &webhook.Error{Code: webhook.CodeInvalid, Fields: map[string][]string{
			"non_field_errors": {fmt.Sprintf("Invalid data. Expected a dictionary, but got %s.", pyjson.TypeName(text))},
		}}
	}
	return m, nil
}

// depth returns how deeply valid JSON is nested.
func depth(text []byte) int {
	now, deepest := 0, 0
	inString, escaped := false, false
	for _, c := range text {
		switch {
		case escaped:
			escaped = false
		case inString:
			escaped, inString = c == '\\', c != '"'
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}

// get returns a member's value. It searches one by one: objects have few members,
// and a map would cost more than it saves.
func (m members) get(name string) (json.RawMessage, bool) {
	for i := range m {
		if m[i].name == name {
			return m[i].value, true
		}
	}
	return nil, false
}

// text returns the text of a member, or "" if it is none.
func (m members) text(name string) string {
	raw, _ := m.get(name)
	text, _ := textOf(raw)
	return text
}

// set replaces a member's value or adds a member at the end.
func (m *members) set(name string, value json.RawMessage) {
	for i := range *m {
		if (*m)[i].name == name {
			(*m)[i].value = value
			return
		}
	}
	*m = append(*m, member{name, value})
}

// json writes the object.
func (m members) json() []byte {
	dst := []byte{'{'}
	for i := range m {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendName(dst, m[i].name)
		dst = append(dst, m[i].value...)
	}
	return append(dst, '}')
}

// appendName writes a name and its colon.
func appendName(dst []byte, name string) []byte { return append(appendQuoted(dst, name), ':') }

// quoted returns a text as JSON.
func quoted(text string) []byte { return appendQuoted(make([]byte, 0, len(text)+2), text) }

// appendQuoted writes a text as JSON.
func appendQuoted(dst []byte, text string) []byte {
	if isPlain(text) {
		dst = append(append(dst, '"'), text...)
		return append(dst, '"')
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text cannot fail
	return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

func number(n int64) json.RawMessage { return strconv.AppendInt(nil, n, 10) }

// textOf decodes a JSON string.
func textOf(raw json.RawMessage) (string, bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	if inner := raw[1 : len(raw)-1]; isPlain(string(inner)) {
		return string(inner), true
	}
	var text string
	err := json.Unmarshal(raw, &text)
	return text, err == nil
}

// isPlain reports whether a text is the same within JSON quotes. Nearly all
// names and values are, and then need no encoder and no decoder.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// isNull reports null, and the absence of any value.
func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }
