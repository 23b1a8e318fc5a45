package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"

	"bellhop/internal/admin"
	"bellhop/internal/pyjson"
	"bellhop/internal/rawjson"
	"bellhop/internal/webhook"
)

// call is one request on its way. It belongs to one goroutine.
type call struct {
	api       *API
	route     *route
	w         http.ResponseWriter
	r         *http.Request
	ctx       context.Context
	requestID webhook.UUID
	// identity is nil for somebody without credentials.
	identity *admin.Identity
	// objectType is the one in the path of routes for objects.
	objectType *webhook.ObjectType
	// shown holds what is told only once, such as the keys of new tokens, by
	// what is stored of it.
	shown   map[string]string
	baseURL string
	// tags are those that were read, by slug.
	tags     map[string]webhook.Tag
	answered bool
}

// actor is who does what the call asks for.
func (c *call) actor() admin.Actor {
	return admin.Actor{Identity: *c.identity, RequestID: c.requestID}
}

// cause is what the client was handling when it called, so far as it passes on
// the headers that tell: the webhook-id of a delivery, or the request_id of its
// body as X-Request-ID. What is no id of ours is passed over.
func (c *call) cause() webhook.Cause {
	named := func(header string) (id webhook.UUID) {
		if text := c.r.Header.Get(header); text != "" {
			id, _ = webhook.ParseUUID(text) // zero if it is none
		}
		return id
	}
	return webhook.Cause{Delivery: named("Webhook-Id"), Request: named("X-Request-Id")}
}

// base begins absolute URLs: scheme and host, without a slash.
func (c *call) base() string {
	if c.baseURL == "" {
		c.baseURL = c.api.options.BaseURL
	}
	if c.baseURL == "" {
		scheme := "http://"
		if c.r.TLS != nil {
			scheme = "https://"
		}
		c.baseURL = scheme + c.r.Host
	}
	return c.baseURL
}

// id returns the number in the path. What is none cannot be found.
func (c *call) id() (int64, error) {
	id, err := strconv.ParseInt(c.r.PathValue("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, webhook.NotFound()
	}
	return id, nil
}

// uuid returns the UUID in the path.
func (c *call) uuid() (webhook.UUID, error) {
	id, err := webhook.ParseUUID(c.r.PathValue("id"))
	if err != nil {
		return id, webhook.NotFound()
	}
	return id, nil
}

// maxDepth bounds the nesting of a request's JSON.
const maxDepth = 100

// firstRead bounds the memory that a request takes before its body comes.
const firstRead = 16 << 10

// body reads the request's body, which is valid JSON and not too deep then. An
// empty one is an empty object, as in Django REST framework.
func (c *call) body() ([]byte, error) {
	if contentType := c.r.Header.Get("Content-Type"); contentType != "" && contentType != "application/json" {
		media, _, err := mime.ParseMediaType(contentType)
		if err != nil || media != "application/json" {
			return nil, &statusError{
				http.StatusUnsupportedMediaType, fmt.Sprintf("Unsupported media type %q in request.", contentType),
			}
		}
	}
	var buf bytes.Buffer
	// A length is only a promise, which costs a client nothing.
	buf.Grow(int(min(max(c.r.ContentLength, 0), firstRead)) + bytes.MinRead)
	_, err := buf.ReadFrom(http.MaxBytesReader(c.w, c.r.Body, c.api.options.MaxBody))
	switch _, tooLarge := errors.AsType[*http.MaxBytesError](err); {
	case tooLarge:
		return nil, webhook.Errorf(webhook.CodeTooLarge, "The request's body is larger than %d bytes.", c.api.options.MaxBody)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, webhook.Errorf(webhook.CodeInvalid, "The request's body ended early.")
	case err != nil:
		// It is not framed as HTTP is, came too slowly, or the client is gone.
		return nil, &webhook.Error{Code: webhook.CodeInvalid, Message: "The request's body cannot be read.", Err: err}
	}
	text := bytes.TrimSpace(buf.Bytes())
	if len(text) == 0 {
		return []byte("{}"), nil
	}
	switch err := rawjson.Check(text, maxDepth); {
	case errors.Is(err, rawjson.ErrTooDeep):
		return nil, webhook.Errorf(webhook.CodeInvalid, "JSON parse error - nested more than %d levels deep", maxDepth)
	case err != nil:
		// Only now is it worth to ask where the fault is.
		var item json.RawMessage
		return nil, syntaxError(text, json.Unmarshal(text, &item))
	}
	return text, nil
}

// document is a JSON object as a client sent it, its values not yet decoded.
type document map[string]json.RawMessage

// documents reads the body as one object or a list of them.
func (c *call) documents() (docs []document, isList bool, err error) {
	text, err := c.body()
	if err != nil {
		return nil, false, err
	}
	items, isList, err := split(text)
	if err != nil {
		return nil, isList, err
	}
	docs = make([]document, len(items))
	faults := make([]error, len(items))
	for i, item := range items {
		docs[i], faults[i] = parseDocument(item)
	}
	if errors.Join(faults...) == nil {
		return docs, isList, nil
	}
	if !isList {
		return nil, false, faults[0]
	}
	return nil, true, &admin.BulkError{Errors: faults}
}

// split takes a body apart that is one thing or a list of them. The items share
// the body's memory.
func split(text []byte) (items []json.RawMessage, isList bool, err error) {
	if text[0] != '[' {
		return []json.RawMessage{text}, false, nil
	}
	for item := range rawjson.Elements(text) {
		if len(items) == maxBulk {
			return nil, true, errTooMany()
		}
		items = append(items, item)
	}
	return items, true, nil
}

// maxBulk bounds how much one transaction writes.
const maxBulk = 10_000

// errTooMany is for a list above maxBulk.
func errTooMany() error {
	return webhook.Errorf(webhook.CodeTooLarge, "A list may have no more than %d items.", maxBulk)
}

func parseDocument(text json.RawMessage) (document, error) {
	if text[0] != '{' {
		return nil, &webhook.Error{Code: webhook.CodeInvalid, Fields: map[string][]string{
			"non_field_errors": {fmt.Sprintf("Invalid data. Expected a dictionary, but got %s.", pyjson.TypeName(text))},
		}}
	}
	var doc document
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, syntaxError(text, err)
	}
	return doc, nil
}

// syntaxError words what is wrong with a JSON text, with its place as Python
// gives it.
func syntaxError(text []byte, err error) error {
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return webhook.Errorf(webhook.CodeInvalid, "JSON parse error - %v", err)
	}
	at := min(max(int(syntax.Offset)-1, 0), len(text))
	line := bytes.Count(text[:at], []byte("\n")) + 1
	column := at - bytes.LastIndexByte(text[:at], '\n')
	return webhook.Errorf(webhook.CodeInvalid, "JSON parse error - %v: line %d column %d (char %d)", syntax, line, column, at)
}
