package inventory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"github.com/goccy/go-yaml"

	"bellhop/internal/webhook"
	"bellhop/internal/yamltext"
)

// ParseFields reads the fields of one object type from YAML, the list that
// stands under "fields" in [ParseTypes]'s form. JSON is YAML, too. Unknown keys
// are errors. An error is a [webhook.Error] about "fields" that says where.
func ParseFields(text []byte) ([]webhook.Field, error) {
	var entries []fieldEntry
	if err := yamltext.Unmarshal(text, maxFieldsText, &entries, yaml.Strict()); err != nil {
		return nil, fieldsError(err.Error())
	}
	fields := make([]webhook.Field, len(entries))
	for i, entry := range entries {
		f, err := entry.field()
		if err != nil {
			return nil, fieldsError(fmt.Sprintf("field %q: %v", entry.Name, err))
		}
		fields[i] = f
	}
	return fields, nil
}

// maxFieldsText bounds a text, in bytes.
const maxFieldsText = 128 << 10

func fieldsError(message string) error {
	return &webhook.Error{Code: webhook.CodeInvalid, Fields: map[string][]string{"fields": {message}}}
}

// FormatFields writes fields as [ParseFields] reads them, one a line.
func FormatFields(fields []webhook.Field) ([]byte, error) {
	var out bytes.Buffer
	for i := range fields {
		entry, err := entryOf(&fields[i])
		if err != nil {
			return nil, err
		}
		line, err := yaml.MarshalWithOptions(entry, yaml.Flow(true))
		if err != nil {
			return nil, fmt.Errorf("field %q: %w", fields[i].Name, err)
		}
		fmt.Fprintf(&out, "- %s\n", bytes.TrimSpace(line))
	}
	return out.Bytes(), nil
}

// entryOf turns a field of the domain into one of a file.
func entryOf(f *webhook.Field) (fieldEntry, error) {
	entry := fieldEntry{
		Name: f.Name, Label: f.Label, Kind: f.Kind, Required: f.Required, Nullable: f.Nullable, Unique: f.Unique,
		MaxLength: f.MaxLength, Min: f.Min, Max: f.Max, Places: f.Places, To: f.To, Help: f.Help,
	}
	for _, choice := range f.Choices {
		entry.Choices = append(entry.Choices, yaml.MapItem{Key: choice.Value, Value: choice.Label})
	}
	if f.Default == nil {
		return entry, nil
	}
	if err := json.Unmarshal(f.Default, &entry.Default); err != nil {
		return entry, fmt.Errorf("field %q: default: %w", f.Name, err)
	}
	if n, ok := entry.Default.(float64); ok && n == math.Trunc(n) && math.Abs(n) < 1<<53 {
		entry.Default = int64(n) // without a place after the point
	}
	return entry, nil
}
