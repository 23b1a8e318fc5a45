package pytext

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMatches compares the linear search, which short texts do not come to,
// with the standard library's.
func TestMatches(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	text := func(longest int) string {
		b := make([]byte, random.IntN(longest+1))
		for i := range b {
			b[i] = "ab"[random.IntN(2)]
		}
		return string(b)
	}
	for range 20_000 {
		s, sub := text(30), text(4)+"a"
		var want []int
		for from := 0; ; {
			at := strings.Index(s[from:], sub)
			if at < 0 {
				break
			}
			want = append(want, from+at)
			from += at + len(sub)
		}
		if got := matches(s, sub, -1); !slices.Equal(got, want) {
			t.Fatalf("matches(%q, %q) = %v, want %v", s, sub, got, want)
		}
	}
}

// disappointing is a text on which the standard library's search for the needle
// takes the product of both lengths.
func disappointing() (s, needle string) {
	s = strings.Repeat("&"+strings.Repeat("a", 32), 1<<15)
	return s, s[:len(s)/2] + "x"
}

func TestLongSearch(t *testing.T) {
	t.Parallel()
	s, needle := disappointing()
	started := time.Now()
	if at := Find(s, needle, nil, nil); at != -1 {
		t.Errorf("Find of what is not there = %d", at)
	}
	if n := Count(s, needle, nil, nil); n != 0 {
		t.Errorf("Count of what is not there = %d", n)
	}
	if at := RFind(s, reversed(needle), nil, nil); at != -1 {
		t.Errorf("RFind of what is not there = %d", at)
	}
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("three searches took %v, so they are not linear", took)
	}

	// What is there is found at the same places as a short needle.
	needle = needle[:len(needle)-1]
	text := needle + "-" + needle + "-" + needle[1:]
	if at := Find(text, needle, nil, nil); at != 0 {
		t.Errorf("Find = %d, want 0", at)
	}
	if at, want := RFind(text, needle, nil, nil), len(needle)+1; at != want {
		t.Errorf("RFind = %d, want %d", at, want)
	}
	if n := Count(text, needle, nil, nil); n != 2 {
		t.Errorf("Count = %d, want 2", n)
	}
	if got, want := Replace(text, needle, "+", -1, nil), "+-+-"+needle[1:]; got != want {
		t.Errorf("Replace gives %d bytes, want %d", len(got), len(want))
	}
	left, _ := Split(text, needle, 1, nil)
	if want := []string{"", "-" + needle + "-" + needle[1:]}; !slices.Equal(left, want) {
		t.Errorf("Split gives %d pieces, not the wanted two", len(left))
	}
	right, _ := RSplit(text, needle, 1, nil)
	if want := []string{needle + "-", "-" + needle[1:]}; !slices.Equal(right, want) {
		t.Errorf("RSplit gives %d pieces, not the wanted two", len(right))
	}
}
