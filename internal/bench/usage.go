package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of times in /proc; it is 10 ms on every Linux that Go
// runs on.
const clockTick = 10 * time.Millisecond

// cpuTime returns the CPU time that a process has used, user and system. Where
// there is no /proc, ok is false.
func cpuTime(pid int) (used time.Duration, ok bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	// The name in parentheses may hold anything, so count from its end.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	const user, system = 11, 12 // fields 14 and 15 of proc(5), after the name
	if len(fields) <= system {
		return 0, false
	}
	for _, field := range []string{fields[user], fields[system]} {
		ticks, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, false
		}
		used += time.Duration(ticks) * clockTick
	}
	return used, true
}

// peakMemory returns the most memory that a process has had resident, in bytes,
// or 0 where there is no /proc.
func peakMemory(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(rest, "kB")
	kilobytes, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
	if err != nil {
		return 0
	}
	return kilobytes << 10
}

// Waiting until a process has nothing left to do: its CPU time stands still for
// a while.
const (
	idlePoll  = 100 * time.Millisecond
	idleLimit = 3 * time.Second
)

// waitIdle returns when a process has become idle, or after idleLimit: outcomes
// are recorded after the receiver has answered, and belong to the cost.
func waitIdle(ctx context.Context, pid int) {
	ctx, cancel := context.WithTimeout(ctx, idleLimit)
	defer cancel()
	ticker := time.NewTicker(idlePoll)
	defer ticker.Stop()
	last, ok := cpuTime(pid)
	for ok {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		now, _ := cpuTime(pid)
		if now == last {
			return
		}
		last = now
	}
}
