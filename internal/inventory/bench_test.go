package inventory_test

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"

	"bellhop/internal/inventory"
)

// BenchmarkCreate is one site a request, from many requesters at once.
func BenchmarkCreate(b *testing.B) {
	w := setup(b)
	var next atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := next.Add(1)
			body := fmt.Appendf(nil, `{"name": "site %d", "slug": "site-%d", "status": "active", "facility": "x", "tags": [{"slug": "ops"}]}`, n, n)
			err := w.Do(b.Context(), inventory.Request{UserName: "jo"}, func(s *inventory.Session) error {
				_, err := s.Create("dcim.site", body)
				return err
			})
			if err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkManyMembers should cost the same for each member, however many there are:
// while an object is written, nobody else can write.
func BenchmarkManyMembers(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			w := setup(b)
			sent, _ := membersTwice(n)
			site := w.create(b, "dcim.site", `{"name": "S", "slug": "s"}`)
			for b.Loop() {
				w.update(b, "dcim.site", site.ID, `{"custom_fields": `+sent+`}`)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/member")
		})
	}
}
