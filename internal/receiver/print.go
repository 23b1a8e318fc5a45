package receiver

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"bellhop/internal/sign"
)

// maxIndentDepth bounds how deeply nested JSON is still indented: the white
// space of each line grows with its depth, so a short body could fill a disk.
const maxIndentDepth = 100

// maxDump is how much of a binary body is shown, in bytes: five times as much is
// printed, and nobody reads on. The JSON form has all of it.
const maxDump = 4096

// Printer writes requests for people, or one JSON object a line for programs.
// Its methods may be called concurrently; requests never mix.
type Printer struct {
	Out       io.Writer
	NoHeaders bool   // leave header fields and the empty line after them out
	JSON      bool   // one object a line
	Secret    string // if not empty, verify signatures with it and say so

	mu sync.Mutex
}

// Print writes one request with a single call of Write.
func (p *Printer) Print(r *Request) error {
	var text []byte
	if p.JSON {
		text = p.line(r)
	} else {
		text = p.page(r)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err := p.Out.Write(text)
	return err
}

// page is the form of NetBox's webhook_receiver, with the body always shown.
func (p *Printer) page(r *Request) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "[%d] %s %s \"%s %s %s\" %d -\n", r.Number, r.Received.UTC().Format(http.TimeFormat),
		r.Remote, r.Method, visible(r.Target), r.Proto, r.Status)
	if !p.NoHeaders {
		for _, f := range r.Header {
			fmt.Fprintf(&b, "%s: %s\n", visible(f.Name), visible(f.Value))
		}
		b.WriteByte('\n')
	}
	writeBody(&b, r)
	if p.Secret != "" {
		signatures := r.Verify(p.Secret)
		fmt.Fprintf(&b, "Signatures: %s %s, %s %s\n",
			sign.HookHeader, outcome(signatures.Hook), sign.SignatureHeader, outcome(signatures.Standard))
	}
	b.WriteString("------------\n")
	return b.Bytes()
}

// outcome words a check so that a failure is not overlooked.
func outcome(err error) string {
	if err == nil {
		return "valid"
	}
	return "INVALID (" + err.Error() + ")"
}

// writeBody shows a body as far as it is text. Unlike NetBox's receiver it always
// shows one.
func writeBody(b *bytes.Buffer, r *Request) {
	switch {
	case len(r.Body) == 0:
		b.WriteString("(No body)\n")
		return
	case isBinary(r.Body):
		b.WriteString(hex.Dump(r.Body[:min(len(r.Body), maxDump)]))
		if len(r.Body) > maxDump {
			fmt.Fprintf(b, "(the first %d of %d bytes)\n", maxDump, len(r.Body))
		}
		return
	}
	note := ""
	if isJSON(r.Get("Content-Type")) {
		err := indent(b, r.Body)
		if err == nil {
			b.WriteByte('\n')
			return
		}
		note = fmt.Sprintf("(shown as it is: %v)\n", err)
	}
	b.Write(r.Body)
	if !bytes.HasSuffix(r.Body, []byte("\n")) {
		b.WriteByte('\n')
	}
	b.WriteString(note)
}

// indent appends JSON indented by four spaces, keys in their order and numbers
// as they came, or appends nothing and says why.
func indent(b *bytes.Buffer, body []byte) error {
	if !json.Valid(body) {
		var discard json.RawMessage
		return fmt.Errorf("not valid JSON: %w", json.Unmarshal(body, &discard))
	}
	if jsonDepth(body) > maxIndentDepth {
		return fmt.Errorf("JSON nested more than %d levels deep", maxIndentDepth)
	}
	return json.Indent(b, bytes.TrimSpace(body), "", "    ")
}

// jsonDepth returns how deeply valid JSON is nested.
func jsonDepth(body []byte) int {
	depth, deepest := 0, 0
	inString, escaped := false, false
	for _, c := range body {
		switch {
		case escaped:
			escaped = false
		case inString:
			escaped = c == '\\'
			inString = c != '"'
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}

// isJSON accepts parameters and the +json suffix; NetBox's receiver knows only
// the bare application/json, and shows nothing of a body of another type.
func isJSON(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && (mediaType == "application/json" || strings.HasSuffix(mediaType, "+json"))
}

// isBinary reports whether a body is not text, or would play tricks with the
// terminal that shows it.
func isBinary(body []byte) bool {
	if !utf8.Valid(body) {
		return true
	}
	return bytes.ContainsFunc(body, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
	})
}

// visible replaces control characters and broken UTF-8, which header fields
// can hold and which a terminal would act on.
func visible(s string) string {
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case unicode.IsControl(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			b.WriteRune(r)
		}
		s = s[size:]
	}
	return b.String()
}

func hidden(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }

// record is the JSON form of a request. A body that is not UTF-8 is in
// body_base64 instead of body.
type record struct {
	Number     int64             `json:"number"`
	Received   string            `json:"received"`
	Remote     string            `json:"remote"`
	Method     string            `json:"method"`
	Target     string            `json:"target"`
	Proto      string            `json:"proto"`
	Headers    [][2]string       `json:"headers,omitempty"`
	Body       *string           `json:"body,omitempty"`
	BodyBase64 []byte            `json:"body_base64,omitempty"`
	Status     int               `json:"status"`
	Signatures map[string]string `json:"signatures,omitempty"`
}

// line is a request as one line of JSON.
func (p *Printer) line(r *Request) []byte {
	rec := record{
		Number: r.Number, Received: r.Received.UTC().Format("2006-01-02T15:04:05.000000Z"), Remote: r.Remote,
		Method: r.Method, Target: r.Target, Proto: r.Proto, Status: r.Status,
	}
	if !p.NoHeaders {
		for _, f := range r.Header {
			rec.Headers = append(rec.Headers, [2]string{f.Name, f.Value})
		}
	}
	if utf8.Valid(r.Body) {
		body := string(r.Body)
		rec.Body = &body
	} else {
		rec.BodyBase64 = r.Body
	}
	if p.Secret != "" {
		signatures := r.Verify(p.Secret)
		rec.Signatures = map[string]string{
			sign.HookHeader:      outcome(signatures.Hook),
			sign.SignatureHeader: outcome(signatures.Standard),
		}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(rec) // strings and numbers only: cannot fail
	return b.Bytes()
}
