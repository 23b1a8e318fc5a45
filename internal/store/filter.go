package store

import "bellhop/internal/webhook"

// Query selects records of a list.
type Query struct {
	// Where is nil for all.
	Where Filter
	// Order is by these fields, then by id; empty means by id.
	Order []Order
	// Limit is the most to return; 0 means none, only the count.
	Limit int
	// Offset is how many matching records to pass over.
	Offset int
	// NoCount spares the work of counting all that match.
	NoCount bool
	// Reach, if not 0, bounds the search of a list of changes or deliveries in
	// the order of their ids: about so many rows are looked at, however few
	// match, and [Page.Reached] says how far that went. It goes with NoCount.
	Reach int
}

// Order is one field to sort by.
type Order struct {
	Path string
	Desc bool
}

// Filter is a condition on records: [And], [Or], [Not], [Compare], [In], [Has],
// [Related], [Changed] or [Network]. The last three are for records only.
//
// Fields are named by a dotted path. For records it goes through the record's
// document ("name", "status", "custom_fields.owner"); "id" is the id. For
// changes and deliveries it is one of a fixed list.
type Filter interface{ isFilter() }

// And is true when all are; And{} is true.
type And []Filter

// Or is true when one is; Or{} is false.
type Or []Filter

// Not inverts. A field that is not there or null counts as not equal, so
// Not{Compare{… Eq …}} is true for it, as NetBox's __n look-ups are.
type Not struct{ Filter Filter }

// Op compares a field with a value.
type Op uint8

// The operators, named after NetBox's look-up suffixes. Those that compare text
// ignore case (Unicode) where NetBox does: Ic, Isw, Iew, Ie and IRegex.
const (
	Eq  Op = iota + 1
	Ie     // equal, ignoring case
	Ic     // contains
	Isw    // starts with
	Iew    // ends with
	Lt
	Lte
	Gt
	Gte
	// Empty is true when the field is not there, null, "" or an empty list,
	// if Value is true; the opposite if it is false.
	Empty
	Regex  // finds a match anywhere; Go's syntax
	IRegex // the same, ignoring case
)

// Compare compares the field at Path. Value is a string, int64, float64, bool,
// [webhook.UUID], time.Time or nil. On a field of another type the comparison is
// false; a time is compared with the moment that a text in RFC 3339 names.
type Compare struct {
	Path  string
	Op    Op
	Value any
}

// In is true when the field equals one of the values; In{} is false.
type In struct {
	Path   string
	Values []any
}

// Has is true when the field is a list with the value among its items.
type Has struct {
	Path  string
	Value any
}

// Related is true when the field holds the id of a record of the type (or a
// list of ids with one among them) for which Where is true. By, if not empty,
// names another field than the id by which the record is meant.
type Related struct {
	Path       string
	ObjectType string
	By         string
	Where      Filter
}

// Changed is true for an object of the type that has a change for which Where,
// a filter by [ChangeFields], is true.
type Changed struct {
	ObjectType string
	Where      Filter
}

func (And) isFilter()     {}
func (Or) isFilter()      {}
func (Not) isFilter()     {}
func (Compare) isFilter() {}
func (In) isFilter()      {}
func (Has) isFilter()     {}
func (Related) isFilter() {}
func (Changed) isFilter() {}

// ChangeFields are the fields of changes. Times compare as RFC 3339 text or
// [webhook] times given as int64 microseconds since 1970.
var ChangeFields = []string{
	"id", "time", "event", "object_type", "object_id", "object_repr", "user_name", "request_id",
}

// DeliveryFields are the fields of deliveries; event, state, queue and reason
// compare as their words.
var DeliveryFields = []string{
	"id", "webhook", "rule", "change", "queue", "state", "attempts",
	"created", "due", "ended", "reason", "status_code", "object_type", "object_id", "object_repr", "event",
}

// ByID is the filter for given deliveries.
func ByID(ids ...webhook.UUID) Filter {
	values := make([]any, len(ids))
	for i, id := range ids {
		values[i] = id
	}
	return In{Path: "id", Values: values}
}
