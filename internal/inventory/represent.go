package inventory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"bellhop/internal/webhook"
)

// show returns an object's REST representation. URLs in it begin with base.
func (r *Reader) show(rec *record, base string) (Object, error) {
	out := members{
		{"id", number(rec.id)},
		{"url", r.url(rec, base)},
		{"display", quoted(r.display(rec))},
	}
	if rec.t.Schemaless {
		for _, m := range rec.doc {
			if !slices.Contains(reservedFields, m.name) {
				out = append(out, m)
			}
		}
	}
	for i := range rec.t.Fields {
		f := &rec.t.Fields[i]
		value, err := r.showField(rec, f, base)
		if err != nil {
			return Object{}, err
		}
		out = append(out, member{f.Name, value})
	}
	tags, err := r.showTags(rec, base)
	if err != nil {
		return Object{}, err
	}
	out = append(out, member{"tags", tags}, member{"custom_fields", rec.customFields()},
		member{"created", rec.value("created")}, member{"last_updated", rec.value("last_updated")})
	return Object{ID: rec.id, Display: r.display(rec), Data: out.json(), Revision: rec.revision}, nil
}

// value returns what is stored under a name, or null.
func (rec *record) value(name string) json.RawMessage {
	if raw, ok := rec.doc.get(name); ok {
		return raw
	}
	return null
}

// field returns what is stored for a field. An object that is older than the
// field has what a new one would have.
func (rec *record) field(f *webhook.Field) json.RawMessage {
	if raw, ok := rec.doc.get(f.Name); ok {
		return raw
	}
	return empty(f)
}

// customFields returns an object even where none was ever set.
func (rec *record) customFields() json.RawMessage {
	if raw := rec.value("custom_fields"); !isNull(raw) {
		return raw
	}
	return json.RawMessage("{}")
}

// url returns an object's own address, as JSON.
func (r *Reader) url(rec *record, base string) json.RawMessage {
	return quoted(base + "/api/" + rec.t.AppLabel + "/" + rec.t.Plural + "/" + strconv.FormatInt(rec.id, 10) + "/")
}

// display returns the text that stands for an object.
func (r *Reader) display(rec *record) string {
	name := rec.t.DisplayField
	if name == "" {
		name = "name"
	}
	raw := rec.value(name)
	if text, ok := scalarText(raw); ok && text != "" {
		return text
	}
	return fmt.Sprintf("%s %d", webhook.Capitalize(rec.t.Label), rec.id)
}

// brief returns the short form in which an object stands within others: id,
// url, display, the field it is named by, and its slug if it has one.
func (r *Reader) brief(rec *record, base string) json.RawMessage {
	out := members{{"id", number(rec.id)}, {"url", r.url(rec, base)}, {"display", quoted(r.display(rec))}}
	for _, name := range []string{"name", rec.t.DisplayField, "slug"} {
		if raw, ok := rec.doc.get(name); ok {
			out.set(name, raw)
		}
	}
	return out.json()
}

// showField turns what is stored into what the REST API shows.
func (r *Reader) showField(rec *record, f *webhook.Field, base string) (json.RawMessage, error) {
	raw := rec.field(f)
	if isNull(raw) {
		return null, nil
	}
	switch f.Kind {
	case webhook.FieldDecimal:
		return showDecimal(raw), nil
	case webhook.FieldChoice:
		return showChoice(f, raw), nil
	case webhook.FieldMultiChoice:
		return mapItems(raw, func(item json.RawMessage) (json.RawMessage, error) { return showChoice(f, item), nil })
	case webhook.FieldReference:
		return r.showReference(f, raw, base)
	case webhook.FieldReferences:
		return mapItems(raw, func(item json.RawMessage) (json.RawMessage, error) { return r.showReference(f, item, base) })
	}
	return raw, nil
}

// showDecimal returns a stored decimal as the number that NetBox's JSON has: that
// of a Python float, as short as it can be but never without a place ("2.0").
func showDecimal(raw json.RawMessage) json.RawMessage {
	n, _ := strconv.ParseFloat(string(raw), 64) // written by this package
	if size := math.Abs(n); n != 0 && (size < 1e-4 || size >= 1e16) {
		return strconv.AppendFloat(nil, n, 'e', -1, 64)
	}
	text := strconv.AppendFloat(nil, n, 'f', -1, 64)
	if !bytes.ContainsRune(text, '.') {
		text = append(text, ".0"...)
	}
	return text
}

