package app

import (
	"net/url"
	"testing"

	"bellhop/internal/config"
)

func TestProxies(t *testing.T) {
	t.Parallel()
	environment := map[string]string{"HTTP_PROXY": "http://env:1", "https_proxy": "http://env:2", "NO_PROXY": "quiet.example"}
	cases := []struct {
		name     string
		settings config.Outgoing
		target   string
		want     string // empty for none
	}{
		{"environment", config.Outgoing{}, "http://example.org/", "http://env:1"},
		{"environment in lower case", config.Outgoing{}, "https://example.org/", "http://env:2"},
		{"excepted by environment", config.Outgoing{}, "http://quiet.example/", ""},
		{"excepted by setting", config.Outgoing{NoProxy: "example.org"}, "http://example.org/", ""},
		{"exceptions are not added up", config.Outgoing{NoProxy: "example.org"}, "http://quiet.example/", "http://env:1"},
		{"setting", config.Outgoing{Proxy: "http://set:3"}, "https://example.org/", "http://set:3"},
		{"setting without the environment's exceptions", config.Outgoing{Proxy: "http://set:3"}, "http://quiet.example/", "http://set:3"},
		{"setting with exceptions", config.Outgoing{Proxy: "http://set:3", NoProxy: ".example.org"}, "http://a.example.org/", ""},
		{"none", config.Outgoing{Proxy: config.Proxyless}, "http://example.org/", ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			choose := proxies(tc.settings, func(name string) (string, bool) {
				value, set := environment[name]
				return value, set
			})
			target, err := url.Parse(tc.target)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if choose != nil {
				proxy, err := choose(target)
				if err != nil {
					t.Fatal(err)
				}
				if proxy != nil {
					got = proxy.String()
				}
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
