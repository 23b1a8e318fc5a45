package send_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"bellhop/internal/send"
	"bellhop/internal/webhook"
)

// A request whose context has ended before is not sent, also where there is a
// connection that needs no dialling.
func TestEndedContextSendsNothing(t *testing.T) {
	t.Parallel()
	var arrived atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrived.Add(1) }))
	defer server.Close()
	target, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := send.New(send.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	defer client.Close()
	request := &send.Request{Method: http.MethodPost, URL: target, Body: []byte("{}"), Timeout: time.Minute}
	if _, err := client.Send(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	result, err := client.Send(ended, request)
	failure, ok := errors.AsType[*send.Error](err)
	if !ok || failure.Reason != webhook.ReasonCanceled || result.Wrote {
		t.Errorf("wrote %v, error %v; want canceled and nothing written", result.Wrote, err)
	}
	server.Close() // waits for what has arrived
	if n := arrived.Load(); n != 1 {
		t.Errorf("%d requests arrived, want the first only", n)
	}
}
