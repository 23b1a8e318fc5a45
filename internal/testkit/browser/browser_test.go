package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bellhop/internal/testkit/browser"
)

const head = `<!doctype html><html lang="en"><head><title>Test</title><link rel="icon" href="data:,">`

// serve answers with the pages under a strict policy.
func serve(t *testing.T, pages map[string]string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, found := pages[r.URL.Path]
		if !found {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
		if strings.HasSuffix(r.URL.Path, ".js") {
			w.Header().Set("Content-Type", "text/javascript")
		} else {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		fmt.Fprint(w, content)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestActs(t *testing.T) {
	t.Parallel()
	url := serve(t, map[string]string{
		"/": head + `<script src="/page.js" defer></script></head><body><main><h1>One</h1>
			<label for="name">Name</label><input id="name" value="old">
			<label for="kind">Kind</label><select id="kind"><option value="a">First</option><option value="b">Second</option></select>
			<button type="button" id="add">Add it</button><p id="out">nothing</p><a href="/two">To two</a></main></body></html>`,
		"/page.js": `addEventListener("keydown", (event) => { if (event.key === "j") { document.title = "pressed"; event.preventDefault(); } });
			document.querySelector("#add").addEventListener("click", () => setTimeout(() => {
				out.textContent = document.querySelector("#name").value + " " + document.querySelector("#kind").value; }, 50));`,
		"/two": head + `</head><body><main><h1>Two</h1></main></body></html>`,
	})
	p := browser.Start(t)
	p.Open(url + "/")
	p.Fill("Name", "new")
	p.Select("Kind", "Second")
	p.Click("Add it")
	p.WaitText("new b")
	if got := p.Text("#out"); got != "new b" {
		t.Errorf("text %q", got)
	}
	p.Click("css=h1")
	p.Press("j")
	p.WaitFor(`document.title === "pressed"`)
	p.Fill("Name", "")
	p.Press("ajb") // the page keeps j for itself
	p.WaitFor(`document.querySelector("#name").value === "ab"`)

	p.Viewport(390, 700)
	if got := p.Eval("innerWidth"); got != 390.0 {
		t.Errorf("width %v", got)
	}
	p.Theme("dark")
	if p.Eval(`matchMedia("(prefers-color-scheme: dark)").matches`) != true {
		t.Error("the theme is not dark")
	}
	p.Axe()
	picture := filepath.Join(t.TempDir(), "page.png")
	p.Screenshot(picture)

	p.Click("To two")
	p.WaitFor(`document.querySelector("h1").innerText === "Two"`)
	if !strings.Contains(p.HTML(), "<h1>Two</h1>") {
		t.Error("the markup lacks the heading")
	}
}

func TestRunsWithoutScripts(t *testing.T) {
	t.Parallel()
	url := serve(t, map[string]string{
		"/":        head + `<script src="/page.js" defer></script></head><body><p id="out">as sent</p></body></html>`,
		"/page.js": `out.textContent = "changed";`,
	})
	p := browser.Start(t)
	p.DisableJS()
	p.Open(url + "/")
	if got := p.Text("#out"); got != "as sent" {
		t.Errorf("a script ran: %q", got)
	}
}

// silent is a test whose failures are results.
type silent struct {
	testing.TB
	cleanups []func()
	failures []string
}

func (s *silent) Cleanup(clean func()) { s.cleanups = append(s.cleanups, clean) }
func (s *silent) Errorf(format string, a ...any) {
	s.failures = append(s.failures, fmt.Sprintf(format, a...))
}
func (s *silent) Failed() bool        { return len(s.failures) > 0 }
func (s *silent) ArtifactDir() string { return s.TempDir() }
func (s *silent) end() {
	for _, clean := range slices.Backward(s.cleanups) {
		clean()
	}
}

func TestFailsOnWhatTheBrowserReports(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, body, script, want string
		allow                    int
	}{
		{name: "nothing wrong", script: `console.log("fine")`},
		{name: "console error", script: `console.error("broken", 7)`, want: "console: broken 7"},
		{name: "exception", script: `null.x`, want: "exception: Uncaught TypeError"},
		{name: "inline script", body: `<script>1</script>`, want: "Content Security Policy"},
		{name: "missing file", body: `<img alt="" src="/none.png">`, want: "status of 404"},
		{name: "expected status", body: `<img alt="" src="/none.png">`, allow: 404},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			url := serve(t, map[string]string{
				"/":        head + `<script src="/page.js" defer></script></head><body>` + c.body + `</body></html>`,
				"/page.js": `document.title = "ran"; ` + c.script,
			})
			test := &silent{TB: t}
			p := browser.Start(test)
			if c.allow != 0 {
				p.AllowStatus(c.allow)
			}
			p.Open(url + "/")
			p.WaitFor(`document.title === "ran" && document.readyState === "complete"`)
			test.end()
			got := strings.Join(test.failures, "\n")
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("reported %q, want %q", got, c.want)
			}
		})
	}
}

func TestAxeFindsProblems(t *testing.T) {
	t.Parallel()
	url := serve(t, map[string]string{"/": head + `</head><body><main><h1>One</h1><input id="bare"></main></body></html>`})
	p := browser.Start(t)
	p.Open(url + "/")
	findings := p.AxeFindings()
	if len(findings) != 1 || !strings.HasPrefix(findings[0], "label at #bare") {
		t.Errorf("findings %q, want the field without a label", findings)
	}
}

func TestAcceptsDialogs(t *testing.T) {
	t.Parallel()
	url := serve(t, map[string]string{
		"/":        head + `<script src="/page.js" defer></script></head><body><p>Text</p></body></html>`,
		"/page.js": `document.title = String(confirm("Really?"));`,
	})
	p := browser.Start(t)
	p.Open(url + "/")
	p.WaitFor(`document.title === "true"`)
	if got := p.Dialogs(); len(got) != 1 || got[0] != "confirm: Really?" {
		t.Errorf("dialogs %q", got)
	}
}
