package bench

import (
	"testing"
	"time"
)

func TestFindWindows(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(seconds ...float64) (times []time.Time) {
		for _, s := range seconds {
			times = append(times, start.Add(time.Duration(s*float64(time.Second))))
		}
		return times
	}
	for name, c := range map[string]struct {
		times []time.Time
		want  *windows
	}{
		"nothing":            {nil, nil},
		"less than a window": {at(0, 1, 2, 9.9), nil},
		"evenly":             {at(0, 2, 4, 6, 8, 10, 12, 14), &windows{5, 5}},
		"with a gap":         {at(0, 1, 2, 3, 10, 20, 21), &windows{1, 4}},
		"in bursts":          {at(0, 0, 0, 9, 9, 11, 30), &windows{1, 5}},
	} {
		got := findWindows(c.times, 10*time.Second)
		if (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
