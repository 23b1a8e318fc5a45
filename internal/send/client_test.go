package send_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/send"
	"bellhop/internal/webhook"
)

func parse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// client returns a client that is closed when the test ends.
func client(t *testing.T, options send.Options) *send.Client {
	t.Helper()
	c := send.New(options)
	t.Cleanup(c.Close)
	return c
}

func post(t *testing.T, target string) *send.Request {
	t.Helper()
	return &send.Request{Method: "POST", URL: parse(t, target), Body: []byte(`{"a": 1}`), Timeout: 5 * time.Second}
}

// reason returns the reason of a failure, or the empty one.
func reason(t *testing.T, err error) webhook.Reason {
	t.Helper()
	if err == nil {
		return webhook.ReasonNone
	}
	failure, ok := errors.AsType[*send.Error](err)
	if !ok {
		t.Fatalf("error %T %v is not a send.Error", err, err)
	}
	return failure.Reason
}

func TestEveryStatus(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var status int
		fmt.Sscanf(r.URL.Path, "/%d", &status)
		w.Header().Set("Location", "/200")
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	c := client(t, send.Options{})
	for status := 200; status < 600; status++ {
		want := webhook.ReasonStatus4xx
		switch {
		case status < 300:
			want = webhook.ReasonNone
		case status < 400:
			want = webhook.ReasonRedirect
		case status == 408:
			want = webhook.ReasonTimeout
		case status == 410:
			want = webhook.ReasonGone
		case status == 429:
			want = webhook.ReasonRateLimited
		case status >= 500:
			want = webhook.ReasonStatus5xx
		}
		result, err := c.Send(t.Context(), post(t, fmt.Sprintf("%s/%d", server.URL, status)))
		if got := reason(t, err); got != want || result.Response.Status != status {
			t.Errorf("%d: reason %q, status %d; want %q", status, got, result.Response.Status, want)
		}
	}
}

func TestRequestOnTheWire(t *testing.T) {
	t.Parallel()
	lines := make(chan []string, 1)
	address := rawServer(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		var got []string
		for {
			line, err := r.ReadString('\n')
			if err != nil || line == "\r\n" {
				break
			}
			got = append(got, strings.TrimRight(line, "\r\n"))
		}
		lines <- got
		io.WriteString(conn, "HTTP/1.1 204 No Content\r\nSet-Cookie: a=b\r\nX-Note: hi\r\n\r\n")
	})
	req := post(t, "http://jo:pw@"+address+"/in?id=19#part")
	req.Header = []webhook.Header{
		{Name: "Content-Type", Value: "application/json"},
		{Name: "User-Agent", Value: "Bellhop/1"},
		{Name: "X-Hook-Signature", Value: "4d28"},
		{Name: "webhook-id", Value: "x"},
	}
	result, err := client(t, send.Options{}).Send(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"POST /in?id=19 HTTP/1.1", "Host: " + address, "User-Agent: Bellhop/1", "Content-Length: 8",
		"Authorization: Basic am86cHc=", "Content-Type: application/json", "Webhook-Id: x", "X-Hook-Signature: 4d28",
	}
	if diff := cmp.Diff(want, <-lines); diff != "" {
		t.Errorf("on the wire (-want +got):\n%s", diff)
	}
	kept := []webhook.Header{
		{Name: "Host", Value: address},
		{Name: "User-Agent", Value: "Bellhop/1"},
		{Name: "Content-Length", Value: "8"},
		{Name: "Authorization", Value: "********"},
		{Name: "Content-Type", Value: "application/json"},
		{Name: "Webhook-Id", Value: "x"},
		{Name: "X-Hook-Signature", Value: "********"},
	}
	if diff := cmp.Diff(kept, result.Sent); diff != "" {
		t.Errorf("kept of the request (-want +got):\n%s", diff)
	}
	received := []webhook.Header{{Name: "Set-Cookie", Value: "********"}, {Name: "X-Note", Value: "hi"}}
	if diff := cmp.Diff(received, result.Response.Header); diff != "" {
		t.Errorf("kept of the response (-want +got):\n%s", diff)
	}
	if !result.Wrote || result.Timing.Total <= 0 || result.Timing.Connect <= 0 || result.Timing.FirstByte <= 0 {
		t.Errorf("timing %+v, wrote %v", result.Timing, result.Wrote)
	}
}

