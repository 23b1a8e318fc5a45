package api

import (
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Sizes of pages, NetBox's PAGINATE_COUNT and MAX_PAGE_SIZE.
const (
	defaultLimit = 50
	maxLimit     = 1000
	// maxOffset leaves room for what is added to an offset.
	maxOffset = math.MaxInt - maxLimit
)

// query reads what part of a list a request asks for.
func (c *call) query(d *description) (store.Query, error) {
	values, err := c.parameters()
	if err != nil {
		return store.Query{}, err
	}
	where, err := d.where(c, values, false)
	if err != nil {
		return store.Query{}, err
	}
	return store.Query{
		Where: where, Order: d.ordering(values.Get("ordering")),
		Limit: pageLimit(values.Get("limit")), Offset: pageOffset(values.Get("offset")),
	}, nil
}

// parameters reads the query of a request that selects. One that cannot be read is
// refused: a filter that was lost on the way would select everything.
func (c *call) parameters() (url.Values, error) {
	values, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return nil, &webhook.Error{Code: webhook.CodeInvalid, Message: "The query cannot be read: " + err.Error() + ".", Err: err}
	}
	return values, nil
}

// pageLimit reads a page's size: 0 is as much as the cap allows, nonsense the
// default, as in NetBox.
func pageLimit(text string) int {
	n, err := strconv.Atoi(text)
	switch {
	case err != nil || n < 0:
		return defaultLimit
	case n == 0:
		return maxLimit
	}
	return min(n, maxLimit)
}

func pageOffset(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return min(max(n, 0), maxOffset)
}

// ordering reads the order: names of fields, with a minus for descending. What is
// no field, or was named before, is passed over.
func (d *description) ordering(text string) []store.Order {
	order := d.parseOrdering(text)
	if len(order) == 0 {
		order = d.parseOrdering(d.order)
	}
	return order
}

func (d *description) parseOrdering(text string) []store.Order {
	var order []store.Order
	for name := range strings.SplitSeq(text, ",") {
		name, desc := strings.CutPrefix(strings.TrimSpace(name), "-")
		f := d.field(name)
		if f == nil || f.path == "" {
			continue
		}
		if !slices.ContainsFunc(order, func(o store.Order) bool { return o.Path == f.path }) {
			order = append(order, store.Order{Path: f.path, Desc: desc})
		}
	}
	return order
}

// sendList answers with the page of a list that the request asks for: read gets
// its rows, show turns each into JSON.
func sendList[T any](c *call, d *description, read func(store.Query) (store.Page[T], error), show func(*T) (json.RawMessage, error)) error {
	query, err := c.query(d)
	if err != nil {
		return err
	}
	page, err := read(query)
	if err != nil {
		return err
	}
	items := make([]json.RawMessage, len(page.Items))
	for i := range page.Items {
		if items[i], err = show(&page.Items[i]); err != nil {
			return err
		}
	}
	return c.sendPage(query, page.Count, items)
}

// sendPage answers with a page of a list.
func (c *call) sendPage(query store.Query, count int, items []json.RawMessage) error {
	size := 256
	for _, item := range items {
		size += len(item) + 1
	}
	text := strconv.AppendInt(append(make([]byte, 0, size), `{"count":`...), int64(count), 10)
	next, previous := "null", "null"
	if end := query.Offset + query.Limit; end < count {
		next = c.pageURL(query.Limit, end)
	}
	if query.Offset > 0 {
		previous = c.pageURL(query.Limit, max(query.Offset-query.Limit, 0))
	}
	text = append(append(append(text, `,"next":`...), next...), `,"previous":`...)
	text = append(append(text, previous...), `,"results":`...)
	text = append(append(text, joinList(items)...), '}')
	return c.send(http.StatusOK, text)
}

// pageURL returns the address of another page as JSON.
func (c *call) pageURL(limit, offset int) string {
	values := c.r.URL.Query()
	values.Set("limit", strconv.Itoa(limit))
	values.Del("offset")
	if offset > 0 {
		values.Set("offset", strconv.Itoa(offset))
	}
	address, err := encode(c.base() + c.r.URL.EscapedPath() + "?" + values.Encode())
	if err != nil {
		return "null"
	}
	return string(address)
}

// selection says which fields of things are shown.
type selection struct {
	brief      bool
	only, omit []string
}

// selection reads brief, fields and omit.
func (c *call) selection() selection {
	values := c.r.URL.Query()
	brief, _ := parseBoolean(values.Get("brief"))
	return selection{brief: brief, only: names(values, "fields"), omit: names(values, "omit")}
}

func names(values url.Values, param string) []string {
	var list []string
	for _, text := range values[param] {
		for name := range strings.SplitSeq(text, ",") {
			if name = strings.TrimSpace(name); name != "" {
				list = append(list, name)
			}
		}
	}
	return list
}

// shows reports whether a field is shown; inBrief says whether the short form has
// it.
func (s *selection) shows(name string, inBrief bool) bool {
	switch {
	case s.brief:
		return inBrief
	case len(s.only) > 0:
		return slices.Contains(s.only, name)
	}
	return !slices.Contains(s.omit, name)
}
