package assets_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"bellhop/internal/testkit/browser"
	"bellhop/internal/ui/assets"
)

// policy is what the pages run under.
const policy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// open shows a page with the body, dressed as the server's layout does, and
// answers POST /done with what was sent.
func open(t *testing.T, body string) *browser.Page {
	t.Helper()
	return openWith(t, policy, "", body)
}

// openWith is open under another policy and with more in the head.
func openWith(t *testing.T, policy, head, body string) *browser.Page {
	t.Helper()
	files, err := assets.New()
	if err != nil {
		t.Fatal(err)
	}
	page := fmt.Sprintf(`<!doctype html><html lang="en" data-theme-choice="system"><head><title>Test</title>
		<link rel="icon" href="%s"><link rel="stylesheet" href="%s"><link rel="stylesheet" href="%s"><link rel="stylesheet" href="%s">
		<script src="%s"></script><script src="%s" defer></script><script type="module" src="%s"></script>%s</head>
		<body><main><h1>Test</h1><p data-announce role="status"></p>%s</main></body></html>`,
		files.Path("favicon.svg"), files.Path("tabler.css"), files.Path("icons.css"), files.Path("app.css"),
		files.Path("theme.js"), files.Path("htmx.js"), files.Path("app.js"), head, body)
	mux := http.NewServeMux()
	mux.Handle(assets.Prefix, files)
	mux.HandleFunc("POST /done", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><head><title>Done</title><link rel="icon" href="data:,"></head>
			<body><h1>sent %s</h1></body></html>`, strings.Join(r.Form["id"], ","))
	})
	mux.HandleFunc("POST /preview", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<p>preview of %s</p><ul><li data-diagnostic data-field="body" data-line="2" data-column="4">no such name</li></ul>`,
			html.EscapeString(r.Form.Get("body")))
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("HX-Target") == "keyboard-help" {
			fmt.Fprint(w, `<dialog id="keyboard-help" aria-label="keys"><label><input type="checkbox" data-keys-switch> Keys</label><button type="button" data-close>Close</button></dialog>`)
		}
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, page)
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p := browser.Start(t)
	p.Open(server.URL)
	return p
}

const list = `<form method="post" action="/done" data-bulk data-confirm="Delete {n} webhooks?" data-confirm-verb="Delete">
	<table data-rows><thead><tr><th scope="col"><input type="checkbox" data-select-all aria-label="all"></th><th scope="col">Name</th></tr></thead><tbody>
	<tr><td><input type="checkbox" name="id" value="1" aria-label="select 1"></td><td><a href="#one">one</a></td></tr>
	<tr><td><input type="checkbox" name="id" value="2" aria-label="select 2"></td><td><a href="#two">two</a></td></tr>
	<tr><td><input type="checkbox" name="id" value="3" aria-label="select 3"></td><td><a href="#three">three</a></td></tr>
	</tbody></table>
	<p data-all-matching-offer hidden><label><input type="checkbox" name="all" data-all-matching value="1284"> Select all 1,284</label></p>
	<p data-bulk-bar hidden><span data-selected-count></span> chosen <button>Delete</button></p></form>`

func TestListsSelectByMouse(t *testing.T) {
	t.Parallel()
	p := open(t, list)
	p.WaitFor(`document.querySelector("[data-bulk-bar]").hidden`)
	p.Click("select 1")
	p.WaitText("1 chosen")
	p.Eval(`document.querySelector("[value='3']").dispatchEvent(new MouseEvent("click", {bubbles: true, shiftKey: true}))`)
	p.WaitText("3 chosen")
	p.WaitFor(`document.querySelector("[data-select-all]").checked && !document.querySelector("[data-all-matching-offer]").hidden`)
	p.Click("Select all 1,284")
	p.WaitText("1,284 chosen")
	p.Click("select 2")
	p.WaitText("2 chosen")
	p.WaitFor(`document.querySelector("[data-select-all]").indeterminate`)
	p.Axe()
}

// Every picture that templates can name is a drawing that browsers paint.
func TestIcons(t *testing.T) {
	t.Parallel()
	names, err := os.ReadFile("source/icons.txt")
	if err != nil {
		t.Fatal(err)
	}
	var icons strings.Builder
	for name := range strings.FieldsSeq(string(names)) {
		fmt.Fprintf(&icons, `<i class="icon i-%s"></i>`, name)
	}
	p := open(t, icons.String())
	got := p.Eval(`Promise.all([...document.querySelectorAll(".icon")].map((icon) => {
		const picture = new Image();
		picture.src = getComputedStyle(icon).maskImage.slice(5, -2);
		return picture.decode().then(() => picture.naturalWidth > 0 ? "" : icon.className, () => icon.className);
	})).then((bad) => bad.join(" ").trim() || bad.length)`)
	if got != float64(strings.Count(icons.String(), "<i")) {
		t.Errorf("not painted: %v", got)
	}
}

