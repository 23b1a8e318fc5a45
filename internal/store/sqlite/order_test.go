package sqlite

import (
	"bytes"
	"crypto/rand"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// stuck opens a store with n deliveries of one webhook, of which all but the first
// and the last ten were delivered.
func stuck(t testing.TB, n int) *Store {
	t.Helper()
	sealer, err := store.NewSealer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Options{Dir: t.TempDir(), Sealer: sealer})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	ids, now := webhook.NewIDs(rand.Reader), time.Now()
	list := make([]webhook.Delivery, n)
	err = s.Update(t.Context(), func(tx store.Tx) error {
		change := webhook.Change{Time: now, Event: webhook.Updated, ObjectType: "dcim.site", ObjectID: 1, Context: []byte("{}")}
		if err := tx.AddChange(&change); err != nil {
			return err
		}
		for i := range list {
			id, err := ids.Next(now)
			if err != nil {
				return err
			}
			list[i] = webhook.Delivery{ID: id, WebhookID: 1, ChangeID: change.ID, State: webhook.Queued, Created: now, Due: now}
			if err := tx.AddDelivery(&list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	claims, err := s.Claim(t.Context(), "w", list[1:n-10])
	if err != nil {
		t.Fatal(err)
	}
	settlements := make([]store.Settlement, len(claims))
	for i, claim := range claims {
		settlements[i] = store.Settlement{Claim: claim, State: webhook.Finished, Time: now}
	}
	if _, err := s.Settle(t.Context(), settlements); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestInOrderEitherWay checks that both ways to read an ordered lane find the same.
func TestInOrderEitherWay(t *testing.T) {
	t.Parallel()
	s := stuck(t, 100)
	query := store.DueQuery{WebhookID: 1, InOrder: true, Limit: 4}
	for page, want := range []int{4, 4, 3, 0} {
		var sorted, walked []store.Due
		err := s.read(t.Context(), func(t *tx) (err error) {
			if sorted, err = t.sortInOrder(query); err != nil {
				return err
			}
			walked, err = t.walkInOrder(query)
			return err
		})
		if err != nil || len(sorted) != want {
			t.Fatalf("page %d: %d deliveries, error %v; want %d", page, len(sorted), err, want)
		}
		if diff := cmp.Diff(walked, sorted); diff != "" {
			t.Errorf("page %d: (-walked +sorted)\n%s", page, diff)
		}
		if want > 0 {
			query.After.ID = sorted[want-1].ID
		}
	}
}

// BenchmarkDueInOrder reads an ordered lane of which one delivery has been stuck
// while 100,000 others were delivered. A walk past these takes 450 ms.
func BenchmarkDueInOrder(b *testing.B) {
	s := stuck(b, 100_000)
	for b.Loop() {
		due, err := s.Due(b.Context(), store.DueQuery{WebhookID: 1, InOrder: true, Limit: 1000})
		if err != nil || len(due) != 11 {
			b.Fatalf("%d due, error %v", len(due), err)
		}
	}
}
