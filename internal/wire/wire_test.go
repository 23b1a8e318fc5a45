package wire_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/sign"
	"bellhop/internal/webhook"
	"bellhop/internal/wire"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	header := func(pairs ...string) (list []webhook.Header) {
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, webhook.Header{Name: pairs[i], Value: pairs[i+1]})
		}
		return list
	}
	same := wire.Part{Kind: wire.Same, Old: "POST", New: "POST"}
	url := wire.Part{Kind: wire.Same, Old: "http://a/", New: "http://a/"}
	for _, tc := range []struct {
		name      string
		old, next webhook.SentRequest
		want      wire.Difference
		equal     bool
	}{
		{
			name:  "nothing",
			old:   webhook.SentRequest{Method: "POST", URL: "http://a/", Body: []byte(`{"a":1}`)},
			next:  webhook.SentRequest{Method: "POST", URL: "http://a/", Body: []byte(`{"a":1}`)},
			want:  wire.Difference{Method: same, URL: url},
			equal: true,
		},
		{
			name: "method and URL",
			old:  webhook.SentRequest{Method: "POST", URL: "http://a/"},
			next: webhook.SentRequest{Method: "PUT", URL: "http://b/"},
			want: wire.Difference{
				Method: wire.Part{Kind: wire.Changed, Old: "POST", New: "PUT"},
				URL:    wire.Part{Kind: wire.Changed, Old: "http://a/", New: "http://b/"},
			},
		},
		{
			name: "headers by name, repeated ones in their order",
			old:  webhook.SentRequest{Method: "POST", URL: "http://a/", Header: header("X-A", "1", "X-A", "2", "X-Old", "x", "x-b", "b")},
			next: webhook.SentRequest{Method: "POST", URL: "http://a/", Header: header("X-B", "b", "X-A", "1", "X-A", "3", "X-New", "y")},
			want: wire.Difference{Method: same, URL: url, Headers: []wire.Part{
				{Kind: wire.Same, Name: "X-B", Old: "b", New: "b"},
				{Kind: wire.Same, Name: "X-A", Old: "1", New: "1"},
				{Kind: wire.Changed, Name: "X-A", Old: "2", New: "3"},
				{Kind: wire.Added, Name: "X-New", New: "y"},
				{Kind: wire.Removed, Name: "X-Old", Old: "x"},
			}},
		},
		{
			name: "masked values tell nothing, the moment always differs",
			old:  webhook.SentRequest{Method: "POST", URL: "http://a/", Header: header("Authorization", webhook.MaskedSecret, "webhook-timestamp", "1")},
			next: webhook.SentRequest{Method: "POST", URL: "http://a/", Header: header("Authorization", webhook.MaskedSecret, "webhook-timestamp", "2")},
			want: wire.Difference{Method: same, URL: url, Headers: []wire.Part{
				{Kind: wire.Hidden, Name: "Authorization", Old: webhook.MaskedSecret, New: webhook.MaskedSecret},
				{Kind: wire.Expected, Name: "webhook-timestamp", Old: "1", New: "2"},
			}},
			equal: true,
		},
		{
			name: "JSON is indented, numbers stay exact",
			old:  webhook.SentRequest{Method: "POST", URL: "http://a/", Body: []byte(`{"a": 12345678901234567890, "b": 1.0}`)},
			next: webhook.SentRequest{Method: "POST", URL: "http://a/", Body: []byte(`{"a": 12345678901234567891, "b": 1.0}`)},
			want: wire.Difference{Method: same, URL: url, Pretty: true, Body: []wire.Line{
				{wire.Same, "{"},
				{wire.Removed, `  "a": 12345678901234567890,`},
				{wire.Added, `  "a": 12345678901234567891,`},
				{wire.Same, `  "b": 1.0`},
				{wire.Same, "}"},
			}},
		},
		{
			name: "the same JSON with other spaces",
			old:  webhook.SentRequest{Method: "POST", URL: "http://a/", Body: []byte(`{"a": 1}`)},
			next: webhook.SentRequest{Method: "POST", URL: "http://a/", Body: []byte(`{"a":1}`)},
			want: wire.Difference{Method: same, URL: url, Pretty: true, Spacing: true},
		},
		{
			name: "text, equal lines far away are left out",
			old:  webhook.SentRequest{Method: "POST", URL: "http://a/", Body: []byte("one\n1\n2\n3\n4\n5\n6\n7\n8\ntwo")},
			next: webhook.SentRequest{Method: "POST", URL: "http://a/", Body: []byte("eins\n1\n2\n3\n4\n5\n6\n7\n8\nzwei")},
			want: wire.Difference{Method: same, URL: url, Body: []wire.Line{
				{wire.Removed, "one"},
				{wire.Added, "eins"},
				{wire.Same, "1"},
				{wire.Same, "2"},
				{wire.Same, "3"},
				{Kind: wire.Gap},
				{wire.Same, "6"},
				{wire.Same, "7"},
				{wire.Same, "8"},
				{wire.Removed, "two"},
				{wire.Added, "zwei"},
			}},
		},
		{
			name: "bytes that are no text",
			old:  webhook.SentRequest{Method: "POST", URL: "http://a/", Body: []byte{0xff, 1}},
			next: webhook.SentRequest{Method: "POST", URL: "http://a/", Body: []byte("a")},
			want: wire.Difference{Method: same, URL: url, Binary: true},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := wire.Compare(&tc.old, &tc.next)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("difference (-want +got):\n%s", diff)
			}
			if got.Equal() != tc.equal {
				t.Errorf("Equal() = %v", got.Equal())
			}
		})
	}
}

