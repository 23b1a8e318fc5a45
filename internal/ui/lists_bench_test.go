package ui_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/store/sqlite"
	testfill "bellhop/internal/testkit/fill"
)

// BenchmarkLists asks for the lists that grow, with every filter, over HTTP from a
// database with a past. BELLHOP_BENCH_DELIVERIES says how long a past; the promise
// is 50 ms with 1,000,000.
func BenchmarkLists(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("BELLHOP_BENCH_DELIVERIES"))
	if err != nil {
		n = 2000
	}
	dir := b.TempDir()
	end := time.Now()
	writePast(b, dir, n, end)
	s := startSiteOn(b, dir, 0)
	s.addUser(b, "ann", true)
	who := s.signIn(b, "ann")
	old := url.QueryEscape(end.Add(-time.Duration(n) * time.Second / 2).UTC().Format(time.RFC3339))
	for _, page := range []struct{ name, path string }{
		{"deliveries", "/extras/deliveries/"},
		{"finished", "/extras/deliveries/?state=finished"},
		{"failed", "/extras/deliveries/?state=failed"},
		{"queued", "/extras/deliveries/?state=queued"},
		{"scheduled or failed", "/extras/deliveries/?state=scheduled&state=failed"},
		{"webhook", "/extras/deliveries/?webhook=1"},
		{"rare webhook, failed", "/extras/deliveries/?webhook=20&state=failed"},
		{"reason", "/extras/deliveries/?reason=timeout"},
		{"reason that none has", "/extras/deliveries/?reason=tls"},
		{"failed with a reason that none has", "/extras/deliveries/?state=failed&reason=tls"},
		{"answers 4xx", "/extras/deliveries/?status=4xx"},
		{"object type", "/extras/deliveries/?object_type=tenancy.tenant"},
		{"object type that none is of", "/extras/deliveries/?object_type=circuits.circuit"},
		{"object", "/extras/deliveries/?object_type=dcim.device&object_id=777"},
		{"event", "/extras/deliveries/?event=deleted"},
		{"queue", "/extras/deliveries/?queue=low"},
		{"until the middle", "/extras/deliveries/?until=" + old},
		{"text", "/extras/deliveries/?q=Object+77"},
		{"text that none has", "/extras/deliveries/?q=nowhere"},
		{"tasks", "/core/background-tasks/?queue=high&state=failed"},
		{"queues", "/core/background-queues/"},
		{"workers", "/core/background-workers/"},
		{"change log", "/core/changelog/"},
		{"change log, type", "/core/changelog/?object_type=tenancy.tenant"},
		{"change log, text that none has", "/core/changelog/?q=nowhere"},
		{"webhooks", "/extras/webhooks/"},
		{"webhook's page", "/extras/webhooks/1/"},
		{"overview", "/"},
	} {
		b.Run(page.name, func(b *testing.B) {
			for b.Loop() {
				if got := who.get(b, page.path); got.status != http.StatusOK {
					b.Fatalf("status %d: %s", got.status, got.body)
				}
			}
		})
	}
}

// writePast fills a data directory that the server then opens.
func writePast(b *testing.B, dir string, n int, end time.Time) {
	b.Helper()
	sealer, err := store.LoadSealer(filepath.Join(dir, "secret.key"))
	if err != nil {
		b.Fatal(err)
	}
	s, err := sqlite.Open(b.Context(), sqlite.Options{Dir: dir, Sealer: sealer})
	if err != nil {
		b.Fatal(err)
	}
	err = testfill.Write(b.Context(), s, testfill.Past{Deliveries: n, Webhooks: 20, URL: "http://receiver.example/in", End: end})
	if closeErr := s.Close(); err != nil || closeErr != nil {
		b.Fatal(err, closeErr)
	}
}
