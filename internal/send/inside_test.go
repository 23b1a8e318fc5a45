package send

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"bellhop/internal/webhook"
)

// names is a resolver that gives the addresses of a name in turn, and the last
// ones for ever. Other names do not exist.
type names struct {
	mu      sync.Mutex
	answers map[string][][]netip.Addr
	lookups int
}

// resolver returns a resolver that asks n, over a pipe.
func (n *names) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go n.serve(theirs)
		return ours, nil
	}}
}

// serve answers questions as over TCP: each message after its length.
func (n *names) serve(conn net.Conn) {
	defer conn.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		question := make([]byte, int(size[0])<<8|int(size[1]))
		if _, err := io.ReadFull(conn, question); err != nil {
			return
		}
		answer := n.answer(question)
		if _, err := conn.Write(append([]byte{byte(len(answer) >> 8), byte(len(answer))}, answer...)); err != nil {
			return
		}
	}
}

func (n *names) answer(packed []byte) []byte {
	var m dnsmessage.Message
	if err := m.Unpack(packed); err != nil || len(m.Questions) != 1 {
		return nil
	}
	m.Response, m.Additionals = true, nil
	q := m.Questions[0]
	n.mu.Lock()
	defer n.mu.Unlock()
	name := strings.TrimSuffix(q.Name.String(), ".")
	turns, ok := n.answers[name]
	if !ok {
		m.RCode = dnsmessage.RCodeNameError
	} else if q.Type == dnsmessage.TypeA { // asked once for each look-up
		n.lookups++
		for _, address := range turns[0] {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
				Body:   &dnsmessage.AResource{A: address.As4()},
			})
		}
		if len(turns) > 1 {
			n.answers[name] = turns[1:]
		}
	}
	answer, err := m.Pack()
	if err != nil {
		return nil
	}
	return answer
}

func addresses(list ...string) (addresses []netip.Addr) {
	for _, text := range list {
		addresses = append(addresses, netip.MustParseAddr(text))
	}
	return addresses
}

// loopback is denied where a receiver of the test counts as inside.
func loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

// TestNamesThatMove resolves a name to another address than before. What counts
// is the address that is dialled, so there is no moment between.
func TestNamesThatMove(t *testing.T) {
	t.Parallel()
	const ok = webhook.ReasonNone
	for way, header := range ways {
		for name, c := range map[string]struct {
			turns [][]netip.Addr
			want  []webhook.Reason
		}{
			"stays":            {[][]netip.Addr{addresses("127.0.0.1")}, []webhook.Reason{ok, ok}},
			"moves inside":     {[][]netip.Addr{addresses("127.0.0.1"), addresses("169.254.169.254")}, []webhook.Reason{ok, webhook.ReasonBlocked}},
			"moves out":        {[][]netip.Addr{addresses("169.254.169.254"), addresses("127.0.0.1")}, []webhook.Reason{webhook.ReasonBlocked, ok}},
			"inside and out":   {[][]netip.Addr{addresses("169.254.169.254", "127.0.0.1")}, []webhook.Reason{ok, ok}},
			"several inside":   {[][]netip.Addr{addresses("169.254.169.254", "0.0.0.0")}, []webhook.Reason{webhook.ReasonBlocked, webhook.ReasonBlocked}},
			"has no addresses": {[][]netip.Addr{nil}, []webhook.Reason{webhook.ReasonDNS, webhook.ReasonDNS}},
		} {
			t.Run(way+"/"+name, func(t *testing.T) {
				t.Parallel()
				h := newHell(t, say("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"))
				n := &names{answers: map[string][][]netip.Addr{"moving.example": c.turns}}
				client := New(Options{Resolver: n.resolver()})
				defer client.Close()
				req := newRequest(t, strings.Replace(h.url, "127.0.0.1", "moving.example", 1))
				req.Header = header
				reached := int32(0)
				for _, want := range c.want {
					_, err := client.Send(t.Context(), req)
					checkReason(t, err, want)
					if want == webhook.ReasonNone {
						reached++
					}
				}
				if got := h.connections.Load(); got != reached {
					t.Errorf("%d connections, want %d", got, reached)
				}
				if len(c.turns[0]) > 0 && n.lookups != len(c.want) {
					t.Errorf("%d look-ups for %d connections", n.lookups, len(c.want))
				}
			})
		}
	}
}

