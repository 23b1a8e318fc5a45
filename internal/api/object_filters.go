package api

import (
	"fmt"
	"net/netip"
	"strconv"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// objectFilters are the query parameters that the objects of a type have beside
// those of single fields.
func objectFilters(t *webhook.ObjectType) []filter {
	list := append(requestFilters(t.Name()), tagFilter())
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

func tagFilter() filter {
	return filter{param: "tag_id", kind: kindInteger, make: func(suffix, value string) (store.Filter, bool, error) {
		id, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return nil, suffix == "", noChoice(value)
		}
		where := store.Compare{Path: "id", Op: store.Eq, Value: id}
		return store.Related{Path: "tags", ObjectType: admin.KindTag, By: "slug", Where: where}, suffix == "", nil
	}}
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
		either := store.Or{
			store.Compare{Path: "slug", Op: store.Eq, Value: value}, store.Compare{Path: "name", Op: store.Eq, Value: value},
		}
		return store.Related{Path: f.Name, ObjectType: f.To, Where: either}, suffix == "", nil
	}
	return []filter{{param: f.Name + "_id", kind: kindInteger, make: byID}, {param: f.Name, kind: kindText, make: byName}}
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
