package ui

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// pageByKey reads before and after. One row more than shown tells whether there
// is another page.
func (l *listing) pageByKey() error {
	l.query = store.Query{
		Where: l.where, Limit: l.PerPage + 1, NoCount: true, Order: []store.Order{{Path: "id", Desc: true}}, Reach: l.spec.Reach,
	}
	for _, bound := range []struct {
		name string
		op   store.Op
	}{{"before", store.Lt}, {"after", store.Gt}} {
		text := l.values.Get(bound.name)
		if text == "" {
			continue
		}
		key, err := l.parseKey(text)
		if err != nil {
			return err
		}
		position := store.Compare{Path: "id", Op: bound.op, Value: key}
		if l.where != nil {
			l.query.Where = store.And{l.where, position}
		} else {
			l.query.Where = position
		}
		if bound.op == store.Gt {
			l.newer = true
			l.query.Order[0].Desc = false
		}
		break
	}
	if l.asksNews {
		return l.pageByRows()
	}
	return nil
}

func (l *listing) parseKey(text string) (any, error) {
	key, err := l.spec.ParseKey(text)
	if err != nil {
		return nil, webhook.Errorf(webhook.CodeInvalid, "The page's position %q is not valid.", cutText(60, text))
	}
	return key, nil
}

// keySeparator is in no key.
const keySeparator = "."

// pageByRows reads rows, the keys of the rows that a page shows: these are asked
// for, whatever has become of them, and what came after them is news.
func (l *listing) pageByRows() error {
	if text := l.values.Get("rows"); text != "" {
		l.shown = strings.Split(text, keySeparator)
	}
	if len(l.shown) > maxSelected {
		return webhook.Errorf(webhook.CodeInvalid, "These are more than %d rows.", maxSelected)
	}
	keys := make([]any, len(l.shown))
	for i, text := range l.shown {
		var err error
		if keys[i], err = l.parseKey(text); err != nil {
			return err
		}
	}
	if l.newer || len(keys) == 0 {
		news := l.query
		l.news = &news
	}
	l.query = store.Query{Where: store.In{Path: "id", Values: keys}, Limit: len(keys), NoCount: true}
	return nil
}

// searchReach is a [listSpec.Reach] that takes 5 to 30 ms at worst, by the machine.
const searchReach = 5_000

// searchedTo takes in where a search ended that could not fill the page; nil is
// the end of the list.
func (l *listing) searchedTo(reached any) {
	if reached == nil {
		return
	}
	name := "before"
	if l.newer {
		name = "after"
	}
	rest := without(l.values, "before", "after")
	rest.Set(name, fmt.Sprint(reached))
	l.Further = l.path(rest)
}

// showByKey takes in what was found of a list that is paged by key, and returns
// the rows to show, newest first. When htmx asks how those are that a page shows,
// they are these in their order, and nil for those that are not there any more: so
// nothing moves under anybody's hand.
func showByKey[T any](l *listing, found []T, key func(*T) string) []*T {
	if l.asksNews {
		return shownAgain(l, found, key)
	}
	more := len(found) > l.PerPage
	if more {
		found = found[:l.PerPage]
	}
	older := more
	if l.newer {
		slices.Reverse(found)
		older = true // whence the browser came
	}
	rows := make([]*T, len(found))
	for i := range found {
		rows[i] = &found[i]
		l.shown = append(l.shown, key(&found[i]))
	}
	l.askAgain()
	if len(found) == 0 {
		if l.newer || l.values.Get("before") != "" {
			l.First = l.path(without(l.values, "before", "after"))
		}
		return nil
	}
	if older {
		rest := without(l.values, "before", "after")
		rest.Set("before", l.shown[len(found)-1])
		l.Next = l.path(rest)
	}
	if l.newer && more || !l.newer && l.values.Get("before") != "" {
		rest := without(l.values, "before", "after")
		l.First = l.path(rest)
		rest = without(rest)
		rest.Set("after", l.shown[0])
		l.Previous = l.path(rest)
	}
	return rows
}

// shownAgain is showByKey for the rows that a page shows already.
func shownAgain[T any](l *listing, found []T, key func(*T) string) []*T {
	l.NewsPath = l.path(l.values)
	l.Newest = l.path(without(l.values, "after", "rows"))
	byKey := make(map[string]*T, len(found))
	for i := range found {
		byKey[key(&found[i])] = &found[i]
	}
	rows := make([]*T, len(l.shown))
	for i, k := range l.shown {
		rows[i] = byKey[k]
	}
	return rows
}

// askAgain says how to ask for the rows that are shown, and on the first page for
// new ones. These are announced, not put under the reader's eyes: who follows the
// announcement gets the first page.
func (l *listing) askAgain() {
	first := !l.newer && l.values.Get("before") == ""
	if l.spec.Topic == 0 || !first && len(l.shown) == 0 {
		return
	}
	rest := without(l.values, "before", "after")
	l.Newest = l.path(rest)
	if len(l.shown) > 0 {
		rest.Set("rows", strings.Join(l.shown, keySeparator))
		if first {
			rest.Set("after", l.shown[0])
		}
	}
	l.NewsPath = l.path(rest)
}

// countNews counts the rows that came after those that are shown, with something
// that counts up to a query's limit.
func (l *listing) countNews(count func(store.Query) (int, error)) error {
	if l.news == nil {
		return nil
	}
	n, err := count(*l.news)
	l.News, l.MoreNews = min(n, l.PerPage), n > l.PerPage
	return err
}

// Topic is the live updates' topic of the list.
func (l *listing) Topic() string { return strings.Join(l.spec.Topic.Names(), "") }

// shortUUID is a key for addresses with many of them.
func shortUUID(id webhook.UUID) string { return base64.RawURLEncoding.EncodeToString(id[:]) }

// parseKeyUUID reads what shortUUID has written, and the usual form.
func parseKeyUUID(text string) (any, error) {
	var id webhook.UUID
	if len(text) == base64.RawURLEncoding.EncodedLen(len(id)) {
		if n, err := base64.RawURLEncoding.Decode(id[:], []byte(text)); err == nil && n == len(id) {
			return id, nil
		}
	}
	return webhook.ParseUUID(text)
}