func TestCompareIsBounded(t *testing.T) {
	t.Parallel()
	d := wire.Compare(
		&webhook.SentRequest{Body: []byte(strings.Repeat("a\n", 50_000))},
		&webhook.SentRequest{Body: []byte(strings.Repeat("b\n", 50_000))})
	if len(d.Body) != 2000 || !d.Cut {
		t.Errorf("%d lines, cut %v", len(d.Body), d.Cut)
	}
}

// The commands are run by a real shell, with a curl that prints its arguments.
func TestCurl(t *testing.T) {
	t.Parallel()
	hostile := "a'b\"c$HOME`id`\\\n\u202e ü"
	for _, tc := range []struct {
		name    string
		request webhook.SentRequest
		want    []string
	}{
		{
			name:    "nothing but a URL",
			request: webhook.SentRequest{Method: "GET", URL: "http://a/[1]?x={y}"},
			want:    []string{"--globoff", "--request", "GET", "http://a/[1]?x={y}"},
		},
		{
			name: "what shells would expand",
			request: webhook.SentRequest{
				Method: "POST", URL: "http://a/" + hostile, Body: []byte(hostile),
				Header: []webhook.Header{{Name: "X-A", Value: hostile}, {Name: "X-Empty"}},
			},
			want: []string{
				"--globoff", "--request", "POST", "http://a/" + hostile,
				"--header", "X-A: " + hostile, "--header", "X-Empty;", "--data-binary", hostile,
			},
		},
		{
			name: "a masked header is a variable",
			request: webhook.SentRequest{
				Method: "POST", URL: "http://a/",
				Header: []webhook.Header{
					{Name: "Host", Value: "a"}, {Name: "X-Auth-Token", Value: webhook.MaskedSecret}, {Name: "Content-Length", Value: "0"},
				},
			},
			want: []string{"--globoff", "--request", "POST", "http://a/", "--header", "X-Auth-Token: from the environment"},
		},
		{
			name:    "a body that is no text",
			request: webhook.SentRequest{Method: "PUT", URL: "http://a/", Body: []byte{0, 1, 2}},
			want:    []string{"--globoff", "--request", "PUT", "http://a/", "--data-binary", "@body.bin"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, runShell(t, wire.Curl(&tc.request))); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
		})
	}
}

// Signatures are computed from $SECRET by openssl when the commands run; the
// hash is replaced here by one that prints what it is given, so that the test
// needs no openssl.
func TestCurlSigns(t *testing.T) {
	t.Parallel()
	request := webhook.SentRequest{
		Method: "POST", URL: "http://a/", Body: []byte(`{"a": 1}`),
		Header: []webhook.Header{
			{Name: sign.HookHeader, Value: webhook.MaskedSecret},
			{Name: sign.IDHeader, Value: "msg_1"},
			{Name: sign.TimestampHeader, Value: "1600000000"},
			{Name: sign.SignatureHeader, Value: webhook.MaskedSecret},
		},
	}
	fakes := `SECRET=whsec_AQI=
date() { echo 1700000000; }
base64() { if [ "$1" = -d ]; then command base64 -d; else cat; fi; }
openssl() { cat; echo " $*"; }
`
	want := []string{
		"--globoff", "--request", "POST", "http://a/",
		// The bytes of the secret as it is written, as NetBox's signature has it.
		"--header", `X-Hook-Signature: {"a":`,
		"--header", "webhook-id: msg_1",
		"--header", "webhook-timestamp: 1700000000",
		// The decoded bytes of the secret, as in Standard Webhooks.
		"--header", `webhook-signature: v1,msg_1.1700000000.{"a": 1} dgst -sha256 -mac HMAC -macopt hexkey:0102 -binary`,
		"--data-binary", `{"a": 1}`,
	}
	if diff := cmp.Diff(want, runShell(t, fakes+wire.Curl(&request))); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
	if !strings.Contains(wire.Curl(&request), `-sha512 -mac HMAC -macopt hexkey:$(printf %s "$SECRET" | hex)`) {
		t.Errorf("no HMAC with the secret's bytes:\n%s", wire.Curl(&request))
	}
}

// runShell runs commands with a curl that prints its arguments, and returns them.
func runShell(t *testing.T, script string) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "sh", "-c", `curl() { printf '%s\0' "$@"; }
X_AUTH_TOKEN='from the environment'
`+script)
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, script)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}
