package ui

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bellhop/internal/store"
	"bellhop/internal/ui/live"
	"bellhop/internal/webhook"
)

// defaultPerPage is how many rows a list shows; perPageChoices are the others.
const defaultPerPage = 50

var perPageChoices = []int{25, 50, 100, 250}

// maxFilterRows is the height of a filter's list box; one with fewer choices is as
// high as they are.
const maxFilterRows = 6

// listSpec describes a list page: what its columns are, what it can be narrowed
// by, and how it is paged. State is in the query: q, the filters' names, sort
// ("name" or "-name"), per_page, and page (by number) or before and after (by
// key).
type listSpec struct {
	// Path is where the list is; One and Many are its noun ("webhook").
	Path, One, Many string
	Columns         []column
	Filters         []listFilter
	// Search are the fields that q looks into; none means that there is no q,
	// unless Find makes the filter for it.
	Search []string
	Find   func(q string) store.Filter
	// Sort is the order when the query has none, such as "name".
	Sort string
	// Keyset pages by key instead of by number, newest first, without counting:
	// for what grows without bound. Such a list cannot be sorted otherwise.
	Keyset bool
	// Reach bounds the search of a keyset list: it looks at so many rows for a
	// page; see [store.Query] and [listing.searchedTo]. 0 does not bound.
	Reach int
	// ParseKey reads a key of a keyset list from the query.
	ParseKey func(text string) (any, error)
	// Topic is the live updates' that tells of news about a keyset list; 0 for none.
	Topic live.Topics
	// Always narrows the list whatever is asked; nil does not.
	Always store.Filter
}

// column is a column of a list. Sort is the field that it is sorted by; empty
// means that it is not.
type column struct {
	Name, Label, Sort string
	// Class is for alignment and width.
	Class string
}

// listFilter is one field by which a list can be narrowed.
type listFilter struct {
	// Name is the query's; Label is what people read.
	Name, Label string
	// Choices make it a list box (several may be chosen), nil a text or what
	// Kind says.
	Choices []choice
	Kind    fieldKind
	// Path is the store's field that equals the value, unless Make is given.
	Path string
	// Make returns the filter for the values. An error is for people.
	Make func(values []string) (store.Filter, error)
	// Help is shown below a text.
	Help string
	// SuggestPath is a page with suggestions for a text.
	SuggestPath string
	// Show, when given, writes a value for people.
	Show func(value string) string
}

// listing is the state of a list page, for the component "list".
type listing struct {
	Path, One, Many string
	Columns         []column
	Filters         []*field
	Search          bool
	Q               string
	Chips           []chip
	// Count is how many match, -1 when that was not counted.
	Count    int
	From, To int
	// First, Previous and Next are paths of other pages, empty when there are none.
	First, Previous, Next string
	PerPage               int
	PerPages              []perPageLink
	// Filtered says that fewer than all are asked for.
	Filtered bool
	// Further goes on with a search that ended before the page was full, because
	// few rows match; see [store.Query].
	Further string
	// FilterQuery is the query with filters only: what "all that match" means.
	FilterQuery string

	// NewsPath asks how the rows that are shown are now, and on the first page
	// whether there are new ones, whenever the spec's topic has news; empty where
	// nothing is to be asked. News is how many new ones there are, and MoreNews that
	// there are more. They are on the page at Newest.
	NewsPath, Newest string
	News             int
	MoreNews         bool

	query  store.Query
	where  store.Filter
	values url.Values
	spec   *listSpec
	// newer says that the page was asked for by "after".
	newer bool
	// asksNews says that htmx asks at NewsPath: then shown are the keys of the rows
	// that are shown, and news, unless nil, finds the new ones.
	asksNews bool
	shown    []string
	news     *store.Query
}

// chip is an applied filter, with the path that takes it off.
type chip struct{ Label, Value, Remove string }

type perPageLink struct {
	N      int
	Path   string
	Active bool
}

// paging are the query's names that are not filters.
var paging = []string{"page", "before", "after", "rows", "per_page", "sort", "q", onPageOf}

// list reads the query of a list page.
func (v *view) list(spec *listSpec) (*listing, error) { return v.listOf(spec, v.r.URL.Query()) }

