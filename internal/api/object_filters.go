package api

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"bellhop/internal/admin"
	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// objectFilters are the query parameters that the objects of a type have beside
// those of single fields.
func objectFilters(t *webhook.ObjectType) []filter {
	list := append(requestFilters(t.Name()), tagIDFilter())
	networks := false
	for i := range t.Fields {
		f := &t.Fields[i]
		switch f.Kind {
		case webhook.FieldReference, webhook.FieldReferences:
			list = append(list, referenceFilters(f)...)
		case webhook.FieldIPAddress:
			list = append(list, filter{param: f.Name, kind: kindAddress, path: f.Name})
			if !networks {
				list = append(list, networkFilter("parent", f.Name, store.NetworkParent), familyFilter(f.Name))
			}
			networks = true
		case webhook.FieldIPPrefix:
			if !networks {
				list = append(list, networkFilter("contains", f.Name, store.NetworkContains), familyFilter(f.Name),
					networkFilter("within", f.Name, store.NetworkWithin),
					networkFilter("within_include", f.Name, store.NetworkWithinOrEqual))
			}
			networks = true
		}
	}
	return list
}

// requestParams are NetBox's filters by the request that made or changed a thing.
var requestParams = []string{"created_by_request", "updated_by_request", "modified_by_request"}

// requestFilters select by the request that made or changed an object.
func requestFilters(objectType string) []filter {
	by := func(param string, events ...any) filter {
		return filter{param: param, kind: kindUUID, make: func(suffix, value string) (store.Filter, bool, error) {
			id, err := webhook.ParseUUID(value)
			if err != nil {
				return nil, suffix == "", valueError("Enter a valid UUID.")
			}
			return store.Changed{ObjectType: objectType, Where: store.And{
				store.Compare{Path: "request_id", Op: store.Eq, Value: id}, store.In{Path: "event", Values: events},
			}}, suffix == "", nil
		}}
	}
	created, updated := webhook.Created.String(), webhook.Updated.String()
	return []filter{
		by("created_by_request", created), by("updated_by_request", updated), by("modified_by_request", created, updated),
	}
}

// tagFilter selects by tags' slugs. What is asked for has all of the tags, in NetBox
// too.
func tagFilter(path string) filter {
	return filter{param: "tag", kind: kindTexts, path: path, every: true, unknown: func(c *call, values []string) (string, error) {
		return unknownTag(values, func(slug string) error {
			_, err := c.api.options.Admin.Tags.Find(c.ctx, "slug", slug)
			return err
		})
	}, make: func(suffix, value string) (store.Filter, bool, error) {
		if value == "null" {
			return store.Compare{Path: path, Op: store.Empty, Value: true}, suffix == "", nil
		}
		return store.Has{Path: path, Value: value}, suffix == "", nil
	}}
}

// tagIDFilter selects by tags' ids, as tagFilter does.
func tagIDFilter() filter {
	return filter{param: "tag_id", kind: kindInteger, every: true, unknown: func(c *call, values []string) (string, error) {
		return unknownTag(values, func(text string) error {
			id, _ := strconv.ParseInt(text, 10, 64) // it was one
			_, err := c.api.options.Admin.Tags.Get(c.ctx, id)
			return err
		})
	}, make: func(suffix, value string) (store.Filter, bool, error) {
		id, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return nil, suffix == "", noChoice(value)
		}
		where := store.Compare{Path: "id", Op: store.Eq, Value: id}
		return store.Related{Path: "tags", ObjectType: admin.KindTag, By: "slug", Where: where}, suffix == "", nil
	}}
}

// unknownTag returns the first value for which find finds no tag.
func unknownTag(values []string, find func(string) error) (string, error) {
	for _, value := range values {
		if value == "null" {
			continue
		}
		if err := find(value); webhook.CodeOf(err) == webhook.CodeNotFound {
			return value, nil
		} else if err != nil {
			return "", err
		}
	}
	return "", nil
}

// referenceFilters select by what a field refers to: by id as region_id=1, by
// slug or name as region=emea, as NetBox does.
func referenceFilters(f *webhook.Field) []filter {
	byID := func(suffix, value string) (store.Filter, bool, error) {
		if value == "null" {
			return store.Compare{Path: f.Name, Op: store.Empty, Value: true}, suffix == "", nil
		}
		id, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return nil, true, noChoice(value)
		}
		if f.Kind == webhook.FieldReferences {
			return store.Has{Path: f.Name, Value: id}, suffix == "", nil
		}
		return store.Compare{Path: f.Name, Op: store.Eq, Value: id}, suffix == "", nil
	}
	byName := func(suffix, value string) (store.Filter, bool, error) {
		if value == "null" {
			return byID(suffix, value)
		}
		return store.Related{Path: f.Name, ObjectType: f.To, Where: isCalled([]any{value})}, suffix == "", nil
	}
	return []filter{
		{param: f.Name + "_id", kind: kindInteger, make: byID, unknown: unknownObject(f.To, haveIDs, idText)},
		{param: f.Name, kind: kindText, make: byName, unknown: unknownObject(f.To, isCalled, calledWhat)},
	}
}

