package admin

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/url"
	"slices"
	"strings"

	"bellhop/internal/render"
	"bellhop/internal/webhook"
)

// warnings says what looks wrong with a request that could be sent.
func warnings(wh *webhook.Webhook, request *webhook.SentRequest) []Problem {
	list := headerWarnings(wh.AdditionalHeaders, request.Header)
	list = append(list, urlWarnings(request.URL)...)
	list = append(list, bodyWarnings(wh, request)...)
	return list
}

// undefinedWarnings words what is printed although it is undefined.
func undefinedWarnings(undefined []render.Undefined) []Problem {
	list := make([]Problem, len(undefined))
	for i, u := range undefined {
		p := Problem{Field: u.Field, Line: u.Line, Column: u.Column, Message: "Something that this change leaves undefined is printed as nothing."}
		if u.Name != "" {
			p.Message = u.Name + " is undefined in this change and prints nothing."
		}
		if len(u.Known) > 0 {
			p.Message += " There are: " + strings.Join(u.Known, ", ") + "."
		}
		list[i] = p
	}
	return list
}

// headerWarnings finds lines that come to nothing and headers that nobody wrote.
func headerWarnings(source string, sent []webhook.Header) []Problem {
	var list []Problem
	line := 0
	for text := range strings.Lines(source) {
		line++
		name, _, hasColon := strings.Cut(text, ":")
		name = strings.TrimSpace(name)
		message := ""
		switch {
		case name == "" || webhook.IsTemplate(name):
		case !hasColon && !webhook.IsTemplate(source):
			message = "This line has no colon and is left out."
		case hasColon && render.Reserved(name):
			message = name + " is set by Bellhop or the connection; this line is left out."
		}
		if message != "" {
			list = append(list, Problem{Field: "additional_headers", Line: line, Column: 1, Message: message})
		}
	}
	written := strings.ToLower(source)
	for _, h := range sent {
		name := strings.ToLower(h.Name)
		own := name == "content-type" || name == "user-agent" || render.Reserved(name)
		if !own && !strings.Contains(written, name) {
			list = append(list, Problem{Field: "additional_headers", Message: fmt.Sprintf(
				"The header %s is not written in the template: a value with a line break may have made it. The filter header_safe takes line breaks out.", h.Name)})
		}
	}
	return list
}

// secretWords are parts of the names of query parameters that hold secrets.
var secretWords = []string{"token", "secret", "passw", "apikey", "api_key", "api-key", "access_key", "auth"}

// urlWarnings finds what should not stand in a URL, which everybody sees who
// may view webhooks or deliveries.
func urlWarnings(text string) []Problem {
	u, err := url.Parse(text)
	if err != nil {
		return nil
	}
	warn := func(what string) Problem {
		return Problem{Field: "payload_url", Message: what + " looks like a secret. Everybody who may view webhooks or deliveries can read the URL; a header with an environment variable ({{ \"NAME\" | env }}) hides it."}
	}
	var list []Problem
	if u.User != nil {
		list = append(list, warn("The user name or password before the host"))
	}
	query := u.Query()
	for _, name := range slices.Sorted(maps.Keys(query)) {
		lower := strings.ToLower(name)
		if query.Get(name) != "" && slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(lower, word) }) {
			list = append(list, warn(fmt.Sprintf("The query parameter %q", name)))
		}
	}
	return list
}

// largeBody is from how many bytes a body is worth a word.
const largeBody = 1 << 20

func bodyWarnings(wh *webhook.Webhook, request *webhook.SentRequest) []Problem {
	var list []Problem
	add := func(format string, args ...any) {
		list = append(list, Problem{Field: "body_template", Message: fmt.Sprintf(format, args...)})
	}
	if isJSON(request.Header) {
		var ignored any
		if err := json.Unmarshal(request.Body, &ignored); err != nil {
			add("The content type says JSON, but the body is none: %v.", err)
		}
	}
	if len(request.Body) > largeBody {
		add("The body has %d bytes; many receivers refuse more than 1 MiB.", len(request.Body))
	}
	if request.Method == "GET" && wh.BodyTemplate != "" {
		add("Many receivers ignore the body of a GET request.")
	}
	return list
}

// isJSON reports whether the content type promises JSON (RFC 6839 for "+json").
func isJSON(header []webhook.Header) bool {
	for _, h := range header {
		if strings.EqualFold(h.Name, "Content-Type") {
			media, _, err := mime.ParseMediaType(h.Value)
			return err == nil && (media == "application/json" || strings.HasSuffix(media, "+json"))
		}
	}
	return false
}
