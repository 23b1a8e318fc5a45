package app

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// Behind a proxy that the settings name, a client is who the proxy says it is; what
// others say of themselves counts for nothing.
func TestClientsBehindProxies(t *testing.T) {
	t.Parallel()
	const peer = "127.0.0.1:40000"
	for _, tc := range []struct {
		name    string
		proxies []string
		headers []string
		want    string
	}{
		{"no proxy is named", nil, []string{"192.0.2.7"}, peer},
		{"another proxy is named", []string{"198.51.100.1/32"}, []string{"192.0.2.7"}, peer},
		{"the client", []string{"127.0.0.1/32"}, []string{"192.0.2.7"}, "192.0.2.7:0"},
		{"with a port", []string{"127.0.0.0/8"}, []string{"192.0.2.7:51234"}, "192.0.2.7:0"},
		{"mapped", []string{"127.0.0.0/8"}, []string{"::ffff:192.0.2.7"}, "192.0.2.7:0"},
		{"IPv6", []string{"127.0.0.0/8"}, []string{"2001:db8::7"}, "[2001:db8::7]:0"},
		{"IPv6 with a port", []string{"127.0.0.0/8"}, []string{"[2001:db8::7]:51234"}, "[2001:db8::7]:0"},
		{"what the client made up", []string{"127.0.0.1/32"}, []string{"192.0.2.7, 203.0.113.5"}, "203.0.113.5:0"},
		{"in a line of its own", []string{"127.0.0.1/32"}, []string{"192.0.2.7", "203.0.113.5"}, "203.0.113.5:0"},
		{"through two proxies", []string{"127.0.0.1/32", "10.0.0.0/8"}, []string{"203.0.113.5, 192.0.2.7, 10.1.2.3"}, "192.0.2.7:0"},
		{"two lines", []string{"127.0.0.1/32", "10.0.0.0/8"}, []string{"192.0.2.7", "10.1.2.3"}, "192.0.2.7:0"},
		{"through a proxy that nobody named", []string{"127.0.0.1/32"}, []string{"192.0.2.7, 10.1.2.3"}, "10.1.2.3:0"},
		{"of a proxy itself", []string{"127.0.0.1/32", "10.0.0.0/8"}, []string{"10.1.2.3"}, "10.1.2.3:0"},
		{"nonsense", []string{"127.0.0.1/32"}, []string{"192.0.2.7, unknown"}, peer},
		{"nonsense before a proxy", []string{"127.0.0.1/32", "10.0.0.0/8"}, []string{"192.0.2.7, unknown, 10.1.2.3"}, "10.1.2.3:0"},
		{"nothing", []string{"127.0.0.1/32"}, nil, peer},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var got string
			f := &forwarded{next: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr })}
			for _, proxy := range tc.proxies {
				f.proxies = append(f.proxies, netip.MustParsePrefix(proxy))
			}
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
			request.RemoteAddr = peer
			request.Header["X-Forwarded-For"] = tc.headers
			f.ServeHTTP(httptest.NewRecorder(), request)
			if got != tc.want {
				t.Errorf("the client is %s, want %s", got, tc.want)
			}
			if request.RemoteAddr != peer {
				t.Error("the request itself was changed")
			}
		})
	}
}
