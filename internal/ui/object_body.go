package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bellhop/internal/rawjson"
	"bellhop/internal/webhook"
)

// ownMembers are what every object has beside the members of its type.
var ownMembers = []string{"id", "url", "display", "tags", "custom_fields", "created", "last_updated"}

// body writes a JSON object member by member, in order.
type body struct{ text []byte }

func (b *body) add(name string, value json.RawMessage) {
	if len(b.text) > 0 {
		b.text = append(b.text, ',')
	}
	b.text = append(b.text, quoteJSON(name)...)
	b.text = append(append(b.text, ':'), value...)
}

func (b *body) object() json.RawMessage { return slices.Concat([]byte("{"), b.text, []byte("}")) }

// quoteJSON writes a text as JSON.
func quoteJSON(text string) json.RawMessage {
	quoted, err := json.Marshal(text)
	if err != nil {
		return json.RawMessage(`""`) // a text always encodes
	}
	return quoted
}

// schemalessText is a schemaless object's own document.
func schemalessText(data json.RawMessage) string {
	var own body
	for name, value := range rawjson.Members(data) {
		if !slices.Contains(ownMembers, string(name)) {
			own.add(string(name), value)
		}
	}
	return prettyJSON(own.object())
}

// sentTexts are the texts of an input as sent, without empty ones and with the
// line ends that stored texts have.
func sentTexts(sent url.Values, name string) []string {
	var texts []string
	for _, text := range sent[name] {
		if text = strings.ReplaceAll(text, "\r\n", "\n"); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// body makes what the inventory is sent of a form: the values that differ from
// those that the form came with.
func (f *objectForm) body(sent url.Values) (json.RawMessage, error) {
	var out body
	var errs webhook.FieldErrors
	take := func(input, member string, parse func(texts []string) (json.RawMessage, string)) {
		texts := sentTexts(sent, input)
		if slices.Equal(texts, f.before[input]) {
			return
		}
		value, message := parse(texts)
		if message != "" {
			errs.Add(member, "%s", message)
			return
		}
		out.add(member, value)
	}
	if f.t.Schemaless {
		f.takeDocument(&out, &errs, sent.Get(documentInput))
	}
	for i := range f.t.Fields {
		field := &f.t.Fields[i]
		take(fieldPrefix+field.Name, field.Name, func(texts []string) (json.RawMessage, string) { return f.view.fieldBody(field, texts) })
	}
	take(tagsInput, "tags", func(texts []string) (json.RawMessage, string) { return tagList(texts), "" })
	take(customFieldsInput, "custom_fields", func(texts []string) (json.RawMessage, string) {
		if len(texts) == 0 {
			return json.RawMessage("{}"), ""
		}
		return parseJSONText(texts[0])
	})
	return out.object(), errs.Err()
}

// takeDocument takes all members of a schemaless object, in their order.
func (f *objectForm) takeDocument(out *body, errs *webhook.FieldErrors, text string) {
	document, message := parseJSONText(text)
	if message == "" && document[0] != '{' {
		message = "Enter a JSON object: { … }."
	}
	if message != "" {
		errs.Add("document", "%s", message)
		return
	}
	for name, value := range rawjson.Members(document) {
		if !slices.Contains(ownMembers, string(name)) {
			out.add(string(name), value)
		}
	}
}

// fieldBody turns the texts of a field's input into what the inventory takes. It
// checks only what could not be sent otherwise; the inventory checks the rest.
func (v *view) fieldBody(f *webhook.Field, texts []string) (json.RawMessage, string) {
	switch f.Kind {
	case webhook.FieldMultiChoice:
		return quoteList(texts), ""
	case webhook.FieldReferences:
		items := make([]json.RawMessage, 0, len(texts))
		for line := range strings.Lines(strings.Join(texts, "\n")) {
			if line = strings.TrimSpace(line); line != "" {
				items = append(items, v.referenceBody(f, line))
			}
		}
		return slices.Concat([]byte("["), bytes.Join(rawList(items), []byte(",")), []byte("]")), ""
	case webhook.FieldBoolean:
		if len(texts) == 0 && !f.Nullable {
			return json.RawMessage("false"), "" // a box that is not ticked is not sent
		}
	}
	if len(texts) == 0 {
		if f.Kind == webhook.FieldText && !f.Nullable {
			return json.RawMessage(`""`), ""
		}
		return json.RawMessage("null"), ""
	}
	switch f.Kind {
	case webhook.FieldReference:
		return v.referenceBody(f, strings.TrimSpace(texts[0])), ""
	case webhook.FieldJSON:
		return parseJSONText(texts[0])
	}
	return quoteJSON(texts[0]), ""
}

func rawList(items []json.RawMessage) [][]byte {
	list := make([][]byte, len(items))
	for i, item := range items {
		list[i] = item
	}
	return list
}

func quoteList(texts []string) json.RawMessage {
	items := make([]json.RawMessage, len(texts))
	for i, text := range texts {
		items[i] = quoteJSON(text)
	}
	return slices.Concat([]byte("["), bytes.Join(rawList(items), []byte(",")), []byte("]"))
}

// referenceBody names an object as the inventory takes it: by the id in
// "AMS1 #7", else by what it is called.
func (v *view) referenceBody(f *webhook.Field, text string) json.RawMessage {
	if id, ok := idInText(text); ok {
		return json.RawMessage(strconv.FormatInt(id, 10))
	}
	name := "name"
	if to := v.ui.options.Inventory.Types().Get(f.To); to != nil {
		name = displayField(to)
	}
	var named body
	named.add(name, quoteJSON(text))
	return named.object()
}

// tagList names tags by their slugs.
func tagList(slugs []string) json.RawMessage {
	items := make([]json.RawMessage, len(slugs))
	for i, slug := range slugs {
		var tag body
		tag.add("slug", quoteJSON(slug))
		items[i] = tag.object()
	}
	return slices.Concat([]byte("["), bytes.Join(rawList(items), []byte(",")), []byte("]"))
}

// parseJSONText reads JSON that somebody typed; message says where it is wrong.
func parseJSONText(text string) (document json.RawMessage, message string) {
	var whole json.RawMessage
	err := json.Unmarshal([]byte(text), &whole) // unlike Compact, it says where
	if err == nil {
		return bytes.TrimSpace(whole), ""
	}
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return nil, "This is not valid JSON."
	}
	read := text[:min(int(syntax.Offset), len(text))]
	line := strings.Count(read, "\n") + 1
	column := len([]rune(read[strings.LastIndexByte(read, '\n')+1:]))
	return nil, fmt.Sprintf("This is not valid JSON: line %d, column %d: %s.", line, max(column, 1), syntax.Error())
}

// refuse puts what the inventory said about a type's fields at their inputs.
func (f *objectForm) refuse(err error) error {
	e := *publicError(err)
	if e.Code == webhook.CodeInternal {
		return err
	}
	fields := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
		input := name
		if slices.ContainsFunc(f.fields(), func(input *field) bool { return input.Name == fieldPrefix+name }) {
			input = fieldPrefix + name
		}
		fields[input] = e.Fields[name]
	}
	e.Fields = fields
	return f.form.refuse(&e)
}
