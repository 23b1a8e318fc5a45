package webhook

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestStatisticsCount(t *testing.T) {
	t.Parallel()
	var a, b Statistics
	a.Count(Finished, time.Millisecond)
	a.Count(Scheduled, 3*time.Millisecond)
	b.Count(Queued, time.Hour) // a probe
	b.Count(Failed, 0)
	a.Add(&b)
	want := Statistics{Finished: 1, Failed: 1, Retried: 2, Latency: Histogram{0: 2, 2: 1, 15: 1}}
	if diff := cmp.Diff(want, a); diff != "" || a.Attempts() != 4 || a.Share() != 0.25 {
		t.Errorf("%d attempts, share %v; difference (-want +got):\n%s", a.Attempts(), a.Share(), diff)
	}
	if share := new(Statistics).Share(); share != 0 {
		t.Errorf("share of nothing: %v", share)
	}
}

func TestHistogramQuantile(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name      string
		histogram Histogram
		q         float64
		want      time.Duration
		none      bool
	}{
		{name: "empty", q: 0.5, none: true},
		{name: "half of one part", histogram: Histogram{3: 100}, q: 0.5, want: 7500 * time.Microsecond},
		{name: "all", histogram: Histogram{3: 100}, q: 1, want: 10 * time.Millisecond},
		{name: "none of it", histogram: Histogram{3: 100}, q: 0, want: 5 * time.Millisecond},
		{name: "end of the first part", histogram: Histogram{0: 50, 9: 50}, q: 0.5, want: time.Millisecond},
		{name: "second part", histogram: Histogram{0: 50, 9: 50}, q: 0.75, want: 750 * time.Millisecond},
		{name: "beyond the bounds", histogram: Histogram{15: 1}, q: 0.5, want: time.Minute},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, ok := c.histogram.Quantile(c.q)
			if got != c.want || ok == c.none {
				t.Errorf("got %v, %v; want %v, %v", got, ok, c.want, !c.none)
			}
		})
	}
}
