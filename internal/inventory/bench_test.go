package inventory_test

import (
	"fmt"
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