// listOf is list for the query that values make, whatever the page's is.
func (v *view) listOf(spec *listSpec, values url.Values) (*listing, error) {
	l := &listing{
		Path: spec.Path, One: spec.One, Many: spec.Many, Columns: spec.Columns, Search: len(spec.Search) > 0 || spec.Find != nil,
		Q: strings.TrimSpace(values.Get("q")), Count: -1, PerPage: defaultPerPage, values: values, spec: spec,
		asksNews: spec.Topic != 0 && v.partial() && strings.HasSuffix(v.r.Header.Get("HX-Target"), "#news"),
	}
	if spec.Topic != 0 {
		v.listen(spec.Topic)
	}
	where, err := spec.where(values)
	if err != nil {
		return nil, err
	}
	l.where = where
	for _, f := range spec.Filters {
		l.addFilter(f)
	}
	if l.Q != "" {
		l.Chips = append(l.Chips, chip{"Search", l.Q, l.with("q", "")})
	}
	l.Filtered = len(l.Chips) > 0
	l.FilterQuery = l.filtersOnly().Encode()
	if n, err := strconv.Atoi(values.Get("per_page")); err == nil && slices.Contains(perPageChoices, n) {
		l.PerPage = n
	}
	for _, n := range perPageChoices {
		l.PerPages = append(l.PerPages, perPageLink{n, l.with("per_page", strconv.Itoa(n)), n == l.PerPage})
	}
	if spec.Keyset {
		return l, l.pageByKey()
	}
	l.pageByNumber()
	return l, nil
}

// where makes the filter that a query asks for; nil is everything.
func (s *listSpec) where(values url.Values) (store.Filter, error) {
	var all store.And
	if s.Always != nil {
		all = append(all, s.Always)
	}
	var errs webhook.FieldErrors
	for _, f := range s.Filters {
		given := slices.DeleteFunc(slices.Clone(values[f.Name]), func(text string) bool { return text == "" })
		if len(given) == 0 {
			continue
		}
		filter, err := f.filter(given)
		if err != nil {
			errs.Add(f.Label, "%s", publicError(err).Message)
			continue
		}
		all = append(all, filter)
	}
	q := strings.TrimSpace(values.Get("q"))
	switch {
	case q == "":
	case s.Find != nil:
		all = append(all, s.Find(q))
	case len(s.Search) > 0:
		either := make(store.Or, 0, len(s.Search))
		for _, path := range s.Search {
			either = append(either, store.Compare{Path: path, Op: store.Ic, Value: q})
		}
		all = append(all, either)
	}
	if err := errs.Err(); err != nil || len(all) == 0 {
		return nil, err
	}
	return all, nil
}

func (f *listFilter) filter(given []string) (store.Filter, error) {
	if f.Make != nil {
		return f.Make(given)
	}
	values := make([]any, len(given))
	for i, text := range given {
		switch {
		case text == "true" || text == "false":
			values[i] = text == "true"
		default:
			values[i] = text
		}
	}
	return store.In{Path: f.Path, Values: values}, nil
}

// addFilter adds a filter's field, and a chip for each of its values.
func (l *listing) addFilter(f listFilter) {
	given := l.values[f.Name]
	if f.Choices != nil && len(f.Choices) == 0 && len(given) == 0 {
		return // such as webhooks, where there are none
	}
	shown := &field{Name: f.Name, Label: f.Label, Help: f.Help, Kind: fieldText, Values: given, Choices: f.Choices, SuggestPath: f.SuggestPath}
	switch {
	case f.Choices != nil:
		// Not boxes to tick: those are three times as heavy.
		shown.Kind, shown.Rows = fieldMany, min(len(f.Choices), maxFilterRows)
	case f.Kind != "":
		shown.Kind = f.Kind
	}
	if len(given) > 0 {
		shown.Value = given[0]
	}
	l.Filters = append(l.Filters, shown)
	for i, text := range given {
		if text == "" {
			continue
		}
		label := text
		if f.Show != nil {
			label = f.Show(text)
		}
		for _, c := range f.Choices {
			if c.Value == text {
				label = c.Label
			}
		}
		rest := l.clone()
		rest[f.Name] = slices.Delete(slices.Clone(given), i, i+1)
		l.Chips = append(l.Chips, chip{f.Label, label, l.path(rest)})
	}
}

// pageByNumber reads page and sort.
func (l *listing) pageByNumber() {
	// 0 is no number, and one that is too large is the largest, so that the offset,
	// many times as large, is a number still.
	number, _ := strconv.ParseInt(l.values.Get("page"), 10, 32)
	number = max(number, 1)
	l.query = store.Query{Where: l.where, Limit: l.PerPage, Offset: (int(number) - 1) * l.PerPage}
	sort := l.values.Get("sort")
	path, desc := l.sortPath(sort)
	if path == "" {
		path, desc = l.sortPath(l.spec.Sort)
	}
	if path != "" {
		l.query.Order = []store.Order{{Path: path, Desc: desc}}
	}
}

