// Package ui is the web pages: everything that people do with Bellhop in a
// browser. It turns requests into use cases (packages admin and inventory) and
// their results into HTML; it knows neither stores' insides nor how anything is
// sent.
//
// # How a page is made
//
// A file page_<area>.go holds the pages of one area of the menu: a method
// <area>Pages that lists them with who may see them, and for each page a view
// model (a struct), the reading of the query and the handler. The template of
// the same name is in templates/pages. Handlers return errors; [UI.fail] alone
// turns these into answers. Lists are made with [listSpec], forms with [form],
// deletions with confirm pages, so that all of them look and behave alike.
//
// Every page works without JavaScript: links, GET forms for filters, POST forms
// with a redirect for actions. On top of that htmx swaps parts of pages. When a
// request names a target (HX-Target) for which the page's template defines a
// block "part:<id>", only that block is sent.
//
// Rows of lists are repeated by the dozen, so their markup is as short as it can be
// (a test weighs it): widths are classes of heads, pictures of states are in the
// style sheet, an empty cell means that there is nothing, and labels of cells on
// narrow screens and exact times are app.js's.
//
// Rows of lists that grow ask for themselves again, by their keys, when their topic
// has news: at most once a second, whatever has become of them, in their order, and
// with a count of those that came since (see [listing]).
//
// Paths are NetBox's ("/extras/webhooks/", "/dcim/sites/1/"): the path of an
// object in the REST API without "/api". All state of a page is in its URL.
//
// # What of htmx is used
//
// hx-get, hx-post, hx-target, hx-swap, hx-trigger, hx-sync, hx-push-url,
// hx-include, hx-select, hx-indicator, hx-sse:connect and hx-partial; nothing
// that evaluates code in attributes, so that the policy "default-src 'self'"
// holds.
//
// # Safety
//
// html/template escapes everything; no value is ever made template.HTML from
// data. Foreign bodies (payloads, responses) are text. Writes are POST only and
// held to the page's own origin by [http.CrossOriginProtection]. Secrets do not
// reach view models.
package ui
