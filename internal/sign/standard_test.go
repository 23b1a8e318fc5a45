package sign_test

import (
	"errors"
	"testing"
	"time"

	"bellhop/internal/sign"
)

// The first example is the sign test of the Standard Webhooks reference
// libraries, the second the published example of "verify manually".
var standardExamples = []struct {
	name, secret, id, body string
	at                     int64
	want                   string
}{
	{
		"reference test", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
		`{"test": 2432232314}`, 1614265330, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
	},
	{
		"published example", "whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf",
		`{"event_type":"ping","data":{"success":true}}`, 1731705121, "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
	},
}

func TestStandard(t *testing.T) {
	t.Parallel()
	for _, tc := range standardExamples {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := sign.Standard(tc.secret, tc.id, time.Unix(tc.at, 999), []byte(tc.body))
			if got.Signature != tc.want || got.ID != tc.id {
				t.Errorf("got %+v, want signature %s", got, tc.want)
			}
			if err := sign.VerifyStandard(tc.secret, got, []byte(tc.body), time.Unix(tc.at, 0), 0); err != nil {
				t.Errorf("own signature refused: %v", err)
			}
		})
	}
}

// A secret that is not a well-formed whsec_ one is the key itself; the
// expectations come from Python's hmac.
func TestStandardPlainSecret(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, secret, want string }{
		{"plain", "secret", "v1,3/iD+UC/cFPl3PtRMPUcvEULlwun6jyVUEMvdX3yW5g="},
		{"prefix without base64", "whsec_not base64!", "v1,IrgntAHhOP5K+GYeLeNQsXoJoDZw6zfmoprIC0BRIcM="},
		{"prefix alone", "whsec_", "v1,3gCsseK71QcYJEVgYBZfL0SGqTjiyYZxKdRl3z7wLSk="},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := sign.Standard(tc.secret, "msg_1", time.Unix(1614265330, 0), []byte("{}"))
			if got.Signature != tc.want {
				t.Errorf("got %s, want %s", got.Signature, tc.want)
			}
		})
	}
}

func TestVerifyStandard(t *testing.T) {
	t.Parallel()
	ex := standardExamples[0]
	good := sign.StandardHeaders{ID: ex.id, Timestamp: "1614265330", Signature: ex.want}
	other := "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
	with := func(change func(*sign.StandardHeaders)) sign.StandardHeaders {
		h := good
		change(&h)
		return h
	}
	cases := []struct {
		name string
		h    sign.StandardHeaders
		body string
		now  int64
		want error
	}{
		{"good", good, ex.body, ex.at, nil},
		{"oldest accepted", good, ex.body, ex.at + 300, nil},
		{"newest accepted", good, ex.body, ex.at - 300, nil},
		{"too old", good, ex.body, ex.at + 301, sign.ErrTimestamp},
		{"too far ahead", good, ex.body, ex.at - 301, sign.ErrTimestamp},
		{"right one last", with(func(h *sign.StandardHeaders) { h.Signature = "v2,x v1,notbase64 " + other + " " + ex.want }), ex.body, ex.at, nil},
		{"none matches", with(func(h *sign.StandardHeaders) { h.Signature = other + " v1,AAAA" }), ex.body, ex.at, sign.ErrMismatch},
		{"unknown version", with(func(h *sign.StandardHeaders) { h.Signature = "v2" + ex.want[2:] }), ex.body, ex.at, sign.ErrMismatch},
		{"no version", with(func(h *sign.StandardHeaders) { h.Signature = ex.want[3:] }), ex.body, ex.at, sign.ErrMismatch},
		{"other body", good, "{}", ex.at, sign.ErrMismatch},
		{"other id", with(func(h *sign.StandardHeaders) { h.ID = "msg_2" }), ex.body, ex.at, sign.ErrMismatch},
		{"no id", with(func(h *sign.StandardHeaders) { h.ID = "" }), ex.body, ex.at, sign.ErrMissing},
		{"no timestamp", with(func(h *sign.StandardHeaders) { h.Timestamp = "" }), ex.body, ex.at, sign.ErrMissing},
		{"no signature", with(func(h *sign.StandardHeaders) { h.Signature = "" }), ex.body, ex.at, sign.ErrMissing},
		{"timestamp is text", with(func(h *sign.StandardHeaders) { h.Timestamp = "yesterday" }), ex.body, ex.at, sign.ErrTimestamp},
		{"timestamp overflows", with(func(h *sign.StandardHeaders) { h.Timestamp = "9223372036854775807" }), ex.body, ex.at, sign.ErrTimestamp},
		{"timestamp underflows", with(func(h *sign.StandardHeaders) { h.Timestamp = "-9223372036854775808" }), ex.body, ex.at, sign.ErrTimestamp},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := sign.VerifyStandard(ex.secret, tc.h, []byte(tc.body), time.Unix(tc.now, 0), sign.Tolerance)
			if !errors.Is(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
