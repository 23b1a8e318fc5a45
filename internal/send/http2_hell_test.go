package send

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"bellhop/internal/webhook"
)

// hell2 is a receiver that plays a scene of HTTP/2 frames for every connection. It
// fails the test when a connection is not closed by the client in the end.
type hell2 struct {
	url                   string
	connections, requests atomic.Int32 // requests are those that arrived whole
	written               atomic.Int64
	// end waits until every connection is closed; no more are taken.
	end func()
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
	h := &hell2{url: "https://" + listener.Addr().String()}
	var accepting sync.WaitGroup
	accepting.Go(func() {
		var open sync.WaitGroup
		defer open.Wait()
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			number := h.connections.Add(1)
			open.Go(func() { h.serve(t, conn, number, play) })
		}
	})
	h.end = func() {
		listener.Close()
		accepting.Wait()
	}
	t.Cleanup(h.end)
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

func (h *hell2) serve(t *testing.T, conn net.Conn, number int32, play func(*scene2)) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience)) // fails if it is closed, as some scenes do
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(conn, preface); err != nil {
		return // the client has enough connections
	}
	framer := http2.NewFramer(&countingConn{conn, &h.written}, conn)
	framer.AllowIllegalWrites = true
	play(&scene2{framer, conn, h, number})
	if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the client did not close the connection")
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

// slow2 is enough for a request to arrive on a busy machine.
const slow2 = 2 * time.Second

