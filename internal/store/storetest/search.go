package storetest

import (
	"slices"
	"testing"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// testReach searches lists for rows that few match: piece by piece nothing is
// missed and nothing comes twice, whichever way through the data is taken.
func testReach(t *testing.T, s *Suite) {
	const n = 60
	var list []webhook.Delivery
	for i := range n {
		list = append(list, s.enqueue(t, start.Add(time.Duration(i)*time.Second), int64(i), 2)...)
	}
	for i, d := range list {
		switch i % 10 {
		case 0:
			s.settle(t, Outcome(s.claim(t, d), webhook.Failed, 404, start))
		case 1:
			s.settle(t, Outcome(s.claim(t, d), webhook.Scheduled, 503, start))
		case 2, 3, 4, 5:
			s.settle(t, Outcome(s.claim(t, d), webhook.Finished, 200, start))
		}
	}
	s.claim(t, list[8])
	in := func(path string, values ...any) store.Filter { return store.In{Path: path, Values: values} }
	for _, c := range []struct {
		name   string
		filter store.Filter
	}{
		{"all", nil},
		{"webhook", in("webhook", int64(2))},
		{"webhook and state", store.And{in("webhook", int64(1)), in("state", "failed")}},
		{"webhook and undone states", store.And{in("webhook", int64(1)), in("state", "queued", "scheduled")}},
		{"unhappy state", in("state", "failed")},
		{"unhappy states", in("state", "failed", "scheduled")},
		{"undone states", in("state", "queued", "started")},
		{"started", in("state", "started")},
		{"finished and reason", store.And{in("state", "finished"), in("reason", "timeout")}},
		{"unhappy and reason", store.And{in("state", "scheduled"), in("reason", "status_5xx")}},
		{"of the change", in("event", "updated")},
		{"text of the object", store.Compare{Path: "object_repr", Op: store.Ic, Value: "SITE 3"}},
		{"object", store.And{
			store.Compare{Path: "object_type", Op: store.Eq, Value: "dcim.site"}, store.Compare{Path: "object_id", Op: store.Eq, Value: int64(3)},
		}},
		{"object, as lists of one", store.And{in("object_type", "dcim.site"), in("object_id", int64(3))}},
		{"objects", store.And{in("object_type", "dcim.site"), in("object_id", int64(3), int64(4))}},
		{"nothing", in("reason", "tls")},
	} {
		for _, desc := range []bool{true, false} {
			want := s.search(t, c.filter, desc, 0)
			for _, reach := range []int{1, 7, 500} {
				if got := s.search(t, c.filter, desc, reach); !slices.Equal(got, want) {
					t.Errorf("%s, descending %v, reach %d: %d deliveries, want %d", c.name, desc, reach, len(got), len(want))
				}
			}
		}
	}
}

// search reads a list page by page, as keyset paging does, and goes on where a
// bounded search ended.
func (s *Suite) search(t *testing.T, filter store.Filter, desc bool, reach int) []webhook.UUID {
	t.Helper()
	var found []webhook.UUID
	var after any
	op := store.Gt
	if desc {
		op = store.Lt
	}
	for range 1000 {
		query := store.Query{Where: filter, Order: []store.Order{{Path: "id", Desc: desc}}, Limit: 4, NoCount: true, Reach: reach}
		if after != nil {
			query.Where = store.And{store.Compare{Path: "id", Op: op, Value: after}}
			if filter != nil {
				query.Where = store.And{filter, query.Where}
			}
		}
		var page store.Page[webhook.Delivery]
		s.view(t, func(tx store.Tx) (err error) {
			page, err = tx.Deliveries(query)
			return err
		})
		for _, d := range page.Items {
			found = append(found, d.ID)
		}
		switch {
		case page.Reached != nil:
			after = page.Reached
		case len(page.Items) == query.Limit:
			after = page.Items[len(page.Items)-1].ID
		default:
			return found
		}
	}
	t.Fatal("the search does not end")
	return nil
}

// testReachOfChanges is the same for changes.
func testReachOfChanges(t *testing.T, s *Suite) {
	for i := range 30 {
		s.enqueue(t, start.Add(time.Duration(i)*time.Second), int64(i%10), 1)
	}
	var found []int64
	where := store.And{store.Compare{Path: "object_id", Op: store.Eq, Value: int64(3)}}
	for pieces := 0; ; pieces++ {
		var page store.Page[webhook.Change]
		s.view(t, func(tx store.Tx) (err error) {
			page, err = tx.Changes(store.Query{Where: where, Order: []store.Order{{Path: "id", Desc: true}}, Limit: 9, NoCount: true, Reach: 8})
			return err
		})
		for _, change := range page.Items {
			found = append(found, change.ID)
		}
		if page.Reached == nil {
			if pieces != 3 {
				t.Errorf("%d pieces before the last, want 3 of 8 rows and one of 6", pieces)
			}
			break
		}
		where = store.And{where[0], store.Compare{Path: "id", Op: store.Lt, Value: page.Reached}}
	}
	if !slices.Equal(found, []int64{24, 14, 4}) {
		t.Errorf("changes %v", found)
	}
}