// rawServer answers every connection with serve and returns its address.
func rawServer(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serve(conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() {
		listener.Close()
		<-done
	})
	return listener.Addr().String()
}

// readHead reads a request's head and body of 8 bytes.
func readHead(conn net.Conn) {
	r := bufio.NewReader(conn)
	if request, err := http.ReadRequest(r); err == nil {
		io.Copy(io.Discard, request.Body)
	}
}

func TestBadReceivers(t *testing.T) {
	t.Parallel()
	answer := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			readHead(conn)
			io.WriteString(conn, text)
		}
	}
	for name, c := range map[string]struct {
		serve func(net.Conn)
		want  webhook.Reason
	}{
		"closes at once":        {func(net.Conn) {}, webhook.ReasonConnect},
		"closes after request":  {readHead, webhook.ReasonConnect},
		"garbage":               {answer("\x00\x01\x02 no http at all\r\n\r\n"), webhook.ReasonConnect},
		"half a head":           {answer("HTTP/1.1 200 OK\r\nContent-"), webhook.ReasonConnect},
		"half a body":           {answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"), webhook.ReasonConnect},
		"half a chunked body":   {answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), webhook.ReasonConnect},
		"whole chunked body":    {answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), webhook.ReasonNone},
		"body until close":      {answer("HTTP/1.1 200 OK\r\n\r\nabc"), webhook.ReasonNone},
		"bad length":            {answer("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), webhook.ReasonConnect},
		"storm of 1xx":          {answer(strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 100)), webhook.ReasonConnect},
		"huge head":             {answer("HTTP/1.1 200 OK\r\nX-A: " + strings.Repeat("a", 200_000) + "\r\n\r\n"), webhook.ReasonResponseTooLarge},
		"huge garbage":          {answer(strings.Repeat("x", 100_000)), webhook.ReasonResponseTooLarge},
		"body above the limit":  {answer("HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("b", 64<<10+1)), webhook.ReasonResponseTooLarge},
		"body at the limit":     {answer("HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat("b", 64<<10)), webhook.ReasonNone},
		"ten gigabytes":         {tenGigabytes, webhook.ReasonResponseTooLarge},
		"an error with a novel": {answer("HTTP/1.1 500 No\r\n\r\n" + strings.Repeat("b", 100_000)), webhook.ReasonStatus5xx},
		"switching protocols":   {answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), webhook.ReasonStatus4xx},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := rawServer(t, c.serve)
			result, err := client(t, send.Options{}).Send(t.Context(), post(t, "http://"+address))
			if got := reason(t, err); got != c.want {
				t.Errorf("reason %q (%v), want %q", got, err, c.want)
			}
			if err != nil && len(err.Error()) > 600 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			if len(result.Response.Body) > 4<<10 {
				t.Errorf("%d bytes of the body kept", len(result.Response.Body))
			}
		})
	}
}

// tenGigabytes announces ten gigabytes and writes until the client hangs up.
func tenGigabytes(conn net.Conn) {
	readHead(conn)
	fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", 10<<30)
	block := make([]byte, 64<<10)
	for {
		if _, err := conn.Write(block); err != nil {
			return
		}
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	for name, serve := range map[string]func(net.Conn){
		"no answer": func(conn net.Conn) { io.Copy(io.Discard, conn) },
		"slow body": func(conn net.Conn) {
			readHead(conn)
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
			io.Copy(io.Discard, conn)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req := post(t, "http://"+rawServer(t, serve))
			req.Timeout = 50 * time.Millisecond
			_, err := client(t, send.Options{}).Send(t.Context(), req)
			if got := reason(t, err); got != webhook.ReasonTimeout {
				t.Errorf("reason %q (%v), want timeout", got, err)
			}
		})
	}
}

func TestCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("a person said stop")
	address := rawServer(t, func(conn net.Conn) {
		readHead(conn)
		cancel(cause)
		io.Copy(io.Discard, conn)
	})
	_, err := client(t, send.Options{}).Send(ctx, post(t, "http://"+address))
	if reason(t, err) != webhook.ReasonCanceled || !errors.Is(err, cause) {
		t.Errorf("error %v, want the cause", err)
	}
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := listener.Addr().String()
	listener.Close()
	c := client(t, send.Options{})
	for target, want := range map[string]webhook.Reason{
		"http://" + closed:                         webhook.ReasonConnect,
		"http://no-such-host.invalid/":             webhook.ReasonDNS,
		"http://169.254.169.254/latest/meta-data/": webhook.ReasonBlocked,
		"http://[::ffff:169.254.169.254]/":         webhook.ReasonBlocked,
		"http://[64:ff9b::a9fe:a9fe]/":             webhook.ReasonBlocked,
		"http://[2002:a9fe:a9fe::1]/":              webhook.ReasonBlocked,
		"http://[fd00:ec2::254]/":                  webhook.ReasonBlocked,
		"http://[fe80::1%25lo]/":                   webhook.ReasonBlocked,
		"http://0.0.0.0:80/":                       webhook.ReasonBlocked,
		"http://[::]:80/":                          webhook.ReasonBlocked,
		"http://224.0.0.1/":                        webhook.ReasonBlocked,
		"http://255.255.255.255/":                  webhook.ReasonBlocked,
	} {
		_, err := c.Send(t.Context(), post(t, target))
		if got := reason(t, err); got != want {
			t.Errorf("%s: reason %q (%v), want %q", target, got, err, want)
		}
	}
}

func TestAllowAndDeny(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	named := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	for name, c := range map[string]struct {
		options send.Options
		target  string
		want    webhook.Reason
	}{
		"default":         {send.Options{}, server.URL, webhook.ReasonNone},
		"denied":          {send.Options{Deny: loopback}, server.URL, webhook.ReasonBlocked},
		"denied by name":  {send.Options{Deny: append(loopback, netip.MustParsePrefix("::1/128"))}, named, webhook.ReasonBlocked},
		"allow beats it":  {send.Options{Deny: loopback, Allow: loopback}, server.URL, webhook.ReasonNone},
		"denied by proxy": {send.Options{Deny: loopback, Proxy: viaProxy(server.URL)}, server.URL, webhook.ReasonBlocked},
	} {
		_, err := client(t, c.options).Send(t.Context(), post(t, c.target))
		if got := reason(t, err); got != c.want {
			t.Errorf("%s: reason %q (%v), want %q", name, got, err, c.want)
		}
	}
}