// TestHTTP2FromHell plays what a receiver can do to us with HTTP/2's frames. Each
// has its reason; a POST is sent again within an attempt only if the receiver has
// said that it did not process it; memory is bounded, and nothing is left of it.
func TestHTTP2FromHell(t *testing.T) {
	t.Parallel()
	const connect, timeout, none, large = webhook.ReasonConnect, webhook.ReasonTimeout, webhook.ReasonNone, webhook.ReasonResponseTooLarge
	bigIndex := head("x-big", strings.Repeat("a", 3900)) // enters the table as entry 62
	for name, c := range map[string]struct {
		play     func(*scene2)
		timeout  time.Duration // 0: none is to be waited for
		want     webhook.Reason
		requests int32 // -1: as it comes
	}{
		"well": {always((*scene2).well), 0, none, 1},

		// RFC 9113 section 6.8: what is above the last stream was not processed.
		"goes away before the request": {func(s *scene2) {
			s.greet()
			if s.number == 1 {
				away(0, http2.ErrCodeNo)(s, 0)
				return // the client has to close the connection, and asks over another
			}
			s.wells()
		}, 0, none, -1},
		"always goes away before the request": {func(s *scene2) {
			s.greet()
			away(0, http2.ErrCodeNo)(s, 0)
			s.conn.Close()
		}, 0, connect, -1},
		"goes away below the request":               {once(away(0, http2.ErrCodeNo)), 0, none, 2},
		"always goes away below the request":        {always(away(0, http2.ErrCodeNo)), 0, connect, maxTries},
		"goes away below the request, with a fault": {once(away(0, http2.ErrCodeInternal)), 0, connect, 1},
		"goes away below the request, too many calls": {
			once(away(0, http2.ErrCodeEnhanceYourCalm)), 0, connect, 1,
		},
		"goes away after the request and answers": {always(func(s *scene2, stream uint32) {
			away(stream, http2.ErrCodeNo)(s, stream)
			s.well(stream)
		}), 0, none, 1},
		"goes away after the request and hangs up": {always(func(s *scene2, stream uint32) {
			away(stream, http2.ErrCodeNo)(s, stream)
			s.conn.Close()
		}), 0, connect, 1},
		"goes away twice": {always(func(s *scene2, stream uint32) { // as Envoy does: first a warning
			away(1<<31-1, http2.ErrCodeNo)(s, stream)
			away(stream, http2.ErrCodeNo)(s, stream)
			s.well(stream)
		}), 0, none, 1},
		"goes away within the answer": {always(func(s *scene2, stream uint32) {
			s.fields(stream, false, ":status", "200")
			away(stream, http2.ErrCodeNo)(s, stream)
			_ = s.WriteData(stream, true, []byte("ok"))
		}), 0, none, 1},
		"goes away within the answer and hangs up": {always(func(s *scene2, stream uint32) {
			s.fields(stream, false, ":status", "200")
			away(stream, http2.ErrCodeNo)(s, stream)
			s.conn.Close()
		}), 0, connect, 1},
		"goes away below an answer that has begun": {always(func(s *scene2, stream uint32) {
			s.fields(stream, false, ":status", "200")
			_ = s.WriteData(stream, false, []byte("o"))
			away(0, http2.ErrCodeNo)(s, stream)
		}), 0, connect, 1},

		// RFC 9113 section 8.7: a refused stream was not processed, nothing else is said.
		"refuses once":            {once(resetWith(http2.ErrCodeRefusedStream)), 0, none, 2},
		"refuses always":          {always(resetWith(http2.ErrCodeRefusedStream)), 0, connect, maxTries},
		"resets: protocol error":  {always(resetWith(http2.ErrCodeProtocol)), 0, connect, 1},
		"resets: internal error":  {always(resetWith(http2.ErrCodeInternal)), 0, connect, 1},
		"resets: cancel":          {always(resetWith(http2.ErrCodeCancel)), 0, connect, 1},
		"resets: calm":            {always(resetWith(http2.ErrCodeEnhanceYourCalm)), 0, connect, 1},
		"resets: HTTP/1 required": {always(resetWith(http2.ErrCodeHTTP11Required)), 0, connect, 1},
		"resets: no error":        {always(resetWith(http2.ErrCodeNo)), 0, connect, 1},
		"resets: unknown":         {always(resetWith(4711)), 0, connect, 1},
		"refuses within the answer": {always(func(s *scene2, stream uint32) {
			s.fields(stream, false, ":status", "200")
			resetWith(http2.ErrCodeRefusedStream)(s, stream)
		}), 0, connect, 1},
		"answers before the body": {func(s *scene2) {
			s.greet()
			for {
				frame, err := s.ReadFrame()
				if err != nil {
					return
				}
				if f, ok := frame.(*http2.HeadersFrame); ok {
					s.fields(f.StreamID, true, ":status", "413")
					resetWith(http2.ErrCodeNo)(s, f.StreamID)
				}
			}
		}, 0, webhook.ReasonStatus4xx, 0},

		// Flow control.
		// Of 100 kB the window that each stream begins with takes 65,535.
		"never lets the body go": {func(s *scene2) { s.greet().request() }, slow2, timeout, 0},
		"takes the window back": {func(s *scene2) {
			s.greet(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 0}).request()
		}, slow2, timeout, 0},
		"lets the body go little by little": {trickle, 0, none, 1},
		"window above the limit": {always(func(s *scene2, stream uint32) {
			_ = s.WriteWindowUpdate(0, 1<<31-1)
			_ = s.WriteWindowUpdate(0, 1<<31-1)
		}), 0, connect, 1},
		"window grows by nothing": {always(func(s *scene2, stream uint32) { _ = s.WriteWindowUpdate(0, 0) }), 0, connect, 1},
		"more than the window takes": {floodBody(func(s *scene2, stream uint32) error {
			return s.WriteData(stream, false, make([]byte, 16<<10))
		}), 0, large, 1},
		"never ends the answer": {always(func(s *scene2, stream uint32) { s.fields(stream, false, ":status", "200") }), slow2, timeout, 1},
		"empty frames": {floodBody(func(s *scene2, stream uint32) error {
			return s.WriteData(stream, false, nil)
		}), 0, large, 1},
		"padding": {floodBody(func(s *scene2, stream uint32) error {
			return s.WriteDataPadded(stream, false, nil, make([]byte, 200))
		}), 0, large, 1},

		// Floods.
		"settings": {flood(func(s *scene2, _ uint32) error { return s.WriteSettings() }), 0, large, 1},
		"pings":    {flood(func(s *scene2, _ uint32) error { return s.WritePing(false, [8]byte{}) }), 0, large, 1},
		"windows":  {flood(func(s *scene2, stream uint32) error { return s.WriteWindowUpdate(stream+2, 1) }), 0, large, 1},
		"priorities": {flood(func(s *scene2, stream uint32) error {
			return s.WritePriority(stream, http2.PriorityParam{})
		}), 0, large, 1},
		"frames that nobody knows": {flood(func(s *scene2, stream uint32) error {
			return s.WriteRawFrame(0xbe, 0, stream, make([]byte, 100))
		}), 0, large, 1},
		"acknowledges what nobody set": {flood(func(s *scene2, _ uint32) error { return s.WriteSettingsAck() }), 0, connect, 1},
		"pushes": {always(func(s *scene2, stream uint32) {
			_ = s.WritePushPromise(http2.PushPromiseParam{StreamID: stream, PromiseID: 2, BlockFragment: head(":method", "GET"), EndHeaders: true})
		}), 0, connect, 1},
		"continues for ever": {func(s *scene2) {
			s.greet()
			stream := s.request()
			_ = s.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: head(":status", "200")})
			for s.WriteContinuation(stream, false, head("x-a", strings.Repeat("b", 1000))) == nil {
			}
		}, 0, connect, 1},
		"continues with nothing for ever": {func(s *scene2) {
			s.greet()
			stream := s.request()
			_ = s.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: head(":status", "200")})
			for s.WriteContinuation(stream, false, nil) == nil {
			}
		}, 0, large, 1},
		"one large header": {always(func(s *scene2, stream uint32) {
			block := head(":status", "200", "x-a", strings.Repeat("b", 100_000))
			_ = s.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block[:16<<10]})
			for block = block[16<<10:]; len(block) > 16<<10; block = block[16<<10:] {
				_ = s.WriteContinuation(stream, false, block[:16<<10])
			}
			_ = s.WriteContinuation(stream, true, block)
		}), 0, connect, 1},
		// A kilobyte of references to an entry of 4 kB is 4 MB of header.
		"header bomb": {always(func(s *scene2, stream uint32) {
			block := append(append(head(":status", "200"), bigIndex...), bytes.Repeat([]byte{0x80 | 62}, 1000)...)
			_ = s.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block, EndHeaders: true, EndStream: true})
		}), 0, large, 1},
		"header bomb as trailer": {always(func(s *scene2, stream uint32) {
			s.fields(stream, false, ":status", "200")
			block := append(bytes.Clone(bigIndex), bytes.Repeat([]byte{0x80 | 62}, 1000)...)
			_ = s.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block, EndHeaders: true, EndStream: true})
		}), 0, none, 1},
		"storm of 1xx": {flood(func(s *scene2, stream uint32) error {
			return s.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: head(":status", "103"), EndHeaders: true})
		}), 0, large, 1},
		"table of a gigabyte": {always(func(s *scene2, stream uint32) {
			_ = s.WriteHeaders(http2.HeadersFrameParam{
				StreamID: stream, BlockFragment: append([]byte{0x3f, 0xe1, 0xff, 0xff, 0xff, 0x03}, head(":status", "200")...), EndHeaders: true, EndStream: true,
			})
		}), 0, connect, 1},

		// Nonsense.
		"no status":         {always(func(s *scene2, stream uint32) { s.fields(stream, true, "x-a", "b") }), 0, connect, 1},
		"status of letters": {always(func(s *scene2, stream uint32) { s.fields(stream, true, ":status", "abc") }), 0, connect, 1},
		"upper case name":   {always(func(s *scene2, stream uint32) { s.fields(stream, true, ":status", "200", "X-A", "b") }), 0, connect, 1},
		"line end in a value": {always(func(s *scene2, stream uint32) {
			s.fields(stream, true, ":status", "200", "x-a", "b\r\nx-b: c")
		}), 0, connect, 1},
		"length that is wrong": {always(func(s *scene2, stream uint32) {
			s.fields(stream, false, ":status", "200", "content-length", "1")
			_ = s.WriteData(stream, true, []byte("abc"))
		}), 0, connect, 1},
		"data before the head":       {always(func(s *scene2, stream uint32) { _ = s.WriteData(stream, true, []byte("ok")) }), 0, connect, 1},
		"answers another stream":     {always(func(s *scene2, stream uint32) { s.well(stream + 2) }), slow2, connect, 1},
		"answers stream 0":           {always(func(s *scene2, stream uint32) { s.well(0) }), 0, connect, 1},
		"frame longer than allowed":  {always(func(s *scene2, stream uint32) { _ = s.WriteData(stream, true, make([]byte, 1<<20)) }), 0, connect, 1},
		"speaks HTTP/1":              {raw(fine), 0, connect, 1},
		"greets in HTTP/1":           {func(s *scene2) { _, _ = io.WriteString(s.conn, fine) }, 0, connect, 0},
		"half a frame":               {func(s *scene2) { raw("\x00\x00\x08\x06")(s); s.conn.Close() }, 0, connect, 1},
		"hangs up without greeting":  {func(s *scene2) { s.conn.Close() }, 0, connect, 0},
		"hangs up after the request": {func(s *scene2) { s.greet().request(); s.conn.Close() }, 0, connect, 1},
		// The client may hang up before its request is on its way.
		"begins with a ping": {func(s *scene2) { _ = s.WritePing(false, [8]byte{}); s.request() }, 0, connect, -1},
		"never greets":       {func(s *scene2) { s.request() }, slow2, timeout, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHell2(t, c.play)
			client := New(Options{})
			req := newRequest(t, h.url)
			req.SkipVerify, req.Timeout = true, patience
			transport, _, err := client.transport(t.Context(), req, nil)
			if err != nil {
				t.Fatal(err)
			}
			// After a GOAWAY it is this that closes a connection without requests.
			transport.(*http.Transport).IdleConnTimeout = slow2
			if c.timeout > 0 {
				req.Timeout = c.timeout
			}
			if strings.Contains(name, "body go") || strings.Contains(name, "window back") {
				req.Body = make([]byte, 100_000)
			}
			result, err := client.Send(t.Context(), req)
			checkReason(t, err, c.want)
			checkBounds(t, &result, err)
			h.endWith(client) // or the receiver complains
			if n := h.requests.Load(); n != c.requests && c.requests >= 0 {
				t.Errorf("%d requests arrived, want %d", n, c.requests)
			}
			bound := int32(maxTries + 1) // net/http dials while it waits for one
			if c.requests < 0 {
				bound = maxTries * (maxConnections + 1) // it may find several before it writes
			}
			if n := h.connections.Load(); n > bound {
				t.Errorf("%d connections", n)
			}
			if n := h.written.Load(); n > 8<<20 { // most of it is in the kernel's buffers
				t.Errorf("%d bytes were taken from the receiver", n)
			}
		})
	}
}

