package send

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"bellhop/internal/webhook"
)

// secretWords mark header names whose values are not kept.
var secretWords = []string{"authorization", "cookie", "api-key", "apikey", "token", "secret", "signature", "password"}

// Secret reports whether the value of a header looks like one that must not be
// kept.
func Secret(name string) bool {
	name = strings.ToLower(name)
	for _, word := range secretWords {
		if strings.Contains(name, word) {
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

// sentHeader returns the lines that net/http writes over HTTP/1.1, in its order.
func sentHeader(r *http.Request) []webhook.Header {
	list := make([]webhook.Header, 0, len(r.Header)+2)
	list = append(list, webhook.Header{Name: "Host", Value: r.Host})
	if agent := r.Header["User-Agent"]; len(agent) > 0 {
		list = append(list, webhook.Header{Name: "User-Agent", Value: agent[0]})
	}
	if r.ContentLength > 0 || r.Method != http.MethodGet && r.Method != http.MethodHead {
		list = append(list, webhook.Header{Name: "Content-Length", Value: strconv.FormatInt(r.ContentLength, 10)})
	}
	fixed := len(list)
	for name, values := range r.Header {
		if name == "User-Agent" {
			continue
		}
		for _, value := range values {
			list = append(list, masked(name, value))
		}
	}
	sortHeader(list[fixed:])
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
