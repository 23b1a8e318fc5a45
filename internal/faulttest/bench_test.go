package faulttest

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"testing"
)

// TestBench runs the benchmark of record with little to do: it measures everything
// that it was asked for, and loses nothing.
func TestBench(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), program, "bench", "--events", "50", "--rounds", "1", "--rates", "20",
		"--rate-time", "500ms", "--bulk", "--backlog", "200", "--isolation", "--json")
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := run(command)
	if err == nil {
		err = command.Wait()
	}
	if err != nil {
		t.Fatalf("bench: %v\n%s", err, &stderr)
	}
	type measurement struct {
		Delivered, Lost, Duplicated int
		Receipt                     struct {
			P50 float64 `json:"p50_ms"`
		}
	}
	var report struct {
		Rounds  []struct{ Client, Relay, Bellhop measurement }
		Bulk    measurement
		Paced   []measurement
		Backlog struct {
			Waiting int
			Drained measurement
		}
		Isolation []struct {
			Others        string
			Left          int
			Alone, Beside measurement
			Ratio         float64
		}
		RateLimit struct{ Min, Max int } `json:"rate_limit"`
	}
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatalf("%v in %s", err, &stdout)
	}
	check := func(what string, m measurement, delivered int) {
		t.Helper()
		if m.Delivered != delivered || m.Lost > 0 || m.Duplicated > 0 {
			t.Errorf("%s: %+v, want %d delivered once", what, m, delivered)
		}
	}
	if len(report.Rounds) != 1 || len(report.Paced) != 1 || len(report.Isolation) != 5 {
		t.Fatalf("report %+v", report)
	}
	check("client", report.Rounds[0].Client, 50)
	check("relay", report.Rounds[0].Relay, 50)
	check("bellhop", report.Rounds[0].Bellhop, 50)
	check("lists", report.Bulk, 50)
	check("at 20/s", report.Paced[0], 10)
	if drained := report.Backlog.Drained; drained.Delivered < 50 || drained.Lost > 0 {
		t.Errorf("draining: %+v", drained)
	}
	for _, one := range report.Isolation {
		check(one.Others+", alone", one.Alone, 25)
		check(one.Others+", beside", one.Beside, 25)
		if one.Ratio <= 0 || one.Left == 0 || one.Beside.Receipt.P50 <= 0 {
			t.Errorf("%+v", one)
		}
	}
	// A busy machine makes arrivals bunch, so this is not the place to be exact.
	if limit := report.RateLimit; limit.Min <= 0 || limit.Max > 1500 {
		t.Errorf("%+v in 10 s with a limit of 100 a second", limit)
	}
}
