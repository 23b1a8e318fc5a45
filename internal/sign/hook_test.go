package sign_test

import (
	"errors"
	"strings"
	"testing"

	"bellhop/internal/sign"
)

// The signatures were computed by NetBox 3.6 and read off the wire.
var netboxExamples = []struct {
	name, secret, body, want string
}{
	{
		"plain", "secret", `{"a": 1}`,
		"d3df9f63efd984c3681e32b90ec5756ac766b3af181043ba8ff6efce0d64152925d9eb8b6a5a33cddbd0b5acfbe8fe69dff12ce75e12c0eb3c538def4a6eac9e",
	},
	{
		"long secret", "LOOKATMEIMASECRETSTRING", `{"event": "created"}`,
		"4d280042c3101391195471840bb06b513742225dc4ef17b4e6a0a8208996d60435e0886e9a72ceee74b7587a99bc431d67038035f5b56587db65b4ca3e6171b1",
	},
	{
		"non-ASCII", "gehäim", `{"n": "Zürich"}`,
		"dd1c64a522d784b08be7c877e135958b4f7ccbce533db10636703c434e8d151340450f097a677e93ae9d21c758eb5f5d5e30f2333154a53be14bc218c36f853d",
	},
}

func TestHook(t *testing.T) {
	t.Parallel()
	for _, tc := range netboxExamples {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := sign.Hook(tc.secret, []byte(tc.body)); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestVerifyHook(t *testing.T) {
	t.Parallel()
	ex := netboxExamples[0]
	cases := []struct {
		name, secret, signature, body string
		want                          error
	}{
		{"good", ex.secret, ex.want, ex.body, nil},
		{"upper case", ex.secret, strings.ToUpper(ex.want), ex.body, nil},
		{"other body", ex.secret, ex.want, ex.body + " ", sign.ErrMismatch},
		{"other secret", "Secret", ex.want, ex.body, sign.ErrMismatch},
		{"truncated", ex.secret, ex.want[:64], ex.body, sign.ErrMismatch},
		{"not hexadecimal", ex.secret, "zz", ex.body, sign.ErrMismatch},
		{"absent", ex.secret, "", ex.body, sign.ErrMissing},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := sign.VerifyHook(tc.secret, tc.signature, []byte(tc.body)); !errors.Is(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