// insideURLs are ways to write one loopback address, with %s for the port.
var insideURLs = []string{
	"http://127.0.0.1:%s/", "http://127.1:%s/", "http://127.0.1:%s/", "http://127.0.0.1.:%s/",
	"http://2130706433:%s/", "http://2130706433.:%s/", "http://0x7f000001:%s/", "http://0X7F.0.0.1:%s/", "http://0x7f.1:%s/",
	"http://017700000001:%s/", "http://0177.0.0.1:%s/", "http://0177.0.0.01:%s/", "http://127.0.0.01:%s/",
	"http://[::ffff:127.0.0.1]:%s/", "http://[::ffff:7f00:1]:%s/", "http://[0:0:0:0:0:ffff:127.0.0.1]:%s/",
	"http://[64:ff9b::127.0.0.1]:%s/", "http://[64:ff9b::7f00:1]:%s/", "http://[2002:7f00:1::]:%s/",
	"http://[::1]:%s/", "http://[::1%%25lo]:%s/", "http://[0000::0001]:%s/",
	"http://①②⑦.⓪.⓪.①:%s/", "http://127。0。0。1:%s/", "http://１２７.0.0.1:%s/",
	"http://localhost.inside.example:%s/", "http://LOCALHOST.inside.example:%s/", "http://localhost.inside.example.:%s/",
	"http://hooks.example@127.0.0.1:%s/", "http://hooks.example:80@127.0.0.1:%s/", "http://hooks.example%%40@127.0.0.1:%s/",
	"http://127.0.0.1:%s/#@hooks.example/", "http://127.0.0.1:%s/?@hooks.example/", "http://127.0.0.1:%s/;@hooks.example/",
}

// resolveInside returns a resolver that knows the names of insideURLs, those in
// hexadecimal too, as C libraries do.
func resolveInside() *names {
	n := &names{answers: map[string][][]netip.Addr{}}
	for _, name := range []string{"localhost.inside.example", "LOCALHOST.inside.example", "0x7f000001", "0X7F.0.0.1", "0x7f.1"} {
		n.answers[name] = [][]netip.Addr{addresses("127.0.0.1")}
	}
	return n
}

// TestNoNotationGetsInside asks for a denied address in every notation.
func TestNoNotationGetsInside(t *testing.T) {
	t.Parallel()
	h := newHell(t, serving(fine))
	_, port, _ := strings.Cut(strings.TrimPrefix(h.url, "http://"), ":")
	for way, header := range ways {
		client := New(Options{Deny: loopback(), Resolver: resolveInside().resolver()})
		for _, pattern := range insideURLs {
			req := newRequest(t, fmt.Sprintf(pattern, port))
			req.Header = header
			_, err := client.Send(t.Context(), req)
			if n := h.connections.Load(); n != 0 {
				t.Fatalf("%s: %s reached the receiver", way, pattern)
			}
			want := webhook.ReasonBlocked
			if _, ok := errors.AsType[*net.DNSError](err); ok && endsInNumber(req.URL.Hostname()) {
				want = webhook.ReasonDNS // Go's resolver knows no such names, C's does
			}
			checkReasonOf(t, way+" "+pattern, err, want)
		}
		client.Close()
	}
}

// checkReasonOf is checkReason with a name.
func checkReasonOf(t *testing.T, name string, err error, want webhook.Reason) {
	t.Helper()
	got := webhook.ReasonNone
	if err != nil {
		got = classify(context.Background(), err).Reason
	}
	if got != want {
		t.Errorf("%s: reason %q (%v), want %q", name, got, err, want)
	}
}

// TestNoNotationGetsThroughAProxy asks a proxy, which may read more notations
// than this host can.
func TestNoNotationGetsThroughAProxy(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	proxy := newHell(t, func(s *scene) {
		for s.request() {
			asked.Add(1)
			s.say(fine)
		}
	})
	through := func(options Options) *Client {
		options.Proxy = func(*url.URL) (*url.URL, error) { return url.Parse(proxy.url) }
		return New(options)
	}
	n := resolveInside()
	n.answers["hooks.example"] = [][]netip.Addr{addresses("192.0.2.1")}
	client := through(Options{Deny: loopback(), Resolver: n.resolver()})
	defer client.Close()
	for _, scheme := range []string{"http", "https"} {
		for _, pattern := range insideURLs {
			target := strings.Replace(fmt.Sprintf(pattern, "80"), "http", scheme, 1)
			_, err := client.Send(t.Context(), newRequest(t, target))
			checkReasonOf(t, target, err, webhook.ReasonBlocked)
		}
	}
	if asked.Load() != 0 {
		t.Errorf("the proxy was asked %d times", asked.Load())
	}
	// The proxy itself is inside, and may be: the operator set it.
	for _, target := range []string{"http://hooks.example/", "http://only-the-proxy-knows.example/", "http://192.0.2.1/", "http://a.0xyz/"} {
		if _, err := client.Send(t.Context(), newRequest(t, target)); err != nil {
			t.Errorf("%s: %v", target, err)
		}
	}
}

