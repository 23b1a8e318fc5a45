package send

import (
	"bytes"
	"cmp"
	"net/http"
	"slices"
	"strings"

	"bellhop/internal/webhook"
)

// secretWords mark header names whose values are not kept.
var secretWords = [][]byte{
	[]byte("authorization"), []byte("cookie"), []byte("api-key"), []byte("apikey"),
	[]byte("token"), []byte("secret"), []byte("signature"), []byte("password"),
}

// Secret reports whether the value of a header looks like one that must not be
// kept.
func Secret(name string) bool {
	var buffer [64]byte // of the usual names nothing is allocated
	lower := buffer[:0]
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower = append(lower, c)
	}
	for _, word := range secretWords {
		if bytes.Contains(lower, word) {
			return true
		}
	}
	return false
}

func masked(name, value string) webhook.Header {
	if Secret(name) {
		value = webhook.MaskedSecret
	}
	return webhook.Header{Name: name, Value: value}
}

// maskedHeader returns header lines for keeping.
func maskedHeader(lines []webhook.Header) []webhook.Header {
	list := make([]webhook.Header, len(lines))
	for i, line := range lines {
		list[i] = masked(line.Name, line.Value)
	}
	return list
}

// receivedHeader returns a response's header for keeping. net/http does not keep
// the order in which it came.
func receivedHeader(header http.Header) []webhook.Header {
	list := make([]webhook.Header, 0, len(header))
	for name, values := range header {
		for _, value := range values {
			if len(value) > maxKeptBody {
				value = strings.ToValidUTF8(value[:maxKeptBody], "") + "…"
			}
			list = append(list, masked(name, value))
		}
	}
	sortHeader(list)
	if len(list) > maxKeptHeaders {
		list = list[:maxKeptHeaders:maxKeptHeaders]
	}
	return list
}

func sortHeader(list []webhook.Header) {
	slices.SortStableFunc(list, func(a, b webhook.Header) int { return cmp.Compare(a.Name, b.Name) })
}
