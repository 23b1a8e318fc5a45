package faulttest

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// TestReceiversDoNotWriteTheLog has a receiver that goes on talking over a
// connection on which nothing was asked. net/http would have the default logger
// print it, and a receiver can go on for long.
func TestReceiversDoNotWriteTheLog(t *testing.T) {
	t.Parallel()
	certificate := httptest.NewTLSServer(nil)
	certificate.Close()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: certificate.TLS.Certificates, MinVersion: tls.VersionTLS12,
	})
	if err != nil {
		t.Fatal(err)
	}
	hungUp := make(chan struct{}, 1)
	var serving sync.WaitGroup
	serving.Go(func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		talk(t, conn)
		hungUp <- struct{}{}
	})
	t.Cleanup(func() {
		listener.Close()
		serving.Wait()
	})
	s := start(t, t.TempDir(), 1)
	create := func(path string, body any) {
		t.Helper()
		if err := s.api.Do(t.Context(), http.MethodPost, path, body, nil); err != nil {
			t.Fatal(err)
		}
	}
	create("extras/webhooks/", map[string]any{
		"name": "talks", "content_types": []string{"dcim.site"}, "type_create": true, "ssl_verification": false,
		"payload_url": fmt.Sprintf("https://%s/", listener.Addr()),
	})
	create("dcim/sites/", map[string]string{"name": "a", "slug": "a"})
	<-hungUp
	s.stop(t)
	if output := s.output(); strings.Contains(output, "Unsolicited") || strings.Contains(output, "chatter") {
		t.Errorf("the receiver wrote into the log:\n%s", output)
	}
}

// talk answers a request, and then goes on until the client hangs up.
func talk(t *testing.T, conn net.Conn) {
	request, err := http.ReadRequest(bufio.NewReader(conn))
	if err == nil {
		_, err = io.Copy(io.Discard, request.Body)
	}
	if err == nil {
		_, err = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	}
	if err != nil {
		t.Errorf("the first request: %v", err)
	}
	for err == nil {
		_, err = io.WriteString(conn, "chatter\r\n")
	}
}