// TestGuard goes through the settings. What is refused by default is where cloud
// providers have their credentials, and what is nobody's address.
func TestGuard(t *testing.T) {
	t.Parallel()
	prefixes := func(list ...string) (prefixes []netip.Prefix) {
		for _, text := range list {
			prefixes = append(prefixes, netip.MustParsePrefix(text))
		}
		return prefixes
	}
	private := prefixes("10.0.0.0/8", "fc00::/7")
	for _, c := range []struct {
		address     string
		allow, deny []netip.Prefix
		refused     bool
	}{
		{"10.0.0.1", nil, nil, false},
		{"fd00::1", nil, nil, false},
		{"127.0.0.1", nil, nil, false},
		{"169.254.169.254", nil, nil, true},
		{"::ffff:169.254.169.254", nil, nil, true},
		{"64:ff9b::169.254.169.254", nil, nil, true},
		{"2002:a9fe:a9fe::", nil, nil, true},
		{"fe80::1%eth0", nil, nil, true},
		{"fd00:ec2::254", nil, nil, true},
		{"fd00:ec2::254%eth0", nil, nil, true},
		{"0.0.0.0", nil, nil, true},
		{"0.1.2.3", nil, nil, true},
		{"::", nil, nil, true},
		{"::ffff:0.0.0.0", nil, nil, true},
		{"255.255.255.255", nil, nil, true},
		{"224.0.0.1", nil, nil, true},
		{"ff02::1", nil, nil, true},
		{"10.0.0.1", nil, private, true},
		{"::ffff:10.0.0.1", nil, private, true},
		{"64:ff9b::10.0.0.1", nil, private, true},
		{"2002:a00:1::5", nil, private, true},
		{"fd00::1%eth0", nil, private, true},
		{"192.0.2.1", nil, private, false},
		{"10.0.0.1", prefixes("10.0.0.1/32"), private, false},
		{"10.0.0.2", prefixes("10.0.0.1/32"), private, true},
		{"::ffff:10.0.0.1", prefixes("10.0.0.1/32"), private, false},
		{"64:ff9b::10.0.0.1", prefixes("10.0.0.1/32"), private, false},
		{"169.254.169.254", prefixes("169.254.169.254/32"), nil, false},
		{"192.0.2.1", nil, prefixes("0.0.0.0/0"), true},
		{"192.0.2.1", prefixes("192.0.2.0/24"), prefixes("0.0.0.0/0", "::/0"), false},
		{"64:ff9b::192.0.2.1", nil, prefixes("64:ff9b::/96"), true},
	} {
		g := guard{allow: c.allow, deny: c.deny}
		if err := g.check(netip.MustParseAddr(c.address)); (err != nil) != c.refused {
			t.Errorf("%s with allow %v, deny %v: %v, want refused %v", c.address, c.allow, c.deny, err, c.refused)
		}
	}
}

// TestNothingIsInjected puts line ends where a template's output goes. Nothing of
// them may come to the wire as a line of its own.
func TestNothingIsInjected(t *testing.T) {
	t.Parallel()
	const evil = "a\r\nX-Evil: 1\r\n\r\nGET /evil HTTP/1.1\r\nHost: x\r\n\r\n"
	target := func(path string) *url.URL { return &url.URL{Scheme: "http", Path: path} }
	for name, req := range map[string]*Request{
		"value":         {Header: []webhook.Header{{Name: "X-A", Value: evil}}},
		"lone CR":       {Header: []webhook.Header{{Name: "X-A", Value: "a\rX-Evil: 1"}}},
		"lone LF":       {Header: []webhook.Header{{Name: "X-A", Value: "a\nX-Evil: 1"}}},
		"NUL":           {Header: []webhook.Header{{Name: "X-A", Value: "a\x00b"}}},
		"name":          {Header: []webhook.Header{{Name: "X-A: b\r\nX-Evil", Value: "1"}}},
		"name of space": {Header: []webhook.Header{{Name: "X-Evil : 1", Value: "1"}}},
		"content type":  {Header: []webhook.Header{{Name: "Content-Type", Value: evil}}},
		"user agent":    {Header: []webhook.Header{{Name: "User-Agent", Value: evil}}},
		"host":          {Header: []webhook.Header{{Name: "Host", Value: evil}}},
		"path":          {URL: target("/" + evil)},
		"query":         {URL: &url.URL{Scheme: "http", Path: "/", RawQuery: evil}},
		"opaque":        {URL: &url.URL{Scheme: "http", Opaque: "//h/" + evil}},
		"user":          {URL: &url.URL{Scheme: "http", User: url.UserPassword(evil, evil)}},
		"method":        {Method: "GET /evil HTTP/1.1\r\nX-Evil: 1\r\n\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHell(t, func(s *scene) {
				for {
					r, err := http.ReadRequest(s.in)
					if err != nil {
						return
					}
					if r.Header.Get("X-Evil") != "" || r.URL.Path == "/evil" {
						t.Errorf("%s %s with %v arrived", r.Method, r.URL, r.Header)
					}
					s.say(fine)
				}
			})
			base := newRequest(t, h.url)
			if req.URL == nil {
				req.URL = base.URL
			}
			req.URL.Host = base.URL.Host
			if req.Method == "" {
				req.Method = http.MethodPost
			}
			req.Timeout = base.Timeout
			client := New(Options{})
			_, _ = client.Send(t.Context(), req) // some are refused, some are escaped
			client.Close()
			h.end()
		})
	}
}
