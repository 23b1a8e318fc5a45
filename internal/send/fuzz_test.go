package send

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"bellhop/internal/webhook"
)

// FuzzRequest writes any request the direct way. What net/http would refuse must
// not go that way, the bytes must be those that it would write, and a server must
// read one request out of them, with the header that was asked for.
func FuzzRequest(f *testing.F) {
	f.Add("POST", "/in?id=1", "Content-Type", "application/json", "X-A", "b", []byte("{}"))
	f.Add("GET", "/a b/ü?q=%0d%0a", "Host", "other.example", "User-Agent", "", []byte(nil))
	f.Add("PUT", "//evil/", "X-Evil\r\nX-B", "1\r\n\r\nGET / HTTP/1.1", "Content-Length", "7", []byte("x"))
	f.Add("DELETE", "/", "Transfer-Encoding", "chunked", "connection", "close", []byte("0\r\n\r\n"))
	f.Add("PUT", "/", "\"", "0", "(a)", "0", []byte("0"))
	f.Add("get", "/\x00", "x-ü", "\x7f", "", ":", []byte("\r\n"))
	f.Fuzz(func(t *testing.T, method, target, name1, value1, name2, value2 string, body []byte) {
		u, err := url.Parse("http://a.example" + target)
		if err != nil || strings.EqualFold(name1, name2) {
			return // names are unique
		}
		u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20") // URLs are escaped
		req := &Request{
			Method: method, URL: u, Body: body,
			Header: []webhook.Header{{Name: name1, Value: value1}, {Name: name2, Value: value2}},
		}
		lines := req.lines()
		if !plain(req, lines) {
			return
		}
		got := appendRequest(nil, req, lines)
		var want bytes.Buffer
		if err := req.build(t.Context(), lines, true).Write(&want); err != nil {
			t.Fatalf("net/http refuses what goes directly: %v\n%q", err, got)
		}
		if want.String() != string(got) {
			t.Fatalf("net/http writes\n%q, and we\n%q", want.String(), got)
		}
		in := bufio.NewReader(bytes.NewReader(got))
		read, err := http.ReadRequest(in)
		if err != nil {
			t.Fatalf("no request: %v\n%q", err, got)
		}
		content, err := io.ReadAll(read.Body)
		if err != nil || !bytes.Equal(content, body) || in.Buffered() > 0 {
			t.Fatalf("body %q, error %v, %d bytes after it; want %q\n%q", content, err, in.Buffered(), body, got)
		}
		for _, line := range lines[1:] {
			if list := read.Header[http.CanonicalHeaderKey(line.Name)]; len(list) != 1 || list[0] != line.Value {
				t.Errorf("%s is %q, want %q\n%q", line.Name, list, line.Value, got)
			}
		}
		if n := len(read.Header); n != len(lines)-1 {
			t.Errorf("%d header lines arrived, want %d\n%q", n, len(lines)-1, got)
		}
	})
}

// FuzzRetryAfter takes any Retry-After: RFC 9110's two forms count, everything else
// is nothing, and whatever it is, the next attempt comes within one and two times
// its step, or within the jitter.
func FuzzRetryAfter(f *testing.F) {
	now := time.Date(2026, 3, 9, 17, 55, 33, 0, time.UTC)
	for _, text := range []string{
		"", "0", "1", "120", "99999999999999999999", "-1", "+1", "1.5", "1e9", " 5", "0x10", "٣", "inf",
		"Mon, 09 Mar 2026 17:57:33 GMT", "Mon, 09 Mar 1926 17:57:33 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Monday, 09-Mar-26 17:57:33 GMT", "Mon Mar  9 17:57:33 2026",
	} {
		f.Add(text, 1, 0.5)
	}
	f.Fuzz(func(t *testing.T, text string, attempts int, random float64) {
		got := retryAfter(http.Header{"Retry-After": {text}}, now)
		want := time.Duration(0)
		if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
			want = time.Duration(seconds) * time.Second
		} else if at, err := http.ParseTime(text); err == nil {
			want = max(0, at.Sub(now))
		}
		if got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
		if attempts < 1 || attempts > 100 || !(random >= 0 && random < 1) {
			return
		}
		failure := webhook.Failure{Attempts: attempts, MaxAttempts: 101, Reason: webhook.ReasonRateLimited, RetryAfter: got}
		step := webhook.RetrySteps[min(attempts, len(webhook.RetrySteps))-1]
		state, wait := failure.Next(random)
		least, most := step, 2*step
		if got == 0 {
			least, most = step*8/10, step*12/10
		}
		if state != webhook.Scheduled || wait < least || wait > most {
			t.Errorf("%q after %d attempts: %v in %v, want it within %v and %v", text, attempts, state, wait, least, most)
		}
	})
}
