package app

import (
	"context"
	"log/slog"
	"os"
	"runtime"

	"github.com/prometheus/client_golang/prometheus"

	"bellhop/internal/store"
	"bellhop/internal/store/sqlite"
)

// diskCollector tells at each scrape how large the database's files are and
// whether it can be written.
type diskCollector struct {
	store         store.Store
	database, log string // paths
}

var (
	databaseBytesDesc = prometheus.NewDesc("bellhop_database_bytes", "Size of the database's files.", []string{"file"}, nil)
	databaseReadyDesc = prometheus.NewDesc("bellhop_database_ready", "1 if the database can be read and written, else 0.", nil, nil)
)

func newDiskCollector(s store.Store, dir string) *diskCollector {
	database, log := sqlite.Files(dir)
	return &diskCollector{s, database, log}
}

// Describe implements prometheus.Collector.
func (*diskCollector) Describe(descriptions chan<- *prometheus.Desc) {
	descriptions <- databaseBytesDesc
	descriptions <- databaseReadyDesc
}

// Collect implements prometheus.Collector. A file that is not there has no size;
// there is no log before the first write.
func (c *diskCollector) Collect(out chan<- prometheus.Metric) {
	for name, path := range map[string]string{"database": c.database, "log": c.log} {
		if info, err := os.Stat(path); err == nil {
			out <- prometheus.MustNewConstMetric(databaseBytesDesc, prometheus.GaugeValue, float64(info.Size()), name)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), scrapeLimit)
	defer cancel()
	ready := 1.0
	if err := c.store.Ready(ctx); err != nil {
		ready = 0 // the store has told the log why
	}
	out <- prometheus.MustNewConstMetric(databaseReadyDesc, prometheus.GaugeValue, ready)
}

// warnOfOthers tells the log when others may replace what is in the data
// directory. Its files are private in any case, and the mode of a directory that
// somebody made is theirs to choose, so it is left as it is.
func warnOfOthers(log *slog.Logger, dir string) {
	const groupOrOthersWrite = 0o022
	info, err := os.Stat(dir)
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&groupOrOthersWrite != 0 {
		log.Warn("other users may replace the files of the data directory; chmod 700 it", "directory", dir, "mode", info.Mode().String())
	}
}
