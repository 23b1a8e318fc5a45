package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// keysInOrder returns the keys of a JSON object as they stand in the text.
func keysInOrder(text []byte) ([]string, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if _, err := decoder.Token(); err != nil { // {
		return nil, err
	}
	var keys []string
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		keys = append(keys, fmt.Sprint(key))
		var skipped json.RawMessage
		if err := decoder.Decode(&skipped); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// written turns a value as it is read into one as it is written: a choice into
// its value, a tag into its slug.
func written(v any) any {
	switch v := v.(type) {
	case map[string]any:
		_, hasLabel := v["label"]
		if value, isChoice := v["value"]; isChoice && hasLabel && len(v) == 2 {
			return value
		}
		if slug, isTag := v["slug"]; isTag && v["id"] != nil {
			return map[string]any{"slug": slug}
		}
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = written(item)
		}
		return list
	}
	return v
}

// isEmpty reports whether a field says nothing, so that a file need not have it.
func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// same reports whether a file's field has the server's value already.
func same(field string, inFile, onServer any) bool {
	onServer = written(onServer)
	if field == typeFields {
		return sameTypeFields(inFile, onServer)
	}
	return canonical(inFile) == canonical(onServer)
}

// canonical is the same text for values that mean the same: objects by key, and
// lists of texts, which are sets in every field there is, in order.
func canonical(v any) string {
	if list, ok := v.([]any); ok && !slices.ContainsFunc(list, func(item any) bool { _, isText := item.(string); return !isText }) {
		list = slices.Clone(list)
		slices.SortFunc(list, func(a, b any) int { return bytes.Compare([]byte(a.(string)), []byte(b.(string))) })
		v = list
	}
	text, _ := json.Marshal(v) // it was decoded from JSON
	return string(text)
}

// sameTypeFields compares the fields of an object type. What a file leaves out
// is empty, but for the label, which the server makes of the name.
func sameTypeFields(inFile, onServer any) bool {
	files, ok1 := inFile.([]any)
	servers, ok2 := onServer.([]any)
	if !ok1 || !ok2 || len(files) != len(servers) {
		return false
	}
	for i := range files {
		file, ok1 := files[i].(map[string]any)
		server, ok2 := servers[i].(map[string]any)
		if !ok1 || !ok2 {
			return false
		}
		file, server = withoutEmpty(file), withoutEmpty(server)
		if _, given := file["label"]; !given {
			delete(server, "label")
		}
		if canonical(file) != canonical(server) {
			return false
		}
	}
	return true
}

func withoutEmpty(object map[string]any) map[string]any {
	object = maps.Clone(object)
	maps.DeleteFunc(object, func(_ string, v any) bool { return isEmpty(v) || v == false })
	return object
}
