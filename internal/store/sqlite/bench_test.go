package sqlite_test

import (
	"bytes"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/store/storetest"
	"bellhop/internal/webhook"
)

// BenchmarkCycle is a delivery's life in the store: recorded with its change,
// claimed, settled with an attempt. 64 requesters record while one recorder
// settles in batches, as package dispatch does. It reports CPU time a cycle,
// which other load on the machine disturbs less than the rate.
func BenchmarkCycle(b *testing.B) {
	s := open(b, b.TempDir())
	suite := storetest.NewSuite(s)
	body := bytes.Repeat([]byte("x"), 1500)
	enqueued := make(chan webhook.Delivery, 1024)
	before := cpuTime(b)
	b.ResetTimer()

	var requesters, recorder sync.WaitGroup
	var next atomic.Int64
	for range 64 {
		requesters.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				list, err := suite.Enqueue(b.Context(), time.Now(), i, 1, body)
				if err != nil {
					b.Error(err)
					return
				}
				enqueued <- list[0]
			}
		})
	}
	recorder.Go(func() {
		for settled := 0; ; {
			batch := gather(enqueued)
			if len(batch) == 0 {
				return
			}
			claims, err := s.Claim(b.Context(), "w", batch)
			if err != nil {
				b.Error(err)
				return
			}
			outcomes := make([]store.Settlement, len(claims))
			for i, claim := range claims {
				outcomes[i] = storetest.Outcome(claim, webhook.Finished, 200, time.Now())
			}
			if _, err := s.Settle(b.Context(), outcomes); err != nil {
				b.Error(err)
				return
			}
			settled += len(outcomes)
		}
	})
	requesters.Wait()
	close(enqueued)
	recorder.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cycles/s")
	b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/1000/float64(b.N), "cpu-ms/cycle")
}

// gather waits for one delivery and takes what else is there; it returns none
// when the channel is closed.
func gather(from <-chan webhook.Delivery) []webhook.Delivery {
	first, ok := <-from
	if !ok {
		return nil
	}
	batch := []webhook.Delivery{first}
	for len(batch) < 64 {
		select {
		case d, ok := <-from:
			if !ok {
				return batch
			}
			batch = append(batch, d)
		default:
			return batch
		}
	}
	return batch
}

// cpuTime returns the CPU time that this process has used.
func cpuTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
