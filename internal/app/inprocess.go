package app

import (
	"bytes"
	"io"
	"net/http"

	"bellhop/internal/admin"
	"bellhop/internal/api"
)

// inProcess lets the pages call the REST API as the person who uses them,
// without a token and without a network.
type inProcess struct{ rest *api.API }

// As implements [bellhop/internal/ui.REST].
func (p inProcess) As(identity *admin.Identity) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(api.As(r.Context(), identity))
		if r.Body == nil {
			r.Body = http.NoBody
		}
		answer := &memoryAnswer{header: http.Header{}}
		p.rest.ServeHTTP(answer, r)
		return &http.Response{
			StatusCode: answer.status, Status: http.StatusText(answer.status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: answer.header, Body: io.NopCloser(&answer.body), ContentLength: int64(answer.body.Len()), Request: r,
		}, nil
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// memoryAnswer is an http.ResponseWriter that keeps the answer. Who calls in
// this process asks for pages of bounded size.
type memoryAnswer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *memoryAnswer) Header() http.Header { return a.header }

func (a *memoryAnswer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *memoryAnswer) Write(text []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(text)
}
