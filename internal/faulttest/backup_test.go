package faulttest

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"bellhop/internal/webhook"
)

// TestBackupUnderLoad backs a database up while everything is done to it, restores
// the copy as docs/operations.md says, and lets a server deliver what was left in
// it. The copy has every step that was acknowledged before it was begun, and none
// that came before one it lacks.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	dir, r, l := t.TempDir(), newReceiver(t), newLedger()
	prepare(t, dir, r, map[int]int{})
	s := start(t, dir, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	load := startLoad(ctx, t, s, l, 1)
	restored := t.TempDir()
	var before map[*object]int
	for i := range 3 {
		arrived := len(r.all())
		await(t, "work to be done", func() bool { return len(r.all()) > arrived+30 })
		before = l.acknowledged()
		path := filepath.Join(t.TempDir(), "copy.db")
		if i == 2 {
			path = filepath.Join(restored, "bellhop.db")
		}
		backup := exec.CommandContext(t.Context(), program, "backup", "--data", dir, path)
		var output bytes.Buffer
		backup.Stderr = &output
		if err := errors.Join(run(backup), backup.Wait()); err != nil {
			t.Fatalf("backup: %v: %s", err, &output)
		}
	}
	cancel()
	load.running.Wait()
	s.stop(t)

	copyFiles(t, dir, restored, "secret.key")
	r.mended.Store(true)
	s = start(t, restored, 2)
	settle(t, s)
	s.stop(t)
	c := readContents(t, restored)
	for o, n := range before {
		steps := c.steps[key(o.kind, o.name)]
		whole := slices.Clone(o.done)
		if o.doubt != nil {
			whole = append(whole, *o.doubt)
		}
		if len(steps) < n || len(steps) > len(whole) || !slices.Equal(steps, whole[:len(steps)]) {
			t.Errorf("%s: changes %v in the copy; %d were acknowledged before it of %v", o.name, steps, n, whole)
		}
	}
	for _, d := range c.deliveries {
		if d.State != webhook.Finished && d.State != webhook.Canceled {
			t.Errorf("delivery %s is %s", d.ID, d.State)
		}
	}
	for id, change := range c.changes {
		if len(c.byChange[id]) == 0 && hookOf(change.kind()) != 3 {
			t.Errorf("change %d of %s has no delivery", id, change.key)
		}
	}
}

// acknowledged returns how many steps of each object were answered so far.
func (l *ledger) acknowledged() map[*object]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	counts := make(map[*object]int, len(l.objects))
	for _, o := range l.objects {
		counts[o] = len(o.done)
	}
	return counts
}
