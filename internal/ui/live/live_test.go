package live

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func subscribe(t *testing.T, h *Hub, topics Topics) *Subscription {
	t.Helper()
	s, err := h.Subscribe(topics, h.Version())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOnlyWantedTopicsArrive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		s := subscribe(t, h, Overview|Deliveries)
		defer s.Close()
		h.Publish(Changes)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if topics, err := s.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, error %v", topics, err)
		}
		h.Publish(Overview | Deliveries | Changes)
		if topics, err := s.Next(t.Context()); err != nil || topics != Overview|Deliveries {
			t.Errorf("got %v, error %v; want overview and deliveries", topics, err)
		}
	})
}

// What was published between reading the version and subscribing is news.
func TestNothingIsMissedBeforeSubscribing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		since := h.Version()
		h.Publish(Deliveries)
		s, err := h.Subscribe(Overview|Deliveries, since)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if topics, err := s.Next(t.Context()); err != nil || topics != Overview|Deliveries {
			t.Errorf("got %v, error %v; want all topics", topics, err)
		}
		if NewHub().Version() == h.Version() {
			t.Error("another process has the same version")
		}
	})
}

func TestNewsIsGathered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		s := subscribe(t, h, Overview|Deliveries)
		defer s.Close()
		start := time.Now()
		h.Publish(Overview)
		next := func(want string, after time.Duration) {
			t.Helper()
			topics, err := s.Next(t.Context())
			if got := strings.Join(topics.Names(), " "); err != nil || got != want || time.Since(start) != after {
				t.Errorf("got %q after %v, error %v; want %q after %v", got, time.Since(start), err, want, after)
			}
		}
		next("overview", 0) // the first at once
		for range 100 {
			h.Publish(Overview)
		}
		go func() {
			time.Sleep(100 * time.Millisecond)
			h.Publish(Deliveries)
		}()
		next("overview deliveries", MinInterval)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if topics, err := s.Next(ctx); err == nil {
			t.Errorf("got %v twice", topics)
		}
	})
}

// However often something is published, subscribers are gone through four times a
// second.
func TestRoundsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		s := subscribe(t, h, Deliveries)
		defer s.Close()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		var publishing sync.WaitGroup
		defer publishing.Wait() // time stands still when the test has returned
		publishing.Go(func() {
			for ctx.Err() == nil {
				h.Publish(Deliveries | Overview)
				time.Sleep(time.Millisecond)
			}
		})
		rounds := 0
		for {
			topics, err := s.Next(ctx)
			if err != nil {
				break
			}
			if rounds++; topics != Deliveries {
				t.Errorf("got %v", topics.Names())
			}
		}
		if rounds < 39 || rounds > 41 {
			t.Errorf("%d rounds in 10 s", rounds)
		}
	})
}

func TestCloseEndsEverything(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		s := subscribe(t, h, Overview)
		go func() {
			time.Sleep(time.Second)
			h.Close()
			h.Close()
		}()
		if _, err := s.Next(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("error %v", err)
		}
		if _, err := h.Subscribe(Overview, 0); !errors.Is(err, ErrClosed) {
			t.Errorf("subscribing later: error %v", err)
		}
		s.Close()
		s.Close()
		if n := h.listening.Load(); n != 0 {
			t.Errorf("%d listen", n)
		}
	})
}

func TestSubscribersAreBounded(t *testing.T) {
	t.Parallel()
	h := NewHub()
	var last *Subscription
	for range MaxSubscribers {
		last = subscribe(t, h, Overview)
	}
	if _, err := h.Subscribe(Overview, 0); !errors.Is(err, ErrTooMany) {
		t.Errorf("error %v", err)
	}
	last.Close()
	subscribe(t, h, Overview)
}

func TestPublishersAndSubscribersAtOnce(t *testing.T) {
	t.Parallel()
	h := NewHub()
	var running sync.WaitGroup
	for range 4 {
		running.Go(func() {
			for range 1000 {
				h.Publish(Overview)
			}
		})
		running.Go(func() {
			for range 100 {
				s := subscribe(t, h, Overview)
				h.Publish(Overview)
				if _, err := s.Next(t.Context()); err != nil {
					t.Error(err)
				}
				s.Close()
			}
		})
	}
	running.Wait()
}

// A stream pings, sends events, and ends when it is not allowed any more.
func TestStream(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		s := subscribe(t, h, Overview|Deliveries)
		defer s.Close()
		pings := 0
		reader, writer := io.Pipe()
		go func() {
			defer writer.Close()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/live/", http.NoBody)
			Stream(&pipe{header: http.Header{}, Writer: writer}, r, s, func(context.Context) bool {
				pings++
				return pings < 3
			})
		}()
		go func() {
			time.Sleep(20 * time.Second)
			h.Publish(Overview | Deliveries)
		}()
		start := time.Now()
		var got []string
		for lines := bufio.NewScanner(reader); lines.Scan(); {
			if text := lines.Text(); text != "" && !strings.HasPrefix(text, "id: ") {
				got = append(got, time.Since(start).String()+" "+text)
			}
		}
		want := []string{
			"0s : listening", "15s : ping", "20s event: live-overview", "20s data:", "20s event: live-deliveries", "20s data:", "35s : ping",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q\nwant %q", got, want)
		}
		if elapsed := time.Since(start); elapsed != 50*time.Second {
			t.Errorf("ended after %v, want the third ping's time", elapsed)
		}
	})
}

// pipe is a response whose body somebody reads as it comes.
type pipe struct {
	header http.Header
	io.Writer
}

func (p *pipe) Header() http.Header { return p.header }
func (p *pipe) WriteHeader(int)     {}
func (p *pipe) Flush()              {}

// Over a real connection the stream outlives the server's limit on reading, and
// ends when the hub is closed.
func TestStreamOverHTTP(t *testing.T) {
	t.Parallel()
	h := NewHub()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := subscribe(t, h, Overview)
		defer s.Close()
		go h.Publish(Overview)
		Stream(w, r, s, func(context.Context) bool { return true })
	}))
	server.Config.ReadTimeout = 50 * time.Millisecond
	server.Start()
	defer server.Close()
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, http.NoBody)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("content type %q", got)
	}
	go func() {
		<-time.After(200 * time.Millisecond) // four times the limit
		h.Publish(Overview)
		<-time.After(2 * MinInterval)
		h.Close()
	}()
	body, err := io.ReadAll(response.Body)
	if err != nil || strings.Count(string(body), "event: live-overview\n") != 2 {
		t.Errorf("error %v, stream:\n%s", err, body)
	}
}

func BenchmarkPublishToMany(b *testing.B) {
	h := NewHub()
	for range MaxSubscribers {
		if _, err := h.Subscribe(Deliveries, h.Version()); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		h.Publish(Deliveries | Overview)
	}
}

func BenchmarkPublishToNobody(b *testing.B) {
	h := NewHub()
	for b.Loop() {
		h.Publish(Deliveries | Overview)
	}
}
