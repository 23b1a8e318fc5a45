package api

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// filter is a query parameter that selects.
type filter struct {
	param string
	kind  kind
	// path is where the store has what is compared.
	path    string
	choices []webhook.Choice
	// make, when there is one, takes the place of a comparison at path. The
	// suffix is without underscores; false means that there is no such look-up.
	make func(suffix, value string) (store.Filter, bool, error)
	// unknown, when there is one, returns the first of the values that nothing has
	// which could be meant, or "".
	unknown func(c *call, values []string) (string, error)
	// every says that a repeated parameter means all of its values, not any.
	every bool
	help  string
}

// notFilters are the query parameters with a meaning of their own.
var notFilters = []string{"limit", "offset", "ordering", "q", "brief", "fields", "omit", "format", "exclude"}

// textSuffixes, numberSuffixes and otherSuffixes are NetBox's look-ups by kind;
// every one but empty, lt, lte, gt, gte and the regular expressions has a
// negation that begins with n.
var (
	textSuffixes = map[string]store.Op{
		"": store.Eq, "ie": store.Ie, "ic": store.Ic, "isw": store.Isw, "iew": store.Iew,
		"empty": store.Empty, "regex": store.Regex, "iregex": store.IRegex,
	}
	numberSuffixes = map[string]store.Op{
		"": store.Eq, "lt": store.Lt, "lte": store.Lte, "gt": store.Gt, "gte": store.Gte, "empty": store.Empty,
	}
	otherSuffixes = map[string]store.Op{"": store.Eq, "empty": store.Empty}
)

// lookup returns the operator that a suffix stands for.
func lookup(k kind, suffix string) (op store.Op, negated, ok bool) {
	suffixes := otherSuffixes
	switch k {
	case kindText, kindAddress, kindJSON:
		suffixes = textSuffixes
	case kindInteger, kindNumber, kindTime, kindDate:
		suffixes = numberSuffixes
	}
	if op, ok = suffixes[suffix]; ok {
		return op, false, true
	}
	if op, ok = numberSuffixes[suffix]; ok && k == kindJSON {
		return op, false, true
	}
	if positive, cut := strings.CutPrefix(suffix, "n"); cut {
		switch positive {
		case "", "ie", "ic", "isw", "iew":
			op, ok = suffixes[positive]
		}
	}
	return op, true, ok
}

// fieldFilters returns the filters that a description's fields give.
func fieldFilters(d *description) []filter {
	list := slices.Clone(d.filters)
	has := func(param string) bool {
		return slices.ContainsFunc(list, func(f filter) bool { return f.param == param })
	}
	for _, s := range d.fields {
		if s.path == "" || s.writeOnly || has(s.name) {
			continue
		}
		switch s.kind {
		case kindObject, kindJSON, kindReference, kindReferences, kindIntegers:
			// Their filters have names of their own.
		case kindTags:
			list = append(list, tagFilter(s.path))
		default:
			list = append(list, filter{param: s.name, kind: s.kind, path: s.path, choices: s.choices})
		}
	}
	return list
}

// where makes the filter that a query asks for. Unknown parameters are passed
// over, as NetBox does; strict refuses them, for requests that do something to
// all that match. NetBox's filters by request are refused where we lack them:
// scripts go on to change whatever they select.
func (d *description) where(c *call, query url.Values, strict bool) (store.Filter, error) {
	filters := fieldFilters(d)
	var all store.And
	var errs webhook.FieldErrors
	for _, param := range slices.Sorted(maps.Keys(query)) {
		if slices.Contains(notFilters, param) {
			continue
		}
		name, suffix, _ := strings.Cut(param, "__")
		f := d.filterFor(filters, name)
		if f == nil {
			if strict || slices.Contains(requestParams, name) {
				errs.Add(param, "There is no filter of this name.")
			}
			continue
		}
		values := distinct(query[param]) // each is looked up
		condition, known, err := f.condition(suffix, values)
		missing := ""
		if err == nil && known && f.unknown != nil {
			if missing, err = f.unknown(c, values); err != nil {
				return nil, err
			}
		}
		switch {
		case err != nil:
			errs.Add(param, "%s", err.Error())
		case missing != "":
			errs.Add(param, "%s", noChoice(missing))
		case known:
			all = append(all, condition)
		case strict:
			errs.Add(param, "There is no look-up of this name.")
		}
	}
	if text := query.Get("q"); text != "" {
		all = append(all, d.searchFor(text))
	}
	if err := errs.Err(); err != nil || len(all) == 0 {
		return nil, err
	}
	return all, nil
}

// filterFor returns the filter of a parameter, or nil. Custom fields have theirs
// as cf_<name>, as in NetBox, and objects without a schema for whatever is asked.
func (d *description) filterFor(filters []filter, name string) *filter {
	i := slices.IndexFunc(filters, func(f filter) bool { return f.param == name })
	if i >= 0 {
		return &filters[i]
	}
	if field, ok := strings.CutPrefix(name, "cf_"); ok && d.field("custom_fields") != nil {
		return &filter{param: name, kind: kindJSON, path: "custom_fields." + field}
	}
	if d.schemaless {
		return &filter{param: name, kind: kindJSON, path: name}
	}
	return nil
}

// searchFor is what q means.
func (d *description) searchFor(text string) store.Filter {
	either := make(store.Or, 0, len(d.search))
	for _, path := range d.search {
		either = append(either, store.Compare{Path: path, Op: store.Ic, Value: strings.TrimSpace(text)})
	}
	return either
}

// maxRepeated bounds how many different values a repeated parameter may have where
// each must be looked for by itself; for equal ones there are look-ups of lists.
const maxRepeated = 200