// haveIDs selects by ids, which idText gives.
func haveIDs(values []any) store.Filter {
	ids := make([]any, len(values))
	for i, value := range values {
		ids[i], _ = strconv.ParseInt(value.(string), 10, 64) // it was one
	}
	return store.In{Path: "id", Values: ids}
}

func idText(object *inventory.Object) []string { return []string{strconv.FormatInt(object.ID, 10)} }

// isCalled selects by slug or name, which calledWhat gives.
func isCalled(values []any) store.Filter {
	return store.Or{store.In{Path: "slug", Values: values}, store.In{Path: "name", Values: values}}
}

func calledWhat(object *inventory.Object) []string {
	var called struct{ Slug, Name any }
	_ = json.Unmarshal(object.Data, &called) // we wrote it
	slug, _ := called.Slug.(string)
	name, _ := called.Name.(string)
	return []string{slug, name}
}

// maxMeant bounds how many objects are looked at for what the values of a filter mean.
// When there are more, as of a name that many have, no value is called unknown.
const maxMeant = 5000

// unknownObject finds a value of a filter by a reference that no object of the type
// has. All are asked for at once: meant selects the objects that have one of the
// values, and have tells which of them each one has.
func unknownObject(
	objectType string, meant func(values []any) store.Filter, have func(*inventory.Object) []string,
) func(*call, []string) (string, error) {
	return func(c *call, values []string) (string, error) {
		found := map[string]bool{"null": true}
		var wanted []any
		for _, value := range values {
			if !found[value] {
				wanted = append(wanted, value)
			}
		}
		if len(wanted) == 0 {
			return "", nil
		}
		enough := false
		err := c.api.options.Inventory.View(c.ctx, "", func(r *inventory.Reader) error {
			page, err := r.List(objectType, store.Query{Where: meant(wanted), Limit: maxMeant, NoCount: true}, true)
			enough = len(page.Items) == maxMeant
			for i := range page.Items {
				for _, value := range have(&page.Items[i]) {
					found[value] = true
				}
			}
			return err
		})
		if i := slices.IndexFunc(values, func(value string) bool { return !found[value] }); err == nil && i >= 0 && !enough {
			return values[i], nil
		}
		return "", err
	}
}

func noChoice(value string) error {
	return valueError(fmt.Sprintf("Select a valid choice. %s is not one of the available choices.", value))
}

// addressIs is what a filter by an address means: the host, whatever its mask, or
// with a mask just that.
func addressIs(path, text string) (store.Filter, error) {
	if text == "null" {
		return store.Compare{Path: path, Op: store.Eq}, nil
	}
	prefix, host, err := parseNetwork(text)
	if err != nil {
		return nil, err
	}
	if host {
		return store.Network{Path: path, Op: store.NetworkHost, Prefix: prefix}, nil
	}
	return store.Compare{Path: path, Op: store.Eq, Value: prefix.String()}, nil
}

// parseNetwork reads an address with or without the length of its network; host
// says that it has none.
func parseNetwork(text string) (prefix netip.Prefix, host bool, err error) {
	if prefix, err = netip.ParsePrefix(text); err == nil {
		return prefix, false, nil
	}
	address, err := netip.ParseAddr(text)
	if err != nil || address.Zone() != "" {
		return prefix, false, valueError("Enter a valid IPv4 or IPv6 address, with or without a mask.")
	}
	return netip.PrefixFrom(address, address.BitLen()), true, nil
}

func networkFilter(param, path string, op store.NetworkOp) filter {
	return filter{param: param, kind: kindText, path: path, make: func(suffix, value string) (store.Filter, bool, error) {
		prefix, _, err := parseNetwork(value)
		return store.Network{Path: path, Op: op, Prefix: prefix.Masked()}, suffix == "", err
	}}
}

func familyFilter(path string) filter {
	return filter{param: "family", kind: kindInteger, path: path, make: func(suffix, value string) (store.Filter, bool, error) {
		all, ok := map[string]string{"4": "0.0.0.0/0", "6": "::/0"}[value]
		if !ok {
			return nil, suffix == "", noChoice(value)
		}
		return store.Network{Path: path, Op: store.NetworkParent, Prefix: netip.MustParsePrefix(all)}, suffix == "", nil
	}}
}
