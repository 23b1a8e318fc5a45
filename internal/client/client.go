// Package client talks to a REST API in NetBox's conventions: Bellhop's own, and
// NetBox's. Commands use it; the server itself does not.
//
// It knows tokens, lists of pages and errors, and no resource: what is sent and
// received is JSON.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Limits of one exchange.
const (
	timeout   = time.Minute
	maxAnswer = 256 << 20 // bytes
	maxShown  = 2000      // bytes of an answer in an error's text
)

// Client is a server with the token to use there. It is safe for concurrent use.
type Client struct {
	base  *url.URL
	token string
	http  *http.Client
}

// New returns a client for the server at a URL, whose path may end before or
// with "/api/". An empty token asks as nobody.
func New(server, token string) (*Client, error) {
	base, err := url.Parse(server)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("%q is not an http or https URL with a host", server)
	}
	path := strings.TrimSuffix(base.Path, "/")
	if !strings.HasSuffix(path, "/api") {
		path += "/api"
	}
	base = &url.URL{Scheme: base.Scheme, User: base.User, Host: base.Host, Path: path + "/"}
	return &Client{
		base: base, token: token,
		// An answer must come from where the token was sent.
		http: &http.Client{Timeout: timeout, CheckRedirect: refuseRedirect},
	}, nil
}

// Over returns a client whose requests go through a transport, such as a server
// of the same process, instead of a network.
func Over(transport http.RoundTripper) *Client {
	return &Client{
		base: &url.URL{Scheme: "http", Host: "localhost", Path: "/api/"},
		http: &http.Client{Transport: transport, Timeout: timeout, CheckRedirect: refuseRedirect},
	}
}

func refuseRedirect(request *http.Request, _ []*http.Request) error {
	return fmt.Errorf("redirected to %s: give that URL instead", request.URL.Redacted())
}

// Close closes idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Error is an answer that is no 2xx.
type Error struct {
	Method, Path string
	Status       int
	// Body is the answer, cut to a length for people.
	Body string
}

// Error says what was asked and what came back.
func (e *Error) Error() string {
	return fmt.Sprintf("%s %s: %d %s: %s", e.Method, e.Path, e.Status, http.StatusText(e.Status), e.Body)
}

// Do makes a request to a path below /api/, such as "dcim/sites/". It sends body
// as JSON unless it is nil, and decodes the answer into out unless that is nil.
// An answer that is no 2xx is an *[Error].
func (c *Client) Do(ctx context.Context, method, path string, body, out any) error {
	target, err := c.base.Parse(path)
	if err != nil {
		return err
	}
	return c.do(ctx, method, target, body, out)
}

func (c *Client) do(ctx context.Context, method string, target *url.URL, body, out any) error {
	request, err := c.request(ctx, method, target, body)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return fmt.Errorf("%s %s: %w", method, target.Path, err)
	case len(answer) > maxAnswer:
		return fmt.Errorf("%s %s: the answer is longer than %d bytes", method, target.Path, maxAnswer)
	case response.StatusCode < 200 || response.StatusCode > 299:
		return &Error{Method: method, Path: target.Path, Status: response.StatusCode, Body: shorten(answer)}
	case out == nil:
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("%s %s: %w", method, target.Path, err)
	}
	return nil
}

func (c *Client) request(ctx context.Context, method string, target *url.URL, body any) (*http.Request, error) {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, target.String(), content)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", tokenScheme(c.token)+" "+c.token)
	}
	return request, nil
}

// tokenScheme is what a token stands behind: Bearer for those that NetBox makes
// since 4.5, Token for its older ones and for Bellhop's.
func tokenScheme(token string) string {
	if strings.HasPrefix(token, "nbt_") {
		return "Bearer"
	}
	return "Token"
}

func shorten(text []byte) string {
	if len(text) > maxShown {
		return strings.ToValidUTF8(string(text[:maxShown]), "") + "…"
	}
	return strings.TrimSpace(string(text))
}

// List returns every entry of a list, page by page.
func List[T any](ctx context.Context, c *Client, path string) ([]T, error) {
	target, err := c.base.Parse(path)
	if err != nil {
		return nil, err
	}
	query := target.Query()
	query.Set("limit", "500")
	target.RawQuery = query.Encode()
	var all []T
	for {
		var page struct {
			Next    *string `json:"next"`
			Results []T     `json:"results"`
		}
		if err := c.do(ctx, http.MethodGet, target, nil, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Results...)
		if page.Next == nil {
			return all, nil
		}
		next, err := url.Parse(*page.Next)
		if err != nil {
			return nil, fmt.Errorf("next page: %w", err)
		}
		if len(page.Results) == 0 {
			return nil, errors.New("next page: an empty page has another one after it")
		}
		// Behind a proxy a server may not know its own name, and the token goes
		// only to the server that was named.
		target = &url.URL{Scheme: c.base.Scheme, User: c.base.User, Host: c.base.Host, Path: target.Path, RawQuery: next.RawQuery}
	}
}
