package ui

import (
	"strconv"
	"strings"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// momentLayouts are the forms of a moment that filters take: what browsers send
// for a field of date and time, and what people copy from elsewhere. Without a
// zone it is UTC.
var momentLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly,
}

// byMoment makes a filter that compares a time with the one given.
func byMoment(path string, op store.Op) func([]string) (store.Filter, error) {
	return func(values []string) (store.Filter, error) {
		moment, err := parseMoment(values[0])
		return store.Compare{Path: path, Op: op, Value: moment}, err
	}
}

// parseMoment reads one of momentLayouts. The error is for people.
func parseMoment(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	for _, layout := range momentLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, webhook.Errorf(webhook.CodeInvalid, "%q is no date and time. Write it as 2026-03-09T17:55.", cutText(40, text))
}

// byUUID makes a filter for any of the UUIDs given.
func byUUID(path string) func([]string) (store.Filter, error) {
	return func(values []string) (store.Filter, error) {
		wanted := make([]any, len(values))
		for i, text := range values {
			id, err := webhook.ParseUUID(strings.TrimSpace(text))
			if err != nil {
				return nil, webhook.Errorf(webhook.CodeInvalid, "%q is no UUID.", cutText(40, text))
			}
			wanted[i] = id
		}
		return store.In{Path: path, Values: wanted}, nil
	}
}

// byNumber makes a filter for any of the numbers given, such as ids.
func byNumber(path string) func([]string) (store.Filter, error) {
	return func(values []string) (store.Filter, error) {
		wanted := make([]any, len(values))
		for i, text := range values {
			n, err := parseNumber(text)
			if err != nil {
				return nil, webhook.Errorf(webhook.CodeInvalid, "%q is no whole number.", cutText(40, text))
			}
			wanted[i] = n
		}
		return store.In{Path: path, Values: wanted}, nil
	}
}

func parseNumber(text string) (any, error) { return strconv.ParseInt(strings.TrimSpace(text), 10, 64) }

// containing makes a filter for texts that contain the one given, in any case.
func containing(path string) func([]string) (store.Filter, error) {
	return func(values []string) (store.Filter, error) {
		return store.Compare{Path: path, Op: store.Ic, Value: values[0]}, nil
	}
}
