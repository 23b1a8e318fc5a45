package sqlite

import (
	"fmt"
	"strings"
	"time"

	"bellhop/internal/webhook"
)

// addAttempt writes an attempt. Its number is taken already when an earlier
// holder of the delivery was slow to tell; it then gets the next one.
func (t *tx) addAttempt(a *webhook.Attempt) error {
	n, err := t.insertAttempt(a)
	if err != nil || n > 0 {
		return err
	}
	_, err = t.conn.queryOne(func(r row) { a.Number = int(r.int(0)) },
		`SELECT max(number) + 1 FROM attempt WHERE delivery_id = ?`, a.DeliveryID[:])
	if err == nil {
		_, err = t.insertAttempt(a)
	}
	return err
}

func (t *tx) insertAttempt(a *webhook.Attempt) (int64, error) {
	var body any
	if !a.Request.BodyIsContext {
		body = notNull(a.Request.Body)
	}
	n, err := t.write(`INSERT INTO attempt (delivery_id, number, start, revision, worker, dns, connect, tls, first_byte,
		total, method, url, request_header, request_body, status, response_header, response_body, truncated, reason, error)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		a.DeliveryID[:], int64(a.Number), micros(a.Start), a.WebhookRevision, a.Worker,
		a.Timing.DNS.Microseconds(), a.Timing.Connect.Microseconds(), a.Timing.TLS.Microseconds(),
		a.Timing.FirstByte.Microseconds(), a.Timing.Total.Microseconds(),
		a.Request.Method, a.Request.URL, encodeHeader(a.Request.Header), body,
		int64(a.Response.Status), encodeHeader(a.Response.Header), a.Response.Body, boolInt(a.Response.Truncated),
		int64(a.Reason), a.Error)
	if err != nil {
		return 0, fmt.Errorf("add attempt %d of %s: %w", a.Number, a.DeliveryID, err)
	}
	return n, nil
}

// Attempts implements [store.Pipeline].
func (t *tx) Attempts(delivery webhook.UUID) ([]webhook.Attempt, error) {
	var list []webhook.Attempt
	err := t.conn.query(func(r row) error {
		micro := func(i int) time.Duration { return time.Duration(r.int(i)) * time.Microsecond }
		a := webhook.Attempt{
			DeliveryID: delivery, Number: int(r.int(0)), Start: fromMicros(r.int(1)), WebhookRevision: r.int(2), Worker: r.text(3),
			Timing: webhook.Timing{DNS: micro(4), Connect: micro(5), TLS: micro(6), FirstByte: micro(7), Total: micro(8)},
			Request: webhook.SentRequest{
				Method: r.text(9), URL: r.text(10), Header: decodeHeader(r.text(11)), Body: r.blob(12), BodyIsContext: r[12] == nil,
			},
			Response: webhook.ReceivedResponse{
				Status: int(r.int(13)), Header: decodeHeader(r.text(14)), Body: r.blob(15), Truncated: r.int(16) != 0,
			},
			Reason: webhook.Reason(r.int(17)), Error: r.text(18),
		}
		if a.Request.BodyIsContext {
			a.Request.Body = r.blob(19)
		}
		list = append(list, a)
		return nil
	}, `SELECT a.number, a.start, a.revision, a.worker, a.dns, a.connect, a.tls, a.first_byte, a.total,
			a.method, a.url, a.request_header, a.request_body, a.status, a.response_header, a.response_body, a.truncated,
			a.reason, a.error, CASE WHEN a.request_body IS NULL THEN b.context END
		FROM attempt a JOIN delivery d ON d.id = a.delivery_id LEFT JOIN change_body b ON b.change_id = d.change_id
		WHERE a.delivery_id = ? ORDER BY a.number`, delivery[:])
	if err != nil {
		return nil, fmt.Errorf("attempts of %s: %w", delivery, err)
	}
	return list, nil
}

// encodeHeader writes header lines as HTTP does, which no name or value can
// break: package send refuses control characters.
func encodeHeader(header []webhook.Header) string {
	size := 0
	for _, h := range header {
		size += len(h.Name) + len(h.Value) + 3
	}
	var b strings.Builder
	b.Grow(size)
	for _, h := range header {
		b.WriteString(h.Name)
		b.WriteString(": ")
		b.WriteString(h.Value)
		b.WriteByte('\n')
	}
	return b.String()
}

func decodeHeader(text string) []webhook.Header {
	var header []webhook.Header
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		header = append(header, webhook.Header{Name: name, Value: value})
	}
	return header
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
