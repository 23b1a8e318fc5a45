package webhook_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"bellhop/internal/webhook"
)

// TestUUIDLayout checks the fields of RFC 9562 section 5.7 with the moment of its
// example in appendix A.6.
func TestUUIDLayout(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(0x017F22E279B0)
	id, err := webhook.NewIDs(rand.Reader).Next(at)
	if err != nil {
		t.Fatal(err)
	}
	text := id.String()
	if text[:15] != "017f22e2-79b0-7" || id[8]>>6 != 0b10 || !id.Time().Equal(at) {
		t.Errorf("%s for %v", text, at)
	}
	parsed, err := webhook.ParseUUID(text)
	if err != nil || parsed != id {
		t.Errorf("%s reads as %s, error %v", text, parsed, err)
	}
}

func TestParseUUID(t *testing.T) {
	t.Parallel()
	if id, err := webhook.ParseUUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"); err != nil || id.String() != "017f22e2-79b0-7cc3-98c4-dc0c0c07398f" {
		t.Errorf("upper case: %s, error %v", id, err)
	}
	for _, text := range []string{
		"", "017f22e279b07cc398c4dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
		"{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}", "017f22e2_79b0-7cc3-98c4-dc0c0c07398f",
	} {
		if _, err := webhook.ParseUUID(text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}

// TestIDsContinue after one that was made by a clock that is ahead.
func TestIDsContinue(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1_700_000_000_000)
	ahead, err := webhook.NewIDs(rand.Reader).Next(now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	ids := webhook.NewIDs(rand.Reader)
	ids.After(ahead)
	ids.After(webhook.UUID{})
	if id, err := ids.Next(now); err != nil || id.String() <= ahead.String() {
		t.Errorf("%s after %s, error %v", id, ahead, err)
	}
}

// TestIDsGrow also with a clock that stands still or steps back, random bits that
// are all ones, and many callers.
func TestIDsGrow(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1_700_000_000_000)
	for name, random := range map[string]*webhook.IDs{
		"random": webhook.NewIDs(rand.Reader),
		"ones":   webhook.NewIDs(endless(0xff)),
		"zeros":  webhook.NewIDs(endless(0)),
	} {
		var last webhook.UUID
		for i := range 10_000 {
			now := at
			if i%3 == 0 {
				now = at.Add(-time.Hour)
			}
			id, err := random.Next(now)
			if err != nil || bytes.Compare(id[:], last[:]) <= 0 {
				t.Fatalf("%s: %s after %s, error %v", name, id, last, err)
			}
			if id[6]>>4 != 7 || id[8]>>6 != 0b10 {
				t.Fatalf("%s: %s is not of version 7", name, id)
			}
			last = id
		}
	}
	ids := webhook.NewIDs(rand.Reader)
	var seen sync.Map
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 1000 {
				if id, err := ids.Next(time.Now()); err != nil {
					t.Error(err)
				} else if _, twice := seen.LoadOrStore(id, true); twice {
					t.Errorf("%s was given twice", id)
				}
			}
		})
	}
	wg.Wait()
}

// endless reads as one byte over and over.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func TestIDsReportABrokenSource(t *testing.T) {
	t.Parallel()
	broken := errors.New("no entropy")
	if _, err := webhook.NewIDs(iotest.ErrReader(broken)).Next(time.Now()); !errors.Is(err, broken) {
		t.Errorf("error %v, want the source's", err)
	}
}

// TestFirstUUID divides ids by the moment at which they were made.
func TestFirstUUID(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1_700_000_000_000)
	first := webhook.FirstUUID(at)
	ids := webhook.NewIDs(rand.Reader)
	for _, tc := range []struct {
		made  time.Time
		order int
	}{{at.Add(-time.Millisecond), -1}, {at, 1}, {at.Add(time.Second), 1}} {
		id, err := ids.Next(tc.made)
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Compare(id[:], first[:]); got != tc.order {
			t.Errorf("an id of %v is %d to the first of %v, want %d", tc.made, got, at, tc.order)
		}
	}
}
