package ui

import (
	"encoding/json"
	"strings"
	"time"

	"bellhop/internal/webhook"
)

const (
	maxCellText  = 80     // characters of a text in a list
	maxValueText = 10_000 // and on an object's own page
)

// shownValue is a field's value for the component "value". Kind says which of
// the others is shown.
type shownValue struct {
	// Kind is none, text, long, number, yes-no, link, links, badges, time, moment,
	// url or json.
	Kind  string
	Text  string
	Path  string
	Yes   bool
	Time  time.Time
	Links []valueLink
}

// valueLink is one of several values. A tag has a color.
type valueLink struct{ Text, Path, Color string }

// brief is a reference as the REST representation has it.
type brief struct {
	URL     string `json:"url"`
	Display string `json:"display"`
}

// labeled is a choice as the REST representation has it.
type labeled struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// showValue makes a field's value, as the REST representation has it,
// presentable. Texts are cut to limit characters.
func (v *view) showValue(f *webhook.Field, raw json.RawMessage, limit int) shownValue {
	if len(raw) == 0 || string(raw) == "null" {
		return shownValue{Kind: "none"}
	}
	switch f.Kind {
	case webhook.FieldBoolean:
		return shownValue{Kind: "yes-no", Yes: string(raw) == "true"}
	case webhook.FieldInteger, webhook.FieldDecimal:
		return shownValue{Kind: "number", Text: string(raw)}
	case webhook.FieldChoice:
		return shownValue{Kind: "text", Text: decoded[labeled](raw).Label}
	case webhook.FieldMultiChoice:
		var links []valueLink
		for _, choice := range decoded[[]labeled](raw) {
			links = append(links, valueLink{Text: choice.Label})
		}
		return several("badges", links)
	case webhook.FieldReference:
		to := v.referenceLink(f, decoded[brief](raw))
		return shownValue{Kind: "link", Text: to.Text, Path: to.Path}
	case webhook.FieldReferences:
		var links []valueLink
		for _, to := range decoded[[]brief](raw) {
			links = append(links, v.referenceLink(f, to))
		}
		return several("links", links)
	case webhook.FieldDatetime:
		shown := showMoment(raw)
		if shown.Kind == "time" {
			shown.Kind = "moment" // the value itself, not how long ago something was
		}
		return shown
	case webhook.FieldJSON:
		return shownValue{Kind: "json", Text: cutText(limit, prettyJSON(raw))}
	}
	return showText(decoded[string](raw), limit)
}

// showText shows a text; one that is a web address leads there.
func showText(text string, limit int) shownValue {
	shown := shownValue{Kind: "text", Text: cutText(limit, text)}
	switch {
	case text == "":
		shown.Kind = "none"
	case strings.ContainsAny(text, "\n\r"):
		shown.Kind = "long"
	case webhook.ValidURL(text):
		shown.Kind, shown.Path = "url", text
	}
	return shown
}

// several is a list of values, or nothing.
func several(kind string, links []valueLink) shownValue {
	if len(links) == 0 {
		return shownValue{Kind: "none"}
	}
	return shownValue{Kind: kind, Links: links}
}

// referenceLink leads to the page of an object that another refers to, for those
// who may see it.
func (v *view) referenceLink(f *webhook.Field, to brief) valueLink {
	link := valueLink{Text: cutText(maxCellText, to.Display)}
	if v.may(webhook.ActionView, f.To) {
		link.Path = strings.TrimPrefix(to.URL, "/api")
	}
	return link
}

// showTags shows an object's tags; each leads to the objects that have it.
func (v *view) showTags(t *webhook.ObjectType, raw json.RawMessage) shownValue {
	var links []valueLink
	for _, tag := range tagsOf(raw) {
		links = append(links, valueLink{Text: tag.Name, Path: objectsPath(t) + "?tag=" + tag.Slug, Color: tag.Color})
	}
	return several("badges", links)
}

// briefTag is a tag as the REST representation has it.
type briefTag struct {
	Name  string `json:"name"`
	Slug  string `json:"slug"`
	Color string `json:"color"`
}

func tagsOf(raw json.RawMessage) []briefTag { return decoded[[]briefTag](raw) }

func showMoment(raw json.RawMessage) shownValue {
	t, err := time.Parse(time.RFC3339Nano, decoded[string](raw))
	if err != nil {
		return shownValue{Kind: "none"}
	}
	return shownValue{Kind: "time", Time: t}
}

// decoded reads JSON that the inventory wrote. What has another form than its
// field now has (the field's kind was changed) is shown as nothing.
func decoded[T any](raw json.RawMessage) T {
	var value T
	if len(raw) > 0 && json.Unmarshal(raw, &value) != nil {
		var none T
		return none
	}
	return value
}
