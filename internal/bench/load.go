package bench

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// statusError is an answer that is no 2xx.
type statusError struct {
	status int
	body   string
}

func (e *statusError) Error() string {
	return fmt.Sprintf("%d %s: %s", e.status, http.StatusText(e.status), e.body)
}

// poster is one connection of a posting.
type poster struct {
	accepted, refused int
	firstError        string
	latencies         []time.Duration
}

// run posts everything and returns when all is answered, or ctx has ended.
func (p *posting) run(ctx context.Context) *postingDone {
	transport := newTransport(p.Connections)
	defer transport.CloseIdleConnections()
	posters := make([]poster, p.Connections)
	var next atomic.Int64 // the number of the next request
	var posting sync.WaitGroup
	done := &postingDone{Start: time.Now()}
	for i := range posters {
		posting.Go(func() { p.post(ctx, transport, &posters[i], &next, done.Start) })
	}
	posting.Wait()
	done.End = time.Now()
	var latencies []time.Duration
	for i := range posters {
		done.Accepted += posters[i].accepted
		done.Refused += posters[i].refused
		if done.FirstError == "" {
			done.FirstError = posters[i].firstError
		}
		latencies = slices.Concat(latencies, posters[i].latencies)
	}
	done.Latency = percentiles(latencies)
	return done
}

// post takes requests in turn and sends them on one connection.
func (p *posting) post(ctx context.Context, transport http.RoundTripper, stats *poster, next *atomic.Int64, start time.Time) {
	size := 1
	if p.Bulk {
		size = bulkSize
	}
	payload := newPayload(p.Input)
	for {
		offset := int(next.Add(1)-1) * size
		if offset >= p.Events || !p.pace(ctx, start, offset) {
			return
		}
		// The transport may still read a body when its answer is there.
		var body []byte
		n := min(size, p.Events-offset)
		if p.Bulk {
			body = payload.appendList(make([]byte, 0, n*2048), p.First+offset, n)
		} else {
			body = payload.appendOne(make([]byte, 0, 2048), p.First+offset)
		}
		sent := time.Now()
		if err := post(ctx, transport, p.URL, p.Token, body); err != nil {
			stats.refused += n
			if stats.firstError == "" {
				stats.firstError = err.Error()
			}
			continue
		}
		stats.accepted += n
		stats.latencies = append(stats.latencies, time.Since(sent))
	}
}

// pace waits for the moment of a change at a fixed rate; it returns false when
// ctx ended.
func (p *posting) pace(ctx context.Context, start time.Time, offset int) bool {
	if p.Rate > 0 {
		at := start.Add(time.Duration(float64(offset) / float64(p.Rate) * float64(time.Second)))
		timer := time.NewTimer(time.Until(at))
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}
