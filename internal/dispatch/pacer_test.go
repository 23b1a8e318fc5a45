package dispatch_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"bellhop/internal/webhook"
)

// TestRateLimit checks that a rate is kept within 5 % over any 10 s, at low and at
// high rates, from the very beginning and after a pause, by what the receiver
// saw.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	const window = 10 * time.Second
	for _, limit := range []float64{0.5, 2, 7.5, 50, 111} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := setup(t)
				defer b.finish()
				b.net.answer = func(*http.Request) (int, http.Header, error) {
					time.Sleep(7 * time.Millisecond)
					return 200, nil, nil
				}
				b.start()
				b.webhook("site", func(wh *webhook.Webhook) { wh.RateLimit, wh.Timeout = limit, 60 })
				b.change("site", 0) // then a pause, which must not be made up for
				time.Sleep(time.Minute)
				n := int(limit*25) + 1 // a little more than fits into two windows
				for i := range n {
					b.change("site", int64(i))
				}
				time.Sleep(2*window + time.Second)
				synctest.Wait()
				got := b.net.requests("site")[1:]
				if gap := got[1].at.Sub(got[0].at); gap.Seconds() < 0.99/limit {
					t.Errorf("the pause was made up for: the second request came %v after the first", gap)
				}
				for i, first := range got {
					end, in := first.at.Add(window), 0
					for _, r := range got[i:] {
						if r.at.Before(end) {
							in++
						}
					}
					if want := limit * window.Seconds(); float64(in) > want*1.05+0.5 || float64(in) < want*0.95-0.5 && end.Before(got[len(got)-1].at) {
						t.Fatalf("%d requests in the 10 s from %v on, want %v within 5 %%", in, first.at.Sub(got[0].at), want)
					}
				}
				if total := limit * 20; float64(len(got)) < total*0.95 {
					t.Errorf("%d requests in 21 s, want at least %v", len(got), total)
				}
			})
		})
	}
}