// condition makes the filter for a parameter: a repeated one means any of its
// values, or every one, a negated one none of them.
func (f *filter) condition(suffix string, values []string) (condition store.Filter, known bool, err error) {
	either := make(store.Or, 0, len(values))
	negated := false
	for _, value := range values {
		var one store.Filter
		if f.make != nil {
			one, known, err = f.make(strings.TrimPrefix(suffix, "n"), value)
			negated = suffix == "n"
		} else {
			one, negated, known, err = f.compare(suffix, value)
		}
		if err != nil || !known {
			return nil, known, err
		}
		either = append(either, one)
	}
	switch {
	case f.every && !negated && len(either) <= maxRepeated:
		condition = store.And(either)
	case !f.every || negated:
		condition = anyOf(either)
	}
	if condition == nil {
		return nil, true, valueError(fmt.Sprintf("Give at most %d values.", maxRepeated))
	}
	if negated {
		condition = store.Not{Filter: condition}
	}
	return condition, true, nil
}

// distinct returns the values without those that were there before.
func distinct(values []string) []string {
	seen := make(map[string]bool, len(values))
	return slices.DeleteFunc(slices.Clone(values), func(value string) bool {
		before := seen[value]
		seen[value] = true
		return before
	})
}

// anyOf joins filters by or. Comparisons for equality become one list, however many
// they are; of others, more than maxRepeated are too many, which gives nil.
func anyOf(filters store.Or) store.Filter {
	if len(filters) == 1 {
		return filters[0]
	}
	list := store.In{}
	for _, f := range filters {
		c, ok := f.(store.Compare)
		if !ok || c.Op != store.Eq || c.Value == nil || list.Path != "" && list.Path != c.Path {
			list.Values = nil
			break
		}
		list.Path = c.Path
		list.Values = append(list.Values, c.Value)
	}
	switch {
	case list.Values != nil:
		return list
	case len(filters) > maxRepeated:
		return nil
	}
	return filters
}

// compare makes a comparison with one value.
func (f *filter) compare(suffix, text string) (one store.Filter, negated, known bool, err error) {
	if f.kind == kindTexts || f.kind == kindChoices || f.kind == kindLabels {
		return store.Has{Path: f.path, Value: text}, suffix == "n", suffix == "" || suffix == "n", nil
	}
	op, negated, known := lookup(f.kind, suffix)
	if !known {
		return nil, false, false, nil
	}
	if f.kind == kindAddress && op == store.Eq {
		one, err := addressIs(f.path, text)
		return one, negated, true, err
	}
	value, err := f.value(op, text)
	one = store.Compare{Path: f.path, Op: op, Value: value}
	if f.kind == kindJSON && op == store.Eq {
		one = store.In{Path: f.path, Values: readings(text)}
	}
	return one, negated, true, err
}

// readings are what a text can mean where nothing says which type a value has.
func readings(text string) []any {
	values := []any{text}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		values = append(values, n)
	} else if n, err := parseNumber(text); err == nil {
		values = append(values, n)
	}
	switch text {
	case "true":
		values = append(values, true)
	case "false":
		values = append(values, false)
	}
	return values
}

// value reads what a parameter is compared with.
func (f *filter) value(op store.Op, text string) (any, error) {
	switch op {
	case store.Empty:
		return parseBoolean(text)
	case store.Regex, store.IRegex:
		if _, err := regexp.Compile(text); err != nil {
			return nil, valueError("Enter a valid regular expression.")
		}
		return text, nil
	}
	if text == "null" && f.kind != kindText && f.kind != kindAddress {
		return nil, nil
	}
	switch f.kind {
	case kindJSON:
		if read := readings(text); op >= store.Lt && op <= store.Gte && len(read) > 1 {
			return read[1], nil
		}
	case kindInteger:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, valueError("Enter a whole number.")
		}
		return n, nil
	case kindNumber:
		n, err := parseNumber(text)
		if err != nil {
			return nil, valueError("Enter a number.")
		}
		return n, nil
	case kindBoolean:
		return parseBoolean(text)
	case kindTime:
		t, err := parseTime(text)
		if err != nil {
			return nil, valueError("Enter a valid date/time.")
		}
		return t, nil
	case kindDate:
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return nil, valueError("Enter a valid date.")
		}
	case kindUUID:
		id, err := webhook.ParseUUID(text)
		if err != nil {
			return nil, valueError("Enter a valid UUID.")
		}
		return id, nil
	case kindChoice, kindLabeled:
		if !slices.ContainsFunc(f.choices, func(c webhook.Choice) bool { return c.Value == text }) {
			return nil, valueError(fmt.Sprintf("Select a valid choice. %s is not one of the available choices.", text))
		}
	}
	return text, nil
}

// sameFilter is a filter by a field that is the same in all there is: holds reports
// whether it has the value.
func sameFilter(param string, kind kind, holds func(value string) (bool, error)) filter {
	return filter{param: param, kind: kind, make: func(suffix, value string) (store.Filter, bool, error) {
		if all, err := holds(value); err != nil || all {
			return store.And{}, suffix == "", err
		}
		return store.Or{}, suffix == "", nil
	}}
}

// idFilter is a filter by the id of something that is referred to.
func idFilter(param, path string) filter { return filter{param: param, kind: kindInteger, path: path} }

// timeFilter is NetBox's way to select by a time without a look-up suffix, such
// as time_after.
func timeFilter(param, path string, op store.Op) filter {
	return filter{param: param, kind: kindTime, path: path, make: func(suffix, value string) (store.Filter, bool, error) {
		t, err := parseTime(value)
		if err != nil {
			return nil, suffix == "", valueError("Enter a valid date/time.")
		}
		return store.Compare{Path: path, Op: op, Value: t}, suffix == "", nil
	}}
}
