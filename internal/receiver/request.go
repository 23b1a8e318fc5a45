package receiver

import (
	"bytes"
	"net"
	"net/http"
	"strings"
	"time"

	"bellhop/internal/sign"
)

// Request is one request as it arrived. It belongs to whoever gets it.
type Request struct {
	Number   int64     // 1, 2, ... in the order in which requests were complete
	Received time.Time // when the body was complete
	Remote   string    // address of the client, without its port
	Method   string
	Target   string // path and query as sent
	Proto    string // "HTTP/1.1"
	Header   []Field
	Body     []byte // without chunk framing; never decompressed
	Status   int    // what the request is answered with
}

// Field is one header field with the casing it was sent with.
type Field struct {
	Name  string
	Value string // without surrounding white space
}

// newRequest joins what net/http has parsed with the header block as it came.
func newRequest(number int64, conn net.Conn, req *http.Request, head, body []byte, status int) *Request {
	remote, _, err := net.SplitHostPort(conn.RemoteAddr().String())
	if err != nil {
		remote = conn.RemoteAddr().String()
	}
	return &Request{
		Number:   number,
		Received: time.Now(),
		Remote:   remote,
		Method:   req.Method,
		Target:   req.RequestURI,
		Proto:    req.Proto,
		Header:   parseFields(head),
		Body:     body,
		Status:   status,
	}
}

// parseFields splits a header block that net/http has already accepted. A
// folded line (obsolete since RFC 7230) continues the value before it.
func parseFields(head []byte) []Field {
	_, rest, _ := bytes.Cut(head, []byte("\n")) // the request line
	var fields []Field
	for line := range bytes.Lines(rest) {
		text := strings.TrimRight(string(line), "\r\n")
		if len(fields) > 0 && (strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\t")) {
			fields[len(fields)-1].Value += " " + strings.Trim(text, " \t")
			continue
		}
		name, value, _ := strings.Cut(text, ":")
		fields = append(fields, Field{Name: name, Value: strings.Trim(value, " \t")})
	}
	return fields
}

// Get returns the value of the first field with a name, whatever its casing,
// or "".
func (r *Request) Get(name string) string {
	for _, f := range r.Header {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Signatures is the outcome of checking a request's signatures: nil where one
// is right, else an error of package sign.
type Signatures struct {
	Hook     error // X-Hook-Signature
	Standard error // webhook-signature
}

// Verify checks both signatures of a request with the secret of its webhook,
// the age of the timestamp against the moment of receipt.
func (r *Request) Verify(secret string) Signatures {
	headers := sign.StandardHeaders{
		ID:        r.Get(sign.IDHeader),
		Timestamp: r.Get(sign.TimestampHeader),
		Signature: r.Get(sign.SignatureHeader),
	}
	return Signatures{
		Hook:     sign.VerifyHook(secret, r.Get(sign.HookHeader), r.Body),
		Standard: sign.VerifyStandard(secret, headers, r.Body, r.Received, sign.Tolerance),
	}
}
