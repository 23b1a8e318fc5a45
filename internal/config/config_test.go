package config

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the documentation anew")

// good returns options that pass Check.
func good() Options {
	return Options{
		Database:  Database{Data: "data"},
		Server:    Server{Listen: "localhost:0", MaxBody: 1 << 20, Drain: time.Second},
		Templates: Templates{Env: []string{"BELLHOP_*"}},
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		set  func(*Options)
		want string // part of the error; empty for none
	}{
		{"good", func(*Options) {}, ""},
		{"IPv6", func(o *Options) { o.Server.Listen = "[::1]:8000" }, ""},
		{"no data directory", func(o *Options) { o.Database.Data = "" }, "data: must not be empty"},
		{"no port", func(o *Options) { o.Server.Listen = "localhost" }, `listen: "localhost" is not HOST:PORT`},
		{"bad port", func(o *Options) { o.Server.Listen = "localhost:65536" }, `listen: port "65536"`},
		{"token", func(o *Options) { o.Server.AdminToken = Secret(strings.Repeat("0a", 20)) }, ""},
		{"short token", func(o *Options) { o.Server.AdminToken = "0a" }, "admin-token: is not a text of 40 hex"},
		{"token not hex", func(o *Options) { o.Server.AdminToken = Secret(strings.Repeat("0g", 20)) }, "admin-token: is not"},
		{"short key", func(o *Options) { o.Database.EncryptionKey = "0a" }, "encryption-key: is not a text of 64 hex"},
		{"base URL", func(o *Options) { o.Server.BaseURL = "https://bellhop.example/below" }, ""},
		{"base URL without scheme", func(o *Options) { o.Server.BaseURL = "bellhop.example" }, "base-url: is not"},
		{"base URL with password", func(o *Options) { o.Server.BaseURL = "http://a:b@host" }, "base-url: is not"},
		{"no body", func(o *Options) { o.Server.MaxBody = 0 }, "max-body: 0 is not between"},
		{"negative drain", func(o *Options) { o.Server.Drain = -1 }, "drain: -1ns is not between 0s and 1h0m0s"},
		{"negative workers", func(o *Options) { o.Delivery.Workers = -1 }, "workers: -1 is not between"},
		{"no proxy", func(o *Options) { o.Outgoing.Proxy = "none" }, ""},
		{"proxy without scheme", func(o *Options) { o.Outgoing.Proxy = "proxy:3128" }, "proxy: is neither"},
		{"bad pattern", func(o *Options) { o.Templates.Env = []string{"A", "["} }, `template-env: "[" is not a shell pattern`},
		{"negative days", func(o *Options) { o.Retention.Changes = -1 }, "retain-changes: -1 is not between"},
		{"two faults", func(o *Options) { o.Database.Data, o.Server.Listen = "", "x" }, "data: must not be empty\nlisten:"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			options := good()
			tc.set(&options)
			err := options.Check()
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("got error %v, want %q", err, tc.want)
			}
		})
	}
}

func TestSecretsAreMasked(t *testing.T) {
	t.Parallel()
	const secret = "0123456789abcdef0123456789abcdef01234567"
	options := good()
	options.Server.AdminToken = secret
	options.Database.EncryptionKey = secret // of the wrong length
	encoded, err := json.Marshal(options)
	if err != nil {
		t.Fatal(err)
	}
	options.Outgoing.Proxy = "http://user:" + secret + "@proxy:3128"
	settings, err := json.Marshal(options.Settings(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		fmt.Sprintf("%v %+v %#v", options.Server, options.Database, options.Server),
		string(encoded), string(settings), fmt.Sprint(options.Check()),
	} {
		if strings.Contains(text, secret) {
			t.Errorf("secret in %s", text)
		}
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	options := good()
	options.Outgoing.DenyAddress = make([]Network, 2)
	for i, text := range []string{"10.1.2.3/8", "::1"} {
		if err := options.Outgoing.DenyAddress[i].UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]string{}
	for _, s := range options.Settings(map[string]Origin{"listen": OriginFlag}) {
		if s.Name == "" || s.Help == "" || s.Placeholder == "" {
			t.Errorf("setting %+v lacks name, help or placeholder", s)
		}
		got[s.Name] = s.Value + " " + string(s.Origin)
	}
	for name, want := range map[string]string{
		"listen":       "localhost:0 flag",
		"drain":        "1s default",
		"deny-address": "10.0.0.0/8,::1/128 default",
		"log-level":    "INFO default",
	} {
		if got[name] != want {
			t.Errorf("%s: got %q, want %q", name, got[name], want)
		}
	}
}

func TestNetworkRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "host", "10.0.0.0/33", "10.0.0", "fe80::1%eth0/64"} {
		var n Network
		if err := n.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was read as %v", text, n)
		}
	}
}

func TestEnvNames(t *testing.T) {
	t.Parallel()
	if got, want := EnvName("admin-token"), "BELLHOP_ADMIN_TOKEN"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := SecretFileEnvName("admin-token"), "BELLHOP_ADMIN_TOKEN_FILE"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The page of the documentation is what the code says.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	const page = "../../docs/configuration.md"
	if *update {
		if err := os.WriteFile(page, []byte(Reference()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Reference(), string(got)); diff != "" {
		t.Errorf("docs/configuration.md is out of date, run \"make generate\":\n%s", diff)
	}
}
