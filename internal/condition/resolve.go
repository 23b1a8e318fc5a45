package condition

import (
	"fmt"
	"strings"

	"bellhop/jinja/value"
)

// snapshotsKey begins the paths that lead into the change's snapshots.
const snapshotsKey = "snapshots"

// resolveError says why a path leads nowhere.
type resolveError struct {
	// missing is true where a key is absent, or what should have it is null or
	// otherwise empty; false where the path goes on below a value that has no
	// keys at all.
	missing bool
	message string
}

func (e *resolveError) Error() string { return e.message }

// resolve follows a path: by key through objects, and over every item of a list
// (since NetBox 3.5.3). Since NetBox 4.3.4 an empty value on the way counts as
// an empty object.
func resolve(th *value.Thread, v value.Value, keys []string) (value.Value, error) {
	for i, key := range keys {
		next, err := step(th, v, key)
		if err != nil {
			if i > 0 {
				err.message += " at " + quote(strings.Join(keys[:i], "."))
			}
			return nil, err
		}
		v = next
	}
	return v, nil
}

// step follows one key. Items of a list must be objects: NetBox does not enter a
// list within a list.
func step(th *value.Thread, v value.Value, key string) (value.Value, *resolveError) {
	items, ok := v.(*value.List)
	if !ok {
		return member(th, v, key)
	}
	in := items.Items(th)
	th.Charge(len(in))
	out := make([]value.Value, 0, len(in))
	for i, item := range in {
		if _, ok := item.(*value.Dict); !ok {
			return nil, &resolveError{message: fmt.Sprintf("item %d is %s, which has no key %s", i, typePhrase(item), quote(key))}
		}
		found, err := member(th, item, key)
		if err != nil {
			err.message = fmt.Sprintf("item %d: %s", i, err.message)
			return nil, err
		}
		out = append(out, found)
	}
	return value.NewList(out), nil
}

// member looks a key up in one value.
func member(th *value.Thread, v value.Value, key string) (value.Value, *resolveError) {
	object, ok := v.(*value.Dict)
	if !ok {
		return nil, &resolveError{
			missing: !value.Truth(th, v),
			message: fmt.Sprintf("%s has no key %s", typePhrase(v), quote(key)),
		}
	}
	found, ok := object.Lookup(th, key)
	if !ok {
		return nil, &resolveError{missing: true, message: "there is no key " + quote(key)}
	}
	return found, nil
}

// typePhrase names a value's type in the words of JSON.
func typePhrase(v value.Value) string {
	switch v.(type) {
	case value.NoneType:
		return "null"
	case value.Str:
		return "a string"
	case value.Bool:
		return "a boolean"
	case *value.List:
		return "a list"
	case *value.Dict:
		return "an object"
	}
	return "a number"
}
