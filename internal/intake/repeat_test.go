package intake_test

import (
	"testing"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// TestRepeats checks that people are told once about a webhook that one user's
// changes of one object fire a hundred times within a minute, and not about one
// that fires as often for many objects, for many users, or more slowly.
func TestRepeats(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(i int, change *webhook.Change)
		every  time.Duration
		n      int
		want   []int // the changes after which people are told
	}{
		"fast":            {func(int, *webhook.Change) {}, 100 * time.Millisecond, 3000, []int{99}},
		"slow":            {func(int, *webhook.Change) {}, 700 * time.Millisecond, 300, nil},
		"many objects":    {func(i int, change *webhook.Change) { change.ObjectID = int64(i) }, time.Millisecond, 300, nil},
		"many users":      {func(i int, change *webhook.Change) { change.UserName = string(rune('a' + i%10)) }, time.Millisecond, 300, nil},
		"nothing fired":   {func(_ int, change *webhook.Change) { change.Event = webhook.Deleted }, time.Millisecond, 300, nil},
		"after a silence": {func(int, *webhook.Change) {}, 0, 400, []int{99, 299}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := setup(t, func(tx store.Tx) error { return tx.Webhooks().Create(hook("a", "", webhook.Updated)) })
			at := now
			var told []int
			for i := range c.n {
				change := siteChange(1, webhook.Cause{})
				c.change(i, &change)
				at = at.Add(c.every)
				if c.every == 0 && i%200 == 0 {
					at = at.Add(10 * time.Minute)
				}
				recorded, err := d.Prepare(change, at)
				if err != nil {
					t.Fatal(err)
				}
				if ids := d.Repeats(recorded); len(ids) > 0 {
					told = append(told, i)
				}
			}
			if len(told) != len(c.want) {
				t.Fatalf("told after %v, want %v", told, c.want)
			}
			for i := range told {
				if told[i] != c.want[i] {
					t.Errorf("told after %v, want %v", told, c.want)
				}
			}
		})
	}
}
