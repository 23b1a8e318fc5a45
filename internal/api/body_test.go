package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
)

// open sends the head of a request and the beginning of its body.
func (s *server) open(t *testing.T, head, body string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_, err = fmt.Fprintf(conn, "POST /api/extras/tags/ HTTP/1.1\r\nHost: x\r\nAuthorization: Token %s\r\nContent-Type: application/json\r\n%s\r\n\r\n%s", adminKey, head, body)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// What is not framed as RFC 9112 section 7.1 says is the client's fault, not ours.
func TestBodiesThatCannotBeRead(t *testing.T) {
	s := setup(t)
	for _, body := range []string{
		"-2\r\n{}\r\n0\r\n\r\n",
		"zz\r\n{}\r\n0\r\n\r\n",
		"2;a=\"b\n\"\r\n{}\r\n0\r\n\r\n",
		"2\r\n{}xx",
		"2\r\n{}\r\n0\r\n" + strings.Repeat("X: y\r\n", 10_000) + "\r\n",
	} {
		conn := s.open(t, "Transfer-Encoding: chunked", body)
		got, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%.40q: %v", body, err)
		}
		text, _ := io.ReadAll(got.Body) // as far as it came
		if got.StatusCode != http.StatusBadRequest || string(text) != `{"detail":"The request's body cannot be read."}` {
			t.Errorf("%.40q: %d %s", body, got.StatusCode, text)
		}
		got.Body.Close()
	}
}

// Memory is taken for what a client has sent, not for what it says it will send.
func TestPromisedBodiesTakeNoMemory(t *testing.T) {
	s := setup(t)
	const clients, promised = 50, 1 << 20 // the longest that is taken
	s.ask(t, "GET", "/api/extras/tags/", "", 200, nil)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range clients {
		conn := s.open(t, fmt.Sprintf("Expect: 100-continue\r\nContent-Length: %d", promised), "")
		// The server asks for the body once it reads it.
		got, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || got.StatusCode != http.StatusContinue {
			t.Fatalf("%v, error %v", got, err)
		}
	}
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; taken > clients*promised/4 {
		t.Errorf("%d requests that sent nothing took %d bytes", clients, taken)
	}
}