// TestHTTP2SendsOnce has receivers that break every exchange off in ways after which
// net/http sends requests again, for as long as there is time. What may be sent
// again at all, because it is safe or was not processed, is sent twice at most.
func TestHTTP2SendsOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		what   func(*scene2, uint32)
		method string
		body   string
		want   int32
	}{
		"no body, protocol error":        {resetWith(http2.ErrCodeProtocol), http.MethodPost, "", 1},
		"no body, refused":               {resetWith(http2.ErrCodeRefusedStream), http.MethodPost, "", 1}, // twice would be right
		"no body, goes away":             {away(0, http2.ErrCodeNo), http.MethodDelete, "", 1},            // as well
		"safe, protocol error":           {resetWith(http2.ErrCodeProtocol), http.MethodGet, "", 2},
		"safe, goes away":                {away(0, http2.ErrCodeNo), http.MethodGet, "", 2},
		"safe with a body, refused":      {resetWith(http2.ErrCodeRefusedStream), http.MethodGet, "x", maxTries},
		"taken for HTTP/1":               {resetWith(http2.ErrCodeProtocol), http.MethodPost, "x", 1},
		"taken for HTTP/1 and goes away": {away(0, http2.ErrCodeNo), http.MethodPut, "x", 1}, // as well
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHell2(t, always(c.what))
			client := New(Options{})
			req := newRequest(t, h.url)
			req.SkipVerify, req.Timeout, req.Method, req.Body = true, patience, c.method, []byte(c.body)
			if strings.HasPrefix(name, "taken") {
				client.protocols.learn(req.URL, false)
			}
			_, err := client.Send(t.Context(), req)
			checkReason(t, err, webhook.ReasonConnect)
			if strings.Contains(err.Error(), "GetBody") {
				t.Errorf("error %q is not for people", err)
			}
			h.endWith(client)
			if n := h.requests.Load(); n != c.want {
				t.Errorf("%d requests arrived, want %d", n, c.want)
			}
		})
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

