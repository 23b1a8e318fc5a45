package inventory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"

	"bellhop/internal/webhook"
)

// ParseFields reads the fields of one object type from YAML, the list that
// stands under "fields" in [ParseTypes]'s form. JSON is YAML, too. Unknown keys
// are errors. An error is a [webhook.Error] about "fields" that says where.
func ParseFields(text []byte) ([]webhook.Field, error) {
	if err := checkText(text); err != nil {
		return nil, err
	}
	entries, err := decodeFields(text)
	if err != nil {
		return nil, err
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

// decodeFields runs the parser, which is known to panic on texts that hardly
// anybody writes; they are not valid then.
func decodeFields(text []byte) (entries []fieldEntry, err error) {
	defer func() {
		if recover() != nil {
			err = fieldsError("This is not valid YAML.")
		}
	}()
	if err := yaml.UnmarshalWithOptions(text, &entries, yaml.Strict()); err != nil {
		// "[3:7] unknown field", and then the lines around it
		message, _, _ := strings.Cut(strings.TrimSpace(yaml.FormatError(err, false, false)), "\n")
		return nil, fieldsError(message)
	}
	return entries, nil
}

const (
	maxFieldsText = 128 << 10 // bytes
	// maxFieldsDepth bounds lists and mappings within each other, for which the
	// parser takes time that grows with the square.
	maxFieldsDepth = 50
)

// checkText refuses what could keep the parser busy or bring it down: aliases,
// which a few lines can multiply to any size, tags, and deep nesting.
func checkText(text []byte) error {
	if len(text) > maxFieldsText {
		return fieldsError(fmt.Sprintf("Ensure this field has no more than %d bytes.", maxFieldsText))
	}
	depth, dashes, line := 0, 0, 0
	for _, t := range lexer.Tokenize(string(text)) {
		switch t.Type {
		case token.AliasType, token.AnchorType, token.TagType:
			return fieldsError(fmt.Sprintf("[%d:%d] anchors, aliases and tags are not taken", t.Position.Line, t.Position.Column))
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType: // several on a line are lists within each other
			if t.Position.Line != line {
				dashes, line = 0, t.Position.Line
			}
			dashes++
		}
		if depth > maxFieldsDepth || dashes > maxFieldsDepth {
			return fieldsError(fmt.Sprintf("[%d:%d] lists and mappings are nested too deeply", t.Position.Line, t.Position.Column))
		}
	}
	return nil
}

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
