package browser

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// watch collects what a page must not do, and closes dialogs of the browser.
type watch struct {
	answer    func(accept bool)
	answering sync.WaitGroup

	mu       sync.Mutex
	problems []string
	allowed  []int
	dialogs  []string
}

// AllowStatus lets the page receive answers with the statuses, such as the 422 of
// a refused form, which are problems otherwise.
func (w *watch) AllowStatus(statuses ...int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.allowed = append(w.allowed, statuses...)
}

// Problems returns what the browser has complained about so far.
func (w *watch) Problems() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.problems)
}

// Dialogs returns the kinds and texts of the dialogs that the browser itself has
// shown, such as "beforeunload: ". All are accepted.
func (w *watch) Dialogs() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.dialogs)
}

// see takes the browser's events, in its reading loop: it may not wait.
func (w *watch) see(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		details := event.ExceptionDetails
		text := details.Text
		if details.Exception != nil {
			text += " " + details.Exception.Description
		}
		w.problems = append(w.problems, fmt.Sprintf("exception: %s (%s:%d)", text, details.URL, details.LineNumber+1))
	case *runtime.EventConsoleAPICalled:
		if event.Type == "error" || event.Type == "assert" {
			w.problems = append(w.problems, "console: "+text(event.Args))
		}
	case *log.EventEntryAdded:
		if entry := event.Entry; entry.Level == "error" && !w.isAllowed(entry) {
			w.problems = append(w.problems, fmt.Sprintf("%s: %s (%s)", entry.Source, entry.Text, entry.URL))
		}
	case *page.EventJavascriptDialogOpening:
		w.dialogs = append(w.dialogs, string(event.Type)+": "+event.Message)
		w.answering.Go(func() { w.answer(true) })
	}
}

// isAllowed reports whether the entry is about a status that the test expects.
func (w *watch) isAllowed(entry *log.Entry) bool {
	return slices.ContainsFunc(w.allowed, func(status int) bool {
		return strings.Contains(entry.Text, fmt.Sprintf("status of %d", status))
	})
}

// text is what the console shows of the values.
func text(values []*runtime.RemoteObject) string {
	var parts []string
	for _, value := range values {
		var plain string
		switch {
		case value.Description != "":
			parts = append(parts, value.Description)
		case json.Unmarshal(value.Value, &plain) == nil:
			parts = append(parts, plain)
		default:
			parts = append(parts, string(value.Value))
		}
	}
	return strings.Join(parts, " ")
}