// TestHTTP2LeavesConnectionsBehind has a receiver that wants no more requests over a
// connection after the first one, and keeps it open. net/http closes it when it has
// been idle for long: there must not be more and more of them.
func TestHTTP2LeavesConnectionsBehind(t *testing.T) {
	t.Parallel()
	left := make(chan struct{})
	h := newHell2(t, func(s *scene2) {
		s.greet()
		stream := s.request()
		s.well(stream)
		if s.echo() {
			away(stream, http2.ErrCodeNo)(s, stream)
			s.echo()
		}
		left <- struct{}{}
	})
	client := New(Options{})
	client.open.limit = 5
	req := newRequest(t, h.url)
	req.SkipVerify, req.Timeout = true, patience
	transport, _, err := client.transport(t.Context(), req, nil)
	if err != nil {
		t.Fatal(err)
	}
	pool := transport.(*http.Transport)
	pool.IdleConnTimeout = patience / 2
	for range client.open.limit {
		_, err := client.Send(t.Context(), req)
		checkReason(t, err, webhook.ReasonNone)
		<-left
	}
	_, err = client.Send(t.Context(), req)
	checkReason(t, err, webhook.ReasonConnect)
	if err == nil || !strings.Contains(err.Error(), "5 connections to the receiver are open") {
		t.Errorf("error %v", err)
	}
	h.endWith(client)
	// The receiver hears of a connection's end before it is closed here.
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for counted := 1; counted > 0; <-tick.C {
		client.open.mu.Lock()
		counted = len(client.open.count)
		client.open.mu.Unlock()
	}
}

