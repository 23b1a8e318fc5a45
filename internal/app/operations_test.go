package app

import (
	"context"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"bellhop/internal/config"
	"bellhop/internal/webhook"
)

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// ownMetrics returns the names of our metrics with their labels, as in
// name{label,label}.
func ownMetrics(t *testing.T) map[string]bool {
	t.Helper()
	b, err := Open(t.Context(), Params{
		Options: config.Options{Database: config.Database{Data: t.TempDir()}, Delivery: config.Delivery{Workers: 1}},
		Log:     slog.New(slog.DiscardHandler), LookupEnv: func(string) (string, bool) { return "", false },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	descriptions := make(chan *prometheus.Desc, 1000)
	b.metrics.registry.Describe(descriptions)
	close(descriptions)
	parts := regexp.MustCompile(`fqName: "(bellhop_\w+)".*variableLabels: \{([^}]*)\}`)
	names := map[string]bool{}
	for description := range descriptions {
		if match := parts.FindStringSubmatch(description.String()); match != nil {
			name := match[1]
			if match[2] != "" {
				name += "{" + match[2] + "}"
			}
			names[name] = true
		}
	}
	return names
}

// The metrics of the page on operations are those that there are, and the alerts
// use no others.
func TestMetricsAreDocumented(t *testing.T) {
	t.Parallel()
	page := readText(t, "../../docs/operations.md")
	documented := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(bellhop_[^`]+)` \\|").FindAllStringSubmatch(page, -1) {
		documented[row[1]] = true
	}
	metrics := ownMetrics(t)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(metrics)), slices.Sorted(maps.Keys(documented))); diff != "" {
		t.Errorf("docs/operations.md (-metrics +page):\n%s", diff)
	}
	bare := map[string]bool{}
	for name := range metrics {
		name, _, _ = strings.Cut(name, "{")
		bare[name] = true
	}
	alerts := readText(t, "../../deploy/alerts.yaml")
	for _, name := range regexp.MustCompile(`bellhop_\w+`).FindAllString(alerts, -1) {
		if !bare[name] {
			t.Errorf("deploy/alerts.yaml uses %s, which is no metric", name)
		}
	}
	for _, alert := range regexp.MustCompile(`alert: (\w+)`).FindAllStringSubmatch(alerts, -1) {
		if !strings.Contains(page, "| `"+alert[1]+"` |") {
			t.Errorf("docs/operations.md does not explain the alert %s", alert[1])
		}
	}
}

// What alerts count is there before it has happened: of a counter that appears with
// its first event Prometheus sees no increase.
func TestCountersOfAlertsBeginAtZero(t *testing.T) {
	t.Parallel()
	families, err := newMetrics().registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	begun := map[string]int{}
	for _, family := range families {
		begun[family.GetName()] = len(family.GetMetric())
	}
	alerts := readText(t, "../../deploy/alerts.yaml")
	counted := regexp.MustCompile(`increase\((bellhop_\w+)`).FindAllStringSubmatch(alerts, -1)
	if len(counted) < 5 {
		t.Errorf("alerts count %q only", counted)
	}
	for _, name := range counted {
		if begun[name[1]] == 0 {
			t.Errorf("%s is not there before its first event", name[1])
		}
	}
	if want := 1 + len(webhook.Reasons()); begun["bellhop_attempts_total"] != want || begun["bellhop_deliveries_ended_total"] != want {
		t.Errorf("attempts and ends begin with %d and %d series, want %d each",
			begun["bellhop_attempts_total"], begun["bellhop_deliveries_ended_total"], want)
	}
}

// Every message that the server logs is in the page on operations.
func TestLogMessagesAreDocumented(t *testing.T) {
	t.Parallel()
	page := readText(t, "../../docs/operations.md")
	call := regexp.MustCompile(`\b[lL]og\.(?:Warn|Error|Info)(?:\(|Context\([\w.()]+, )"([^"]+)"`)
	found := 0
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, message := range call.FindAllStringSubmatch(readText(t, path), -1) {
			found++
			if !strings.Contains(page, "`"+message[1]+"`") {
				t.Errorf("%s logs %q, which docs/operations.md does not have", path, message[1])
			}
		}
		return nil
	})
	if err != nil || found < 10 {
		t.Errorf("%d messages were found, error %v", found, err)
	}
}
