package send

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// hell2 is a receiver that plays a scene of HTTP/2 frames for every connection.
type hell2 struct {
	hell
	requests atomic.Int32 // those that arrived whole
}

// scene2 is one connection, seen from the receiver, after the client's preface.
type scene2 struct {
	*http2.Framer
	conn   net.Conn
	hell   *hell2
	number int32 // of the connection, from 1
}

func newHell2(t *testing.T, play func(*scene2)) *hell2 {
	t.Helper()
	certificate := httptest.NewTLSServer(nil)
	certificate.Close()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: certificate.TLS.Certificates, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12,
	})
	if err != nil {
		t.Fatal(err)
	}
	h := &hell2{hell: hell{url: "https://" + listener.Addr().String()}}
	h.serve(t, listener, func(conn net.Conn, number int32) {
		preface := make([]byte, len(http2.ClientPreface))
		if _, err := io.ReadFull(conn, preface); err != nil {
			return // the client has enough connections
		}
		framer := http2.NewFramer(conn, conn)
		framer.AllowIllegalWrites = true
		play(&scene2{framer, conn, h, number})
	})
	return h
}

// endWith ends the receiver and closes the client's connections as they become
// idle: net/http winds an exchange up after it has returned.
func (h *hell2) endWith(client *Client) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.end()
	}()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		client.Close()
		select {
		case <-ended:
			return
		case <-tick.C:
		}
	}
}

// greet sends the settings that begin a connection.
func (s *scene2) greet(settings ...http2.Setting) *scene2 {
	_ = s.WriteSettings(settings...) // a write that fails is the client's hanging up
	return s
}

// request reads up to the end of a request and returns its stream, or 0 at the end
// of the connection.
func (s *scene2) request() (stream uint32) {
	for {
		frame, err := s.ReadFrame()
		if err != nil {
			return 0
		}
		switch f := frame.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				_ = s.WriteSettingsAck()
			}
		case *http2.PingFrame:
			if !f.IsAck() {
				_ = s.WritePing(true, f.Data)
			}
		case *http2.HeadersFrame:
			if f.StreamEnded() {
				s.hell.requests.Add(1)
				return f.StreamID
			}
		case *http2.DataFrame:
			if f.StreamEnded() {
				s.hell.requests.Add(1)
				return f.StreamID
			}
		}
	}
}

// echo waits until the client has read everything that was written so far. It
// reports false at the end of the connection.
func (s *scene2) echo() bool {
	_ = s.WritePing(false, [8]byte{})
	for {
		frame, err := s.ReadFrame()
		if err != nil {
			return false
		}
		if f, ok := frame.(*http2.PingFrame); ok && f.IsAck() {
			return true
		}
	}
}

// head encodes header fields.
func head(fields ...string) []byte {
	var b bytes.Buffer
	encoder := hpack.NewEncoder(&b)
	for i := 0; i < len(fields); i += 2 {
		_ = encoder.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]}) // a buffer takes everything
	}
	return b.Bytes()
}

// fields sends the head of an answer.
func (s *scene2) fields(stream uint32, end bool, fields ...string) {
	_ = s.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: head(fields...), EndStream: end, EndHeaders: true})
}

// well answers a request with 200.
func (s *scene2) well(stream uint32) {
	s.fields(stream, false, ":status", "200")
	_ = s.WriteData(stream, true, []byte("ok"))
}

// wells answers everything well that still comes.
func (s *scene2) wells() {
	for stream := s.request(); stream != 0; stream = s.request() {
		s.well(stream)
	}
}

// once returns a scene that does something for the first request of the first
// connection only; everything else is answered well.
func once(what func(s *scene2, stream uint32)) func(*scene2) {
	return func(s *scene2) {
		s.greet()
		if s.number == 1 {
			what(s, s.request())
		}
		s.wells()
	}
}

// always returns a scene that does something for every request.
func always(what func(s *scene2, stream uint32)) func(*scene2) {
	return func(s *scene2) {
		s.greet()
		for stream := s.request(); stream != 0; stream = s.request() {
			what(s, stream)
		}
	}
}

// flood returns a scene that repeats something, after the first request, until the
// client hangs up.
func flood(what func(s *scene2, stream uint32) error) func(*scene2) {
	return func(s *scene2) {
		s.greet()
		stream := s.request()
		for what(s, stream) == nil {
		}
	}
}

// floodBody is a flood after the head of an answer.
func floodBody(what func(s *scene2, stream uint32) error) func(*scene2) {
	return func(s *scene2) {
		s.greet()
		stream := s.request()
		s.fields(stream, false, ":status", "200")
		for what(s, stream) == nil {
		}
	}
}

// trickle lets a body go 1,000 bytes at a time after the first window.
func trickle(s *scene2) {
	s.greet()
	for {
		frame, err := s.ReadFrame()
		if err != nil {
			return
		}
		f, ok := frame.(*http2.DataFrame)
		switch {
		case ok && f.StreamEnded():
			s.hell.requests.Add(1)
			s.well(f.StreamID)
		case ok:
			_ = s.WriteWindowUpdate(0, 1000)
			_ = s.WriteWindowUpdate(f.StreamID, 1000)
		}
	}
}

func resetWith(code http2.ErrCode) func(*scene2, uint32) {
	return func(s *scene2, stream uint32) { _ = s.WriteRSTStream(stream, code) }
}

// away says that streams up to last were processed, and what ended the connection.
func away(last uint32, code http2.ErrCode) func(*scene2, uint32) {
	return func(s *scene2, _ uint32) { _ = s.WriteGoAway(last, code, []byte("bye")) }
}

// raw sends bytes that need not be a frame.
func raw(text string) func(*scene2) {
	return func(s *scene2) {
		s.greet()
		s.request()
		_, _ = io.WriteString(s.conn, text)
	}
}
