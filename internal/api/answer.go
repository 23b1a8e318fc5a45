package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// send answers with a JSON text.
func (c *call) send(status int, text []byte) error {
	c.answered = true
	header := c.w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(text)))
	c.w.WriteHeader(status)
	_, err := c.w.Write(text)
	if err != nil {
		// Nobody is there any more to be told.
		c.api.options.Log.DebugContext(c.ctx, "answer was not received", "request_id", c.requestID, "error", err)
	}
	return nil
}

// sendJSON answers with a value.
func (c *call) sendJSON(status int, v any) error {
	text, err := encode(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	return c.send(status, text)
}

// sendNothing answers with 204.
func (c *call) sendNothing() error {
	c.answered = true
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// encode writes JSON as Django REST framework does: no escapes for HTML.
func encode(v any) (json.RawMessage, error) {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// object is a JSON object that keeps the order of its members.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON implements [json.Marshaler].
func (o object) MarshalJSON() ([]byte, error) {
	buf := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			buf = append(buf, ',')
		}
		buf = strconv.AppendQuote(buf, m.name) // names are plain words
		buf = append(buf, ':')
		text, err := encode(m.value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		buf = append(buf, text...)
	}
	return append(buf, '}'), nil
}

// joinList writes a JSON list of texts.
func joinList(items []json.RawMessage) []byte {
	size := 2
	for _, item := range items {
		size += len(item) + 1
	}
	list := append(make([]byte, 0, size), '[')
	for i, item := range items {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, item...)
	}
	return append(list, ']')
}
