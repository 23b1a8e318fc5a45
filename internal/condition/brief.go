package condition

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"bellhop/jinja/value"
)

// brief returns a value as JSON, cut to about maxBrief bytes. It looks only at
// as much of the value as it shows.
func brief(th *value.Thread, v value.Value) string {
	w := briefWriter{th: th}
	w.value(v, 0)
	return clip(w.String())
}

// clip cuts a text to maxBrief bytes, at a character, and marks the cut.
func clip(text string) string {
	if len(text) <= maxBrief {
		return text
	}
	end := maxBrief - len("…")
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// quote returns a name of the data as JSON, cut short.
func quote(name string) string {
	w := briefWriter{}
	w.text(name)
	return clip(w.String())
}

// maxBriefDepth is how deep brief looks into a value.
const maxBriefDepth = 8

type briefWriter struct {
	strings.Builder
	th *value.Thread
}

// full reports that nothing more will be shown, so that the rest of a large
// value is not even looked at.
func (w *briefWriter) full() bool { return w.Len() > maxBrief }

// value writes any value that JSON has; there are no others in a change.
func (w *briefWriter) value(v value.Value, depth int) {
	switch v := v.(type) {
	case value.NoneType:
		w.WriteString("null")
	case value.Bool:
		w.WriteString(strconv.FormatBool(bool(v)))
	case value.Int:
		w.WriteString(strconv.FormatInt(int64(v), 10))
	case *value.BigInt:
		w.WriteString(v.Big().String())
	case value.Float:
		w.number(float64(v))
	case value.Str:
		w.text(string(v))
	case *value.List:
		w.list(v, depth)
	case *value.Dict:
		w.object(v, depth)
	}
}

// text writes a string. Letters beyond ASCII stay, because people read it.
func (w *briefWriter) text(s string) {
	// One byte more than is shown lets clip see that there was more.
	s = s[:min(len(s), maxBrief+1)]
	if isPlain(s) {
		w.WriteByte('"')
		w.WriteString(s)
		w.WriteByte('"')
		return
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string cannot fail
	w.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// isPlain reports whether a text is the same within JSON quotes, as nearly all
// are.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// number writes a float so that it cannot be taken for an integer.
func (w *briefWriter) number(f float64) {
	s := strconv.FormatFloat(f, 'g', -1, 64)
	if strings.Trim(s, "-0123456789") == "" {
		s += ".0"
	}
	w.WriteString(s)
}

// list writes items until the text is full.
func (w *briefWriter) list(l *value.List, depth int) {
	if depth == maxBriefDepth {
		w.WriteString("[…]")
		return
	}
	w.WriteByte('[')
	for i, item := range l.Items(w.th) {
		if i > 0 {
			w.WriteString(", ")
		}
		if w.full() {
			break
		}
		w.value(item, depth+1)
	}
	w.WriteByte(']')
}

// object writes members until the text is full.
func (w *briefWriter) object(d *value.Dict, depth int) {
	if depth == maxBriefDepth {
		w.WriteString("{…}")
		return
	}
	w.WriteByte('{')
	first := true
	for key, v := range d.All(w.th) {
		if !first {
			w.WriteString(", ")
		}
		first = false
		if w.full() {
			break
		}
		w.value(key, depth+1)
		w.WriteString(": ")
		w.value(v, depth+1)
	}
	w.WriteByte('}')
}
