// Package storetest is the contract of package store as a test suite. Every
// implementation runs it:
//
//	func TestContract(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) store.Store { … })
//	}
//
// New behaviour of the contract enters here first.
package storetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Run runs the whole suite. open returns an empty store that is closed when the
// test ends.
func Run(t *testing.T, open func(t *testing.T) store.Store) {
	for _, part := range []struct {
		name string
		test func(t *testing.T, s *Suite)
	}{
		{"records", testRecords},
		{"unique keys", testUniqueKeys},
		{"references", testReferences},
		{"sequences", testSequences},
		{"filters", testFilters},
		{"refused filters", testRefusedFilters},
		{"related", testRelated},
		{"networks", testNetworks},
		{"changed", testChanged},
		{"order and pages", testPages},
		{"secrets", testSecrets},
		{"settings", testSettings},
		{"idempotency", testIdempotency},
		{"transactions", testTransactions},
		{"group members fail alone", testGroupFailure},
		{"read only", testReadOnly},
		{"snapshot", testSnapshot},
		{"canceled context", testCanceledContext},
		{"panic", testPanic},
		{"changes", testChanges},
		{"deliveries", testDeliveries},
		{"delivery filters", testDeliveryFilters},
		{"reach of a search", testReach},
		{"reach of a search for changes", testReachOfChanges},
		{"claims", testClaims},
		{"settle", testSettle},
		{"settle after cancel", testSettleAfterCancel},
		{"settle after delete", testSettleAfterDelete},
		{"due", testDue},
		{"due in order", testDueInOrder},
		{"requeue and cancel", testRequeueCancel},
		{"attempts", testAttempts},
		{"large bodies", testLargeBodies},
		{"counters", testCounters},
		{"retention", testRetention},
		{"statistics", testStatistics},
		{"statistics become hours", testStatisticsBecomeHours},
		{"backlogs", testBacklogs},
		{"many claimants", testManyClaimants},
		{"closed", testClosed},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.test(t, &Suite{Store: open(t), ids: webhook.NewIDs(rand.Reader)})
		})
	}
}

// Suite is a store with helpers to fill it.
type Suite struct {
	store.Store
	ids *webhook.IDs
}

// NewSuite returns the helpers on a store, for benchmarks and tests of other
// packages.
func NewSuite(s store.Store) *Suite { return &Suite{Store: s, ids: webhook.NewIDs(rand.Reader)} }

// start is the moment at which the suite's data begins.
var start = time.Date(2026, 3, 9, 17, 55, 33, 123456000, time.UTC)

// update runs fn and fails the test on an error.
func (s *Suite) update(t testing.TB, fn func(store.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatalf("update: %v", err)
	}
}

// view runs fn and fails the test on an error.
func (s *Suite) view(t testing.TB, fn func(store.Tx) error) {
	t.Helper()
	if err := s.View(t.Context(), fn); err != nil {
		t.Fatalf("view: %v", err)
	}
}

// Enqueue records a change of object with n deliveries, one each for webhooks
// 1 to n, and returns them.
func (s *Suite) Enqueue(ctx context.Context, at time.Time, object int64, n int, body []byte) ([]webhook.Delivery, error) {
	list := make([]webhook.Delivery, n)
	for i := range list {
		id, err := s.ids.Next(at)
		if err != nil {
			return nil, err
		}
		list[i] = webhook.Delivery{ID: id, WebhookID: int64(i + 1), State: webhook.Queued, Created: at, Due: at}
	}
	err := s.Update(ctx, func(tx store.Tx) error {
		change := webhook.Change{
			Time: at, Event: webhook.Updated, ObjectType: "dcim.site", ObjectID: object, ObjectRepr: fmt.Sprintf("site %d", object),
			UserName: "jo", RequestID: webhook.UUID{15: byte(object)}, Context: body,
		}
		for i := range list {
			change.Verdicts = append(change.Verdicts, webhook.Verdict{
				WebhookID: list[i].WebhookID, Name: "hook", Outcome: webhook.Fired, DeliveryID: list[i].ID,
			})
		}
		if err := tx.AddChange(&change); err != nil {
			return err
		}
		for i := range list {
			list[i].ChangeID = change.ID
			if err := tx.AddDelivery(&list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// enqueue is Enqueue for tests.
func (s *Suite) enqueue(t testing.TB, at time.Time, object int64, n int) []webhook.Delivery {
	t.Helper()
	list, err := s.Enqueue(t.Context(), at, object, n, []byte(`{"event": "updated"}`))
	if err != nil {
		t.Fatalf("enqueue: %v", err)
	}
	return list
}

// claim claims one delivery or fails the test.
func (s *Suite) claim(t testing.TB, d webhook.Delivery) store.Claim {
	t.Helper()
	claims, err := s.Claim(t.Context(), "w1", []webhook.Delivery{d})
	if err != nil || len(claims) != 1 {
		t.Fatalf("claim: %d claims, error %v; want one", len(claims), err)
	}
	return claims[0]
}

// Outcome returns the settlement of a claim with an attempt of some status.
func Outcome(c store.Claim, state webhook.State, status int, at time.Time) store.Settlement {
	attempt := &webhook.Attempt{
		DeliveryID: c.Delivery.ID, Number: c.Delivery.Attempts + 1, Start: at, Worker: c.Worker, WebhookRevision: 1,
		Timing: webhook.Timing{FirstByte: 900 * time.Microsecond, Total: time.Millisecond},
		Request: webhook.SentRequest{
			Method: "POST", URL: "http://receiver.example/in", BodyIsContext: true,
			Header: []webhook.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Empty", Value: ""}},
		},
		Response: webhook.ReceivedResponse{Status: status, Header: []webhook.Header{{Name: "Date", Value: "today"}}, Body: []byte("ok")},
		Reason:   webhook.ReasonForStatus(status),
	}
	return store.Settlement{Claim: c, Attempt: attempt, State: state, Due: at.Add(time.Minute), Time: at}
}

// settle settles one claim and returns whether the state was kept.
func (s *Suite) settle(t testing.TB, settlement store.Settlement) bool {
	t.Helper()
	kept, err := s.Settle(t.Context(), []store.Settlement{settlement})
	if err != nil || len(kept) != 1 {
		t.Fatalf("settle: %v, error %v", kept, err)
	}
	return kept[0]
}

// delivery reads a delivery.
func (s *Suite) delivery(t testing.TB, id webhook.UUID) webhook.Delivery {
	t.Helper()
	var d webhook.Delivery
	s.view(t, func(tx store.Tx) (err error) {
		d, err = tx.Delivery(id)
		return err
	})
	return d
}