func TestConfirmsBeforeSending(t *testing.T) {
	t.Parallel()
	p := open(t, list)
	p.Click("select 1")
	p.Click("select 3")
	p.Click("Delete")
	p.WaitText("Delete 2 webhooks?")
	p.WaitFor(`document.activeElement.textContent === "Go back"`)
	p.Axe()
	p.Press("\x1b")
	p.WaitFor(`!document.querySelector("dialog") && document.activeElement.textContent === "Delete"`)
	p.Click("Delete")
	p.WaitText("Delete 2 webhooks?")
	p.Click("css=dialog .btn-danger")
	p.WaitText("sent 1,3")
}

func TestKeyboard(t *testing.T) {
	t.Parallel()
	p := open(t, list+`<input type="search" data-search aria-label="search">
		<a href="#edit" data-key="e">Edit</a><a href="#webhooks" data-go="w">Webhooks</a>
		<a href="/keys" data-key="?" data-dialog="keyboard-help">Keyboard</a>`)
	p.Press("j")
	p.Press("j")
	p.WaitFor(`document.activeElement.textContent === "two"`)
	p.Press("x")
	p.WaitText("1 chosen")
	p.Press("k")
	p.Press("\r")
	p.WaitFor(`location.hash === "#one"`)
	p.Press("e")
	p.WaitFor(`location.hash === "#edit"`)
	p.Press("gw")
	p.WaitFor(`location.hash === "#webhooks"`)
	p.Press("/")
	p.WaitFor(`document.activeElement.matches("[data-search]")`)
	p.Press("e?") // text now
	p.WaitFor(`document.activeElement.value === "e?" && location.hash === "#webhooks"`)
	p.Eval(`document.activeElement.blur()`)
	p.Press("?")
	p.WaitFor(`document.querySelector("dialog[open] [data-keys-switch]")?.checked`)
	p.Click("Keys")
	p.Click("Close")
	p.Press("e")
	if got := p.Eval("location.hash"); got != "#webhooks" {
		t.Errorf("a key worked though keys are off: %v", got)
	}
}

func TestTheme(t *testing.T) {
	t.Parallel()
	p := open(t, `<details class="menu start"><summary>Theme</summary><div class="menu-panel">
		<button data-theme-set="light">Light</button><button data-theme-set="dark">Dark</button><button data-theme-set="system">System</button></div></details>`)
	for _, system := range []string{"dark", "light"} {
		p.Theme(system)
		p.WaitFor(`document.documentElement.dataset.bsTheme === "` + system + `"`)
	}
	p.Click("Theme")
	p.Click("Dark")
	p.WaitFor(`document.documentElement.dataset.bsTheme === "dark" && document.cookie === "theme=dark" && !document.querySelector("details").open`)
	p.Axe()
	p.Click("Theme")
	p.Press("\x1b")
	p.WaitFor(`!document.querySelector("details").open && document.activeElement.localName === "summary"`)
}

func TestWarnsOfUnsavedChanges(t *testing.T) {
	t.Parallel()
	p := open(t, `<form method="post" action="/done" data-warn-unsaved><label for="id">Name</label><input id="id" name="id"><button>Save</button></form><a href="/else">Leave</a>`)
	p.Fill("Name", "changed")
	p.Click("Leave")
	p.WaitFor(`location.pathname === "/else"`)
	if got := p.Dialogs(); len(got) != 1 || !strings.HasPrefix(got[0], "beforeunload") {
		t.Errorf("on leaving: dialogs %q", got)
	}
	p.Fill("Name", "again")
	p.Click("Save")
	p.WaitText("sent again")
	if got := p.Dialogs(); len(got) != 1 {
		t.Errorf("on saving: dialogs %q", got)
	}
}

func TestCopiesAndTellsTimes(t *testing.T) {
	t.Parallel()
	p := open(t, `<button type="button" data-copy="secret text">Copy</button><time datetime="2026-03-09T17:55:33Z">3 minutes ago</time>
		<button type="button" data-live-pause><span data-live-label></span></button>`)
	p.WaitFor(`document.querySelector("time").title.startsWith("2026-03-09 17:55:33.000 UTC")`)
	p.Eval(`document.addEventListener("copy", () => { document.title = String(document.getSelection()) || document.activeElement.value; }), true`)
	p.Eval(`Object.defineProperty(navigator, "clipboard", {value: undefined}), true`) // as without TLS
	p.Click("Copy")
	p.WaitFor(`document.title === "secret text"`)
	p.WaitText("Copied")
	p.Click("Live")
	p.WaitFor(`document.documentElement.dataset.live === "paused"`)
	p.Click("Paused")
	p.WaitFor(`document.documentElement.dataset.live === "on"`)
}
