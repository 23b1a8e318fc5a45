package receiver_test

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/receiver"
	"bellhop/internal/sign"
)

// sample is the request of NetBox's documentation.
func sample() *receiver.Request {
	return &receiver.Request{
		Number: 1, Received: time.Date(2020, 4, 7, 17, 44, 2, 0, time.UTC), Remote: "127.0.0.1",
		Method: "POST", Target: "/", Proto: "HTTP/1.1", Status: 200,
		Header: []receiver.Field{
			{Name: "Host", Value: "localhost:9000"},
			{Name: "User-Agent", Value: "curl/7.58.0"},
			{Name: "Accept", Value: "*/*"},
			{Name: "Content-Length", Value: "14"},
			{Name: "Content-Type", Value: "application/x-www-form-urlencoded"},
		},
		Body: []byte(`{"foo": "bar"}`),
	}
}

func TestPrintSample(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := (&receiver.Printer{Out: &out}).Print(sample()); err != nil {
		t.Fatal(err)
	}
	const want = `[1] Tue, 07 Apr 2020 17:44:02 GMT 127.0.0.1 "POST / HTTP/1.1" 200 -
Host: localhost:9000
User-Agent: curl/7.58.0
Accept: */*
Content-Length: 14
Content-Type: application/x-www-form-urlencoded

{"foo": "bar"}
------------
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPrintBody(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 101) + strings.Repeat("]", 101)
	cases := []struct{ name, contentType, body, want string }{
		{"none", "application/json", "", "(No body)\n"},
		{"JSON", "application/json", `{"b":{"n":1.50},"a":["ü",[]]}`, "{\n    \"b\": {\n        \"n\": 1.50\n    },\n    \"a\": [\n        \"ü\",\n        []\n    ]\n}\n"},
		{"JSON with parameters", "Application/JSON; charset=utf-8", "[1]\n", "[\n    1\n]\n"},
		{"JSON suffix", "application/cloudevents+json", "[1]", "[\n    1\n]\n"},
		{"broken JSON", "application/json", `{"a": `, "{\"a\": \n(shown as it is: not valid JSON: unexpected end of JSON input)\n"},
		{"deep JSON", "application/json", deep, deep + "\n(shown as it is: JSON nested more than 100 levels deep)\n"},
		{"brackets in a string are not depth", "application/json", `"` + strings.Repeat(`[\"`, 101) + `"`, `"` + strings.Repeat(`[\"`, 101) + "\"\n"},
		{"text", "text/plain", "one\ntwo\n", "one\ntwo\n"},
		{"JSON of another type stays as it is", "text/plain", `{"a":1}`, "{\"a\":1}\n"},
		{"not UTF-8", "application/octet-stream", "\x00\x01\xff", "00000000  00 01 ff                                          |...|\n"},
		{"terminal escape", "text/plain", "\x1b[2J", "00000000  1b 5b 32 4a                                       |.[2J|\n"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := sample()
			r.Header = []receiver.Field{{Name: "content-type", Value: tc.contentType}}
			r.Body = []byte(tc.body)
			var out bytes.Buffer
			if err := (&receiver.Printer{Out: &out, NoHeaders: true}).Print(r); err != nil {
				t.Fatal(err)
			}
			want := "[1] Tue, 07 Apr 2020 17:44:02 GMT 127.0.0.1 \"POST / HTTP/1.1\" 200 -\n" + tc.want + "------------\n"
			if diff := cmp.Diff(want, out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPrintLongBinary(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Body = make([]byte, 1<<20)
	var out bytes.Buffer
	if err := (&receiver.Printer{Out: &out, NoHeaders: true}).Print(r); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(out.String(), "|\n(the first 4096 of 1048576 bytes)\n------------\n") || strings.Count(out.String(), "\n") != 4096/16+3 {
		t.Errorf("%d bytes, ending in %q", out.Len(), out.String()[max(0, out.Len()-200):])
	}
}

func TestPrintHidesControlCharacters(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Target = "/\x1b[31m"
	r.Header = []receiver.Field{{Name: "X", Value: "a\x07b\xffc\ufffdü"}}
	var out bytes.Buffer
	if err := (&receiver.Printer{Out: &out}).Print(r); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"POST /\x1b[31m HTTP/1.1"`) || !strings.Contains(out.String(), "X: a\\x07b\\xffc\ufffdü\n") {
		t.Errorf("got %q", out.String())
	}
}

func TestPrintSignatures(t *testing.T) {
	t.Parallel()
	signed := sample()
	standard := sign.Standard("secret", "msg_1", signed.Received, signed.Body)
	signed.Header = []receiver.Field{
		{Name: "x-hook-signature", Value: sign.Hook("secret", signed.Body)},
		{Name: "Webhook-Id", Value: standard.ID},
		{Name: "Webhook-Timestamp", Value: standard.Timestamp},
		{Name: "Webhook-Signature", Value: standard.Signature},
	}
	stale := sample()
	stale.Header = signed.Header
	stale.Received = signed.Received.Add(time.Hour)
	cases := []struct {
		name, secret, want string
		r                  *receiver.Request
	}{
		{"valid", "secret", "Signatures: X-Hook-Signature valid, webhook-signature valid\n", signed},
		{"other secret", "other", "Signatures: X-Hook-Signature INVALID (signature does not match), webhook-signature INVALID (signature does not match)\n", signed},
		{"stale", "secret", "Signatures: X-Hook-Signature valid, webhook-signature INVALID (timestamp is not acceptable: older than 5m0s)\n", stale},
		{"unsigned", "secret", "Signatures: X-Hook-Signature INVALID (signature header is missing), webhook-signature INVALID (signature header is missing: webhook-id)\n", sample()},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if err := (&receiver.Printer{Out: &out, NoHeaders: true, Secret: tc.secret}).Print(tc.r); err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(out.String(), "\n"+tc.want+"------------\n") {
				t.Errorf("got %q, want it to end in %q", out.String(), tc.want)
			}
		})
	}
}

func TestPrintJSON(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, body, want string }{
		{"text", `<b>ü"`, `"body":` + strconv.Quote(`<b>ü"`) + `,`},
		{"empty", "", `"body":"",`},
		{"binary", "\xff\x00", `"body_base64":"/wA=",`},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := sample()
			r.Body = []byte(tc.body)
			r.Header = r.Header[:1]
			var out bytes.Buffer
			if err := (&receiver.Printer{Out: &out, JSON: true}).Print(r); err != nil {
				t.Fatal(err)
			}
			want := `{"number":1,"received":"2020-04-07T17:44:02.000000Z","remote":"127.0.0.1","method":"POST","target":"/",` +
				`"proto":"HTTP/1.1","headers":[["Host","localhost:9000"]],` + tc.want + `"status":200}` + "\n"
			if out.String() != want || !json.Valid(out.Bytes()) {
				t.Errorf("got  %s\nwant %s", out.String(), want)
			}
		})
	}
}
