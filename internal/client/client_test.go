package client_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/client"
)

func serve(t *testing.T, handler http.HandlerFunc) *client.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c, err := client.New(server.URL, "abc")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestDo(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, `{"seen": %q}`, strings.Join([]string{
			r.Method, r.URL.Path, r.Header.Get("Authorization"), r.Header.Get("Content-Type"), string(body),
		}, " "))
	})
	var answer struct{ Seen string }
	if err := c.Do(t.Context(), "POST", "dcim/sites/", map[string]int{"a": 1}, &answer); err != nil {
		t.Fatal(err)
	}
	if want := `POST /api/dcim/sites/ Token abc application/json {"a":1}`; answer.Seen != want {
		t.Errorf("got %s, want %s", answer.Seen, want)
	}
}

// NetBox 4.5 and later make tokens that it takes as Bearer only.
func TestTokenSchemes(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%q", r.Header.Get("Authorization"))
	}))
	t.Cleanup(server.Close)
	for token, want := range map[string]string{
		"":                       "",
		strings.Repeat("0a", 20): "Token " + strings.Repeat("0a", 20),
		"nbt_4F9DAouzURLb.zjebxBPzICiPbWz0Wtx0fTL7bCKXKGTYhNzkgC2S": "Bearer nbt_4F9DAouzURLb.zjebxBPzICiPbWz0Wtx0fTL7bCKXKGTYhNzkgC2S",
	} {
		c, err := client.New(server.URL, token)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		if err := c.Do(t.Context(), "GET", "", nil, &got); err != nil || got != want {
			t.Errorf("%q: got %q, %v", token, got, err)
		}
		c.Close()
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/refused/":
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintln(w, `{"name": ["This field is required."]}`)
		case "/api/elsewhere/":
			http.Redirect(w, r, "/api/refused/", http.StatusFound)
		case "/api/text/":
			fmt.Fprintln(w, "hello")
		}
	})
	err := c.Do(t.Context(), "POST", "refused/", nil, nil)
	refused, ok := errors.AsType[*client.Error](err)
	if !ok || refused.Status != http.StatusBadRequest || refused.Body != `{"name": ["This field is required."]}` {
		t.Errorf("got %v", err)
	}
	if err := c.Do(t.Context(), "GET", "elsewhere/", nil, nil); err == nil || !strings.Contains(err.Error(), "redirected to") {
		t.Errorf("redirect: got %v", err)
	}
	var out map[string]any
	if err := c.Do(t.Context(), "GET", "text/", nil, &out); err == nil {
		t.Error("text was taken for JSON")
	}
}

func TestServerURL(t *testing.T) {
	t.Parallel()
	for _, server := range []string{"", "localhost:8000", "ftp://host", "http://"} {
		if _, err := client.New(server, ""); err == nil {
			t.Errorf("%q was accepted", server)
		}
	}
}

// Pages are followed by their query alone: the server may not know the name
// that it is called by.
func TestListFollowsPages(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		offset := r.URL.Query().Get("offset")
		next := map[string]any{"": "http://inside/api/x/?limit=2&offset=2&q=a", "2": nil}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"next": next[offset], "results": []string{r.URL.Path + offset + r.URL.Query().Get("q")},
		})
	})
	got, err := client.List[string](t.Context(), c, "x/?q=a")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"/api/x/a", "/api/x/2a"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestListEndsWithoutProgress(t *testing.T) {
	t.Parallel()
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"next": "http://inside/?offset=1", "results": []}`)
	})
	if _, err := client.List[string](t.Context(), c, "x/"); err == nil {
		t.Error("an endless list was read to its end")
	}
}