// TestHTTP2AllowsNoStreams has receivers that say that they take no request, which
// may be before or after the first one is on its way. That must not become a loop.
func TestHTTP2AllowsNoStreams(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "x"} {
		h := newHell2(t, func(s *scene2) { s.greet(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 0}).request() })
		client := New(Options{})
		req := newRequest(t, h.url)
		req.SkipVerify, req.Timeout, req.Body = true, slow2, []byte(body)
		if _, err := client.Send(t.Context(), req); err == nil {
			t.Errorf("body %q: no error", body)
		}
		h.endWith(client)
		if n := h.connections.Load(); n > maxTries*(maxConnections+1) {
			t.Errorf("body %q: %d connections", body, n)
		}
	}
}

// TestHTTP2GoesSilent has a receiver that neither reads nor answers any more, over
// a connection that is kept: it is noticed and closed, with a request under way and
// without one.
func TestHTTP2GoesSilent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body   int  // of a second request
		unread bool // nothing more is read by the receiver
	}{
		"idle":                   {0, false},
		"with a request":         {10, false},
		"with a request, unread": {16 << 20, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHell2(t, func(s *scene2) {
				s.greet(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1 << 30})
				_ = s.WriteWindowUpdate(0, 1<<30)
				s.well(s.request())
				// Pings are not answered. That the client has hung up shows in
				// writing, too.
				tick := time.NewTicker(20 * time.Millisecond)
				defer tick.Stop()
				for c.unread && s.WriteRawFrame(0xbe, 0, 0, nil) == nil {
					<-tick.C
				}
			})
			client := New(Options{})
			defer client.Close()
			req := newRequest(t, h.url)
			req.SkipVerify, req.Timeout = true, patience
			transport, _, err := client.transport(t.Context(), req, nil)
			if err != nil {
				t.Fatal(err)
			}
			config := transport.(*http.Transport).HTTP2
			if config.SendPingTimeout == 0 || config.PingTimeout == 0 || config.WriteByteTimeout == 0 {
				t.Fatalf("settings %+v", config)
			}
			config.SendPingTimeout, config.PingTimeout, config.WriteByteTimeout = slow2, slow2, slow2
			_, err = client.Send(t.Context(), req)
			checkReason(t, err, webhook.ReasonNone)
			if c.body > 0 {
				req.Body, req.Timeout = make([]byte, c.body), slow2
				_, err = client.Send(t.Context(), req)
				checkReason(t, err, webhook.ReasonTimeout)
			}
			h.end() // or the receiver complains
		})
	}
}
