package inventory_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/inventory"
)

func TestReferrers(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.create(t, "dcim.region", `{"name":"Europe","slug":"europe"}`)
	w.create(t, "dcim.region", `{"name":"NL","slug":"nl","parent":1}`)
	w.create(t, "dcim.site", `{"name":"A","slug":"a","region":1}`)
	w.create(t, "dcim.site", `{"name":"B","slug":"b","region":1}`)
	err := w.View(t.Context(), "", func(r *inventory.Reader) error {
		for _, tt := range []struct {
			id   int64
			want []inventory.Referrers
		}{
			{1, []inventory.Referrers{{ObjectType: "dcim.region", Field: "parent", Count: 1}, {ObjectType: "dcim.site", Field: "region", Count: 2}}},
			{2, nil},
		} {
			got, complete, err := r.Referrers("dcim.region", tt.id)
			if err != nil || !complete {
				return err
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