// sortPath returns the store's field for a value of sort; empty for none.
func (l *listing) sortPath(sort string) (path string, desc bool) {
	name, desc := strings.CutPrefix(sort, "-")
	for _, c := range l.Columns {
		if c.Name == name {
			return c.Sort, desc
		}
	}
	return "", false
}

// show takes in what was found of a list that is paged by number.
func (l *listing) show(shown, count int) {
	l.Count = count
	if shown > 0 {
		l.From, l.To = l.query.Offset+1, l.query.Offset+shown
	}
	number := l.query.Offset/l.PerPage + 1
	if number > 1 {
		l.First = l.with("page", "")
		l.Previous = l.with("page", strconv.Itoa(number-1))
	}
	if l.query.Offset+shown < count {
		l.Next = l.with("page", strconv.Itoa(number+1))
	}
}

// Sorted is how a column is sorted: "ascending", "descending" or "none".
func (l *listing) Sorted(c column) string {
	if len(l.query.Order) > 0 && !l.spec.Keyset && c.Sort == l.query.Order[0].Path && c.Sort != "" {
		if l.query.Order[0].Desc {
			return "descending"
		}
		return "ascending"
	}
	return "none"
}

// SortPath is where a click on a column's head leads.
func (l *listing) SortPath(c column) string {
	name := c.Name
	if l.Sorted(c) == "ascending" {
		name = "-" + name
	}
	rest := without(l.values, "page")
	rest.Set("sort", name)
	return l.path(rest)
}

// Narrowed is how many filters are applied; the search has a field of its own.
func (l *listing) Narrowed() int {
	if l.Q != "" {
		return len(l.Chips) - 1
	}
	return len(l.Chips)
}

// Hidden are the parts of the state that a filter form has to carry along.
func (l *listing) Hidden() []hidden {
	var list []hidden
	for _, name := range []string{"sort", "per_page"} {
		if value := l.values.Get(name); value != "" {
			list = append(list, hidden{name, value})
		}
	}
	return list
}

// with is the path of the list with one part of its state set; empty removes it.
// Whatever changes, the first page is shown.
func (l *listing) with(name, value string) string {
	rest := l.clone()
	if value == "" {
		rest.Del(name)
	} else {
		rest.Set(name, value)
	}
	return l.path(rest)
}

// clone is the state without the page.
func (l *listing) clone() url.Values { return without(l.values, "page", "before", "after", "rows") }

// filtersOnly is the state that says which rows match.
func (l *listing) filtersOnly() url.Values {
	kept := url.Values{}
	for name, values := range l.values {
		if name == "q" || !slices.Contains(paging, name) {
			kept[name] = values
		}
	}
	return kept
}

func without(values url.Values, names ...string) url.Values {
	rest := url.Values{}
	for name, list := range values {
		if !slices.Contains(names, name) {
			rest[name] = slices.Clone(list)
		}
	}
	return rest
}

func (l *listing) path(values url.Values) string {
	if query := values.Encode(); query != "" {
		return l.Path + "?" + query
	}
	return l.Path
}

// selection is what a bulk form was sent for: rows that were ticked, or all that
// match the list's filters.
type selection struct {
	IDs []string
	// All says that Where counts instead of IDs; nil is everything.
	All   bool
	Where store.Filter
}

// maxSelected bounds the rows that can be ticked: a page.
const maxSelected = 250

// selected reads a bulk form: "id" for each ticked row, or "all" with the
// list's filters in "query".
func (s *listSpec) selected(form url.Values) (selection, error) {
	if form.Get("all") != "" {
		values, err := url.ParseQuery(form.Get("query"))
		if err != nil {
			return selection{}, &webhook.Error{Code: webhook.CodeInvalid, Message: "The filter is not valid.", Err: err}
		}
		where, err := s.where(values)
		return selection{All: true, Where: where}, err
	}
	ids := form["id"]
	switch {
	case len(ids) == 0:
		return selection{}, webhook.Errorf(webhook.CodeInvalid, "Nothing was selected.")
	case len(ids) > maxSelected:
		return selection{}, webhook.Errorf(webhook.CodeInvalid, "Select at most %d %s, or all that match.", maxSelected, s.Many)
	}
	return selection{IDs: ids}, nil
}

// numbers returns the ids as numbers.
func (s selection) numbers() ([]int64, error) {
	ids := make([]int64, len(s.IDs))
	for i, text := range s.IDs {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, &webhook.Error{Code: webhook.CodeInvalid, Message: fmt.Sprintf("%q is no id.", cutText(40, text)), Err: err}
		}
		ids[i] = id
	}
	return ids, nil
}