// showChoice adds the label. A value that is no choice any more is its own.
func showChoice(f *webhook.Field, raw json.RawMessage) json.RawMessage {
	value, _ := textOf(raw)
	label := value
	if choice := findChoice(f, value); choice != nil {
		label = choice.Label
	}
	return members{{"value", raw}, {"label", quoted(label)}}.json()
}

// showReference returns the brief form of the object that an id stands for.
func (r *Reader) showReference(f *webhook.Field, raw json.RawMessage, base string) (json.RawMessage, error) {
	t, err := r.typeOf(f.To)
	if err != nil {
		return nil, err
	}
	rec, err := r.load(t, idOf(raw))
	if webhook.CodeOf(err) == webhook.CodeNotFound {
		return null, nil // the store keeps references whole; a field's new type may not
	}
	if err != nil {
		return nil, err
	}
	return r.brief(rec, base), nil
}

// idOf reads a stored id.
func idOf(raw json.RawMessage) int64 {
	id, _ := strconv.ParseInt(string(raw), 10, 64) // 0, no object's id, if it is none
	return id
}

// slugs returns the slugs of an object's tags, sorted.
func (rec *record) slugs() []string {
	var slugs []string
	_ = json.Unmarshal(rec.value("tags"), &slugs) // written by this package
	return slugs
}

// showTags returns an object's tags in the form of NetBox's nested tags.
func (r *Reader) showTags(rec *record, base string) (json.RawMessage, error) {
	var shown []json.RawMessage
	for _, slug := range rec.slugs() {
		tag, err := r.tag(slug)
		if err != nil {
			return nil, err
		}
		shown = append(shown, members{
			{"id", number(tag.ID)},
			{"url", quoted(base + "/api/extras/tags/" + strconv.FormatInt(tag.ID, 10) + "/")},
			{"display", quoted(tag.Name)},
			{"name", quoted(tag.Name)},
			{"slug", quoted(tag.Slug)},
			{"color", quoted(tag.Color)},
		}.json())
	}
	return list(shown), nil
}

// snapshot returns an object's flat form, as NetBox serializes a model: times
// with milliseconds, choices as values, references as ids, decimals as texts,
// tags as sorted names; no id, url and display.
func (r *Reader) snapshot(rec *record) (json.RawMessage, error) {
	out := members{{"created", milliseconds(rec.value("created"))}, {"last_updated", milliseconds(rec.value("last_updated"))}}
	if rec.t.Schemaless {
		for _, m := range rec.doc {
			if !slices.Contains(reservedFields, m.name) {
				out = append(out, m)
			}
		}
	}
	for i := range rec.t.Fields {
		f := &rec.t.Fields[i]
		out = append(out, member{f.Name, snapshotField(f, rec.field(f))})
	}
	var names []string
	for _, slug := range rec.slugs() {
		tag, err := r.tag(slug)
		if err != nil {
			return nil, err
		}
		names = append(names, tag.Name)
	}
	slices.Sort(names)
	tags := make([]json.RawMessage, len(names))
	for i, name := range names {
		tags[i] = quoted(name)
	}
	out = append(out, member{"custom_fields", rec.customFields()}, member{"tags", list(tags)})
	return out.json(), nil
}

// snapshotField turns what is stored into what Django's serializer writes.
func snapshotField(f *webhook.Field, raw json.RawMessage) json.RawMessage {
	switch {
	case isNull(raw):
		if f.Kind == webhook.FieldChoice && !f.Nullable {
			return json.RawMessage(`""`) // as NetBox stores a choice that is not made
		}
	case f.Kind == webhook.FieldDecimal:
		return quoted(string(raw))
	case f.Kind == webhook.FieldDatetime:
		return milliseconds(raw)
	}
	return raw
}

// milliseconds shortens a stored moment to what Django's serializer shows.
func milliseconds(raw json.RawMessage) json.RawMessage {
	text, _ := textOf(raw)
	moment, err := time.Parse(timeFormat, text)
	if err != nil {
		return raw
	}
	return quoted(moment.Format("2006-01-02T15:04:05.000Z"))
}

// mapItems applies a function to the items of a JSON list.
func mapItems(raw json.RawMessage, apply func(json.RawMessage) (json.RawMessage, error)) (json.RawMessage, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return nil, fmt.Errorf("stored list: %w", err)
	}
	for i, item := range items {
		mapped, err := apply(item)
		if err != nil {
			return nil, err
		}
		items[i] = mapped
	}
	return list(items), nil
}
