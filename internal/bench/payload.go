package bench

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Every change has a number. It goes through the server as the name of an
// object, mark and number, and comes out in the body, or in the header
// markHeader when a template makes the body.
const (
	mark       = "bench-"
	markHeader = "X-Bench"
	// markTemplate renders markHeader: name and time of the change.
	markTemplate = markHeader + ": {{ data['name'] }} {{ timestamp }}"
)

// inputWaiting posts changes like InputChanges for the webhook of the backlog,
// which is fired by a type of its own.
const (
	inputWaiting = "waiting"
	waitingType  = "dcim.region"
)

// Paths of the two ways in.
const (
	changesPath = "/api/core/object-changes/"
	objectsPath = "/api/dcim/sites/"
)

// Bodies to post; every # stands for the change's number. With what the server
// adds, the body that it delivers has about 1.1 kB.
const (
	changeBody = `{"object_type": "dcim.site", "object_id": #, "event": "created", "data": {"id": #, ` +
		`"url": "/api/dcim/sites/#/", "display": "bench-#", "name": "bench-#", "slug": "bench-#", ` +
		`"status": {"value": "active", "label": "Active"}, ` +
		`"region": {"id": 4, "url": "/api/dcim/regions/4/", "display": "Europe", "name": "Europe", "slug": "europe"}, ` +
		`"tenant": null, "facility": "FRA3", "time_zone": "Europe/Berlin", ` +
		`"description": "Colocation, two rooms, remote hands around the clock", ` +
		`"physical_address": "Gutleutstraße 310, 60327 Frankfurt", "shipping_address": "", ` +
		`"latitude": 50.098021, "longitude": 8.635412, "comments": "", ` +
		`"tags": [{"id": 2, "url": "/api/extras/tags/2/", "display": "core", "name": "core", "slug": "core"}], ` +
		`"custom_fields": {"cost_center": "4711", "contract": null}, ` +
		`"created": "2026-01-01T00:00:00Z", "last_updated": "2026-01-01T00:00:00Z"}}`
	objectBody = `{"name": "bench-#", "slug": "bench-#", "status": "active", "facility": "FRA3", ` +
		`"description": "Colocation, two rooms, remote hands around the clock", ` +
		`"physical_address": "Gutleutstraße 310, 60327 Frankfurt"}`
)

// payload makes request bodies.
type payload [][]byte

// newPayload returns the payload of an input.
func newPayload(input string) payload {
	body := changeBody
	switch input {
	case InputObjects:
		body = objectBody
	case inputWaiting:
		body = strings.Replace(changeBody, "dcim.site", waitingType, 1)
	}
	return bytes.Split([]byte(body), []byte("#"))
}

// inputPath returns where an input's bodies are posted.
func inputPath(input string) string {
	if input == InputObjects {
		return objectsPath
	}
	return changesPath
}

// appendOne appends the body of one change.
func (p payload) appendOne(dst []byte, number int) []byte {
	for i, part := range p {
		if i > 0 {
			dst = strconv.AppendInt(dst, int64(number), 10)
		}
		dst = append(dst, part...)
	}
	return dst
}

// appendList appends a list of changes with consecutive numbers.
func (p payload) appendList(dst []byte, first, n int) []byte {
	dst = append(dst, '[')
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = p.appendOne(dst, first+i)
	}
	return append(dst, ']')
}

// findMark returns the number of the change that a request is about.
func findMark(header http.Header, body []byte) (number int, ok bool) {
	if value := header.Get(markHeader); value != "" {
		body = []byte(value)
	}
	_, rest, found := bytes.Cut(body, []byte(mark))
	if !found {
		return 0, false
	}
	digits := 0
	for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
		digits++
	}
	number, err := strconv.Atoi(string(rest[:digits]))
	return number, err == nil
}

// findTime returns the time of the change that a request is about: what the
// server wrote into the context.
func findTime(header http.Header, body []byte) (at time.Time, ok bool) {
	text := []byte(header.Get(markHeader))
	if len(text) > 0 {
		_, text, ok = bytes.Cut(text, []byte(" "))
	} else if _, text, ok = bytes.Cut(body, []byte(`"timestamp": "`)); ok {
		text, _, ok = bytes.Cut(text, []byte(`"`))
	}
	if !ok {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339Nano, string(text))
	return at, err == nil
}
