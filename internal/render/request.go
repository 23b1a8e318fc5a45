package render

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"bellhop/internal/webhook"
	"bellhop/jinja/value"
)

// Input is a change's context. It decodes it at most once and is safe for
// concurrent use, so that all deliveries of a change share one.
type Input struct {
	Context []byte

	once sync.Once
	vars *value.Dict
	err  error
}

func (in *Input) variables() (*value.Dict, error) {
	in.once.Do(func() {
		parsed, err := value.ParseJSON(in.Context)
		if err != nil {
			in.err = fmt.Errorf("context: %w", err)
			return
		}
		dict, ok := parsed.(*value.Dict)
		if !ok {
			in.err = errors.New("context is not an object")
			return
		}
		in.vars = dict
	})
	return in.vars, in.err
}

// Request is a rendered request.
type Request struct {
	Method string
	// URL may be shared with other requests and must not be changed.
	URL *url.URL
	// Header has unique names. It has no signatures yet.
	Header []webhook.Header
	Body   []byte
	// BodyIsContext says that Body is the change's context itself.
	BodyIsContext bool
}

// Request renders headers, body and URL, in NetBox's order. The error is an
// *[Error] for a fault of the webhook, and another for one of the context.
func (p *Plan) Request(ctx context.Context, in *Input) (*Request, error) {
	r := &Request{Method: p.method}
	text, err := p.headers.render(ctx, in)
	if err != nil {
		return nil, err
	}
	if r.Header, err = p.header(text); err != nil {
		return nil, &Error{Field: p.headers.field, Err: err}
	}
	if p.body.source == "" {
		r.Body, r.BodyIsContext = in.Context, true
	} else {
		body, err := p.body.render(ctx, in)
		if err != nil {
			return nil, err
		}
		if !utf8.ValidString(body) {
			return nil, &Error{Field: p.body.field, Err: errors.New("the body has a lone surrogate, which UTF-8 cannot express")}
		}
		r.Body = []byte(body)
	}
	r.URL, err = p.renderURL(ctx, in)
	return r, err
}

// renderURL returns a URL that is shared when it is the same for all changes.
func (p *Plan) renderURL(ctx context.Context, in *Input) (*url.URL, error) {
	target, err := p.target, p.targetErr
	if p.url.template != nil {
		text, renderErr := p.url.render(ctx, in)
		if renderErr != nil {
			return nil, renderErr
		}
		target, err = parseURL(text)
	}
	if err != nil {
		return nil, &Error{Field: p.url.field, Err: err}
	}
	return target, nil
}

// reserved names are Bellhop's or the connection's own. Templates cannot set
// them: the signature must be ours, and a wrong length would break the request.
var reserved = []string{
	"x-hook-signature", "webhook-id", "webhook-timestamp", "webhook-signature",
	"content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer", "upgrade", "proxy-connection",
}

// Reserved reports whether templates cannot set a header, whatever its case.
func Reserved(name string) bool { return slices.Contains(reserved, strings.ToLower(name)) }

// header turns the rendered text into header lines, beginning with Content-Type
// and User-Agent, which the text may replace. Of equal names the last wins, as
// in NetBox, in the place of the first.
func (p *Plan) header(text string) ([]webhook.Header, error) {
	list := make([]webhook.Header, 0, 8)
	list = append(list, webhook.Header{Name: "Content-Type", Value: p.contentType})
	if p.userAgent != "" {
		list = append(list, webhook.Header{Name: "User-Agent", Value: p.userAgent})
	}
	for line := range pythonLines(text) {
		name, content, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		name, content = strings.TrimFunc(name, isPythonSpace), strings.TrimFunc(content, isPythonSpace)
		if err := checkHeader(name, content); err != nil {
			return nil, err
		}
		if Reserved(name) {
			continue
		}
		same := func(h webhook.Header) bool { return strings.EqualFold(h.Name, name) }
		if i := slices.IndexFunc(list, same); i >= 0 {
			list[i] = webhook.Header{Name: name, Value: content}
		} else {
			list = append(list, webhook.Header{Name: name, Value: content})
		}
	}
	return list, nil
}

// checkHeader refuses what could break out of a header line, and names that are
// not tokens (RFC 9110 section 5.6.2).
func checkHeader(name, content string) error {
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !isToken(r) }) {
		return fmt.Errorf("%q is not a header name", name)
	}
	control := func(r rune) bool { return r < 0x20 && r != '\t' || r == 0x7f }
	if strings.ContainsFunc(content, control) {
		return fmt.Errorf("the value of %s has a control character", name)
	}
	if !utf8.ValidString(content) {
		return fmt.Errorf("the value of %s has a lone surrogate, which UTF-8 cannot express", name)
	}
	return nil
}

func isToken(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// pythonLines yields the lines of text as Python's str.splitlines does: NetBox
// splits headers so, and a value could otherwise hide a line end from us that
// it knows.
func pythonLines(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for text != "" {
			line, rest := text, ""
			if i := strings.IndexFunc(text, isLineEnd); i >= 0 {
				_, size := utf8.DecodeRuneInString(text[i:])
				line, rest = text[:i], text[i+size:]
				if text[i] == '\r' && strings.HasPrefix(rest, "\n") {
					rest = rest[1:]
				}
			}
			if !yield(line) {
				return
			}
			text = rest
		}
	}
}

func isLineEnd(r rune) bool {
	return r >= '\n' && r <= '\r' || r >= 0x1c && r <= 0x1e || r == 0x85 || r == 0x2028 || r == 0x2029
}

// isPythonSpace is what Python's str.strip() removes.
func isPythonSpace(r rune) bool {
	switch {
	case r >= '\t' && r <= '\r', r >= 0x1c && r <= 0x20, r == 0x85, r == 0xa0, r == 0x1680,
		r >= 0x2000 && r <= 0x200a, r == 0x2028, r == 0x2029, r == 0x202f, r == 0x205f, r == 0x3000:
		return true
	}
	return false
}

// parseURL reads a rendered URL as Python's requests does, which NetBox sends
// with: white space around it is dropped, and what may not stand in a URL is
// percent-encoded behind the host.
func parseURL(text string) (*url.URL, error) {
	text = strings.TrimFunc(text, isPythonSpace)
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return nil, errors.New("the URL must begin with http:// or https://")
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	u, err := url.Parse(scheme + "://" + rest[:end] + escapeURL(rest[end:]))
	if err != nil {
		// The parser's error would quote the URL, credentials included.
		return nil, errors.New("the URL is malformed")
	}
	if u.Hostname() == "" {
		return nil, errors.New("the URL has no host")
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// escapeURL percent-encodes what is not allowed in path, query and fragment, and
// a percent sign that encodes nothing.
func escapeURL(text string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case c == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			b.WriteByte(c)
		case c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}%", c) >= 0:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
