package send

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"bellhop/internal/webhook"
)

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
			// After a GOAWAY it is these that close a connection without requests.
			poolOf(t, client, req).IdleConnTimeout, client.abandonedAfter = slow2, patience/2
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
