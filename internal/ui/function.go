package ui

import (
	"errors"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bellhop/internal/webhook"
)

// functions are what templates can call.
func (u *UI) functions() template.FuncMap {
	return template.FuncMap{
		"static":   func(name string) string { return u.url(u.assets.Path(name)) },
		"url":      u.url,
		"args":     namedArgs,
		"ago":      ago,
		"rfc3339":  func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z07:00") },
		"exact":    func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000 UTC") },
		"moment":   func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
		"duration": shortDuration,
		"count":    groupDigits,
		"size":     byteSize,
		"plural":   plural,
		"article":  article,
		"json":     func(document any) string { return prettyJSON(fmt.Sprintf("%s", document)) },
		"join":     strings.Join,
		"cut":      cutText,
		"has":      func(list []string, item string) bool { return slices.Contains(list, item) },
		"hasPath":  func(path, prefix string) bool { return strings.HasPrefix(path, prefix) },
		"label":    webhook.Capitalize,
		"because":  func(r webhook.Reason) string { return explanations[r].Short },
		"minus":    func(a, b int) int { return a - b },
		"firstOf":  func(n int, list []string) []string { return list[:min(n, len(list))] },
	}
}

// namedArgs makes a map of names and values, for components that take several.
func namedArgs(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("args: a name without a value")
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("args: %v is no name", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// ago says how long ago a moment was, or how far ahead it is.
func ago(t time.Time) string {
	d := time.Since(t)
	if d < 0 {
		return "in " + coarse(-d)
	}
	if d < time.Second {
		return "just now"
	}
	return coarse(d) + " ago"
}

// coarse is a duration in its largest unit.
func coarse(d time.Duration) string {
	switch {
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + " h"
	}
	return strconv.Itoa(int(d/(24*time.Hour))) + " days"
}

// shortDuration is a duration with three digits at most and a unit.
func shortDuration(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case d <= 0:
		return "0 ms"
	case ms < 10:
		return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
	case ms < 1000:
		return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
	case d < 10*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	return coarse(d)
}

// groupDigits writes a number with thin gaps between thousands.
func groupDigits(n int) string {
	text := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, text = "-", text[1:]
	}
	var b strings.Builder
	for i, digit := range text {
		if i > 0 && (len(text)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	return sign + b.String()
}

// byteSize is a number of bytes with a unit.
func byteSize(n int64) string {
	const units = "kMGT"
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	size, unit := float64(n), -1
	for size >= 999.5 && unit < len(units)-1 {
		size /= 1000
		unit++
	}
	return strconv.FormatFloat(size, 'f', max(0, 2-int(math.Log10(size))), 64) + " " + units[unit:unit+1] + "B"
}

// plural is a number with its noun: "1 webhook", "3 webhooks".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return groupDigits(n) + " " + many
}

// cutText shortens a text to a number of characters.
func cutText(limit int, text string) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit-1]) + "…"
}
