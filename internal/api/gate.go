package api

import (
	"context"

	"golang.org/x/sync/semaphore"
)

// gateBytes is how many bytes of lists may be under way at once. A change takes
// some ten times its length in memory until it is stored, so that a few hundred
// clients with long lists would take gigabytes; one that waits takes only what it
// has sent. It is more than the database can take in at once.
const gateBytes = 2 << 20

// smallBody is up to which size a body passes the gate unseen, so that nobody with
// one change waits behind somebody's long list.
const smallBody = 16 << 10

// gate bounds what large requests take in memory together.
type gate struct{ weights *semaphore.Weighted }

func newGate() gate { return gate{semaphore.NewWeighted(gateBytes)} }

// enter waits, in the order of coming, until a body of so many bytes may be worked
// on, or ctx ends. The caller calls leave afterwards.
func (g gate) enter(ctx context.Context, size int) (leave func(), err error) {
	if size <= smallBody {
		return func() {}, nil
	}
	weight := int64(min(size, gateBytes))
	if err := g.weights.Acquire(ctx, weight); err != nil {
		return nil, context.Cause(ctx)
	}
	return func() { g.weights.Release(weight) }, nil
}