func TestProxy(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 1)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.String()
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(proxy.Close)
	c := client(t, send.Options{Proxy: viaProxy(proxy.URL)})
	result, err := c.Send(t.Context(), post(t, "http://only-the-proxy-knows.invalid/in"))
	if err != nil || result.Response.Status != http.StatusAccepted {
		t.Fatalf("status %d, error %v", result.Response.Status, err)
	}
	if got := <-asked; got != "http://only-the-proxy-knows.invalid/in" {
		t.Errorf("the proxy was asked for %s", got)
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		http.Redirect(w, r, "/again", http.StatusTemporaryRedirect)
	}))
	t.Cleanup(server.Close)
	_, err := client(t, send.Options{}).Send(t.Context(), post(t, server.URL))
	if reason(t, err) != webhook.ReasonRedirect || calls.Load() != 1 {
		t.Errorf("error %v after %d calls, want a redirect after one", err, calls.Load())
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	var header string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", header)
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(server.Close)
	c := client(t, send.Options{})
	for _, test := range []struct {
		header   string
		from, to time.Duration
	}{
		{"120", 2 * time.Minute, 2 * time.Minute},
		{time.Now().Add(time.Hour).UTC().Format(http.TimeFormat), 59 * time.Minute, time.Hour},
		{"Mon, 02 Jan 2006 15:04:05 GMT", 0, 0},
		{"-5", 0, 0},
		{"soon", 0, 0},
		{"99999999999999999999", 0, 0},
		{"", 0, 0},
	} {
		header = test.header
		_, err := c.Send(t.Context(), post(t, server.URL))
		failure, ok := errors.AsType[*send.Error](err)
		if !ok || failure.RetryAfter < test.from || failure.RetryAfter > test.to {
			t.Errorf("%q: %v, want %v to %v", test.header, failure.RetryAfter, test.from, test.to)
		}
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	good, caFile := certificate(t, time.Now().Add(time.Hour), "127.0.0.1")
	expired, expiredCA := certificate(t, time.Now().Add(-time.Hour), "127.0.0.1")
	other, otherCA := certificate(t, time.Now().Add(time.Hour), "192.0.2.1")
	serve := func(pair tls.Certificate) string {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
		server.Config.ErrorLog = nil
		server.StartTLS()
		t.Cleanup(server.Close)
		return server.URL
	}
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(plain.Close)
	goodURL := serve(good)
	c := client(t, send.Options{})
	for _, test := range []struct {
		name, target, caFile string
		skip                 bool
		want                 webhook.Reason
	}{
		{"unknown authority", goodURL, "", false, webhook.ReasonTLS},
		{"own authority", goodURL, caFile, false, webhook.ReasonNone},
		{"wrong authority", goodURL, otherCA, false, webhook.ReasonTLS},
		{"verification off", goodURL, "", true, webhook.ReasonNone},
		{"expired", serve(expired), expiredCA, false, webhook.ReasonTLS},
		{"wrong name", serve(other), otherCA, false, webhook.ReasonTLS},
		{"not TLS", strings.Replace(plain.URL, "http:", "https:", 1), "", false, webhook.ReasonTLS},
		{"CA file missing", goodURL, filepath.Join(t.TempDir(), "none.pem"), false, webhook.ReasonTLS},
	} {
		req := post(t, test.target)
		req.Timeout = time.Minute // a handshake takes long on a busy machine
		req.CAFile, req.SkipVerify = test.caFile, test.skip
		_, err := c.Send(t.Context(), req)
		if got := reason(t, err); got != test.want {
			t.Errorf("%s: reason %q (%v), want %q", test.name, got, err, test.want)
		}
	}
}

// TestMendedCAFile checks that a CA file is read again after it did not serve.
func TestMendedCAFile(t *testing.T) {
	t.Parallel()
	pair, right := certificate(t, time.Now().Add(time.Hour), "127.0.0.1")
	_, wrong := certificate(t, time.Now().Add(time.Hour), "127.0.0.1")
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	server.StartTLS()
	t.Cleanup(server.Close)
	c := client(t, send.Options{})
	req := post(t, server.URL)
	req.CAFile = wrong
	if _, err := c.Send(t.Context(), req); reason(t, err) != webhook.ReasonTLS {
		t.Fatalf("error %v, want tls", err)
	}
	data, err := os.ReadFile(right)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(wrong, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Send(t.Context(), req); err != nil {
		t.Errorf("after mending the file: %v", err)
	}
}

// certificate makes a self-signed one for an address and a file that trusts it.
func certificate(t *testing.T, notAfter time.Time, address string) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: notAfter.Add(-2 * time.Hour), NotAfter: notAfter, IPAddresses: []net.IP{net.ParseIP(address)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// TestConnectionsAreShared checks keep-alive, also for webhooks of one host with
// different paths.
func TestConnectionsAreShared(t *testing.T) {
	t.Parallel()
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") }))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	c := client(t, send.Options{})
	for i := range 10 {
		if _, err := c.Send(t.Context(), post(t, fmt.Sprintf("%s/%d", server.URL, i))); err != nil {
			t.Fatal(err)
		}
	}
	if opened.Load() != 1 {
		t.Errorf("%d connections for 10 requests, want 1", opened.Load())
	}
}

// viaProxy sends everything through one proxy.
func viaProxy(proxy string) func(*url.URL) (*url.URL, error) {
	return func(*url.URL) (*url.URL, error) { return url.Parse(proxy) }
}
