package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// patience is how long a call waits for what it needs before the test fails.
const patience = 30 * time.Second

// names are the programs that Start looks for when BELLHOP_TEST_BROWSER is empty.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

// Page is one tab of a browser of its own, without anything left from others.
// It belongs to the test's goroutine.
type Page struct {
	t   testing.TB
	ctx context.Context //nolint:containedctx // the driver's handle is a context
	watch
}

// Start starts a headless browser, which ends with the test. The program is
// BELLHOP_TEST_BROWSER or what Chromium is usually called; without one the test
// fails, since a skipped test would look like a passed one. When the test fails, a
// picture of the page is left in its artifact folder (go test -artifacts).
func Start(t testing.TB) *Page {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(find(t)), chromedp.WindowSize(1280, 900))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses to sandbox root
	}
	// Not the test's context: that ends before clean-ups, which need the browser.
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	p := &Page{t: t}
	ctx, cancel := chromedp.NewContext(allocator, chromedp.WithListener(p.see))
	p.ctx = ctx
	t.Cleanup(func() {
		p.answering.Wait()
		_ = chromedp.Cancel(ctx) // the process is of no use to anybody
		cancel()
		stop()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	t.Cleanup(func() {
		for _, problem := range p.Problems() {
			t.Errorf("the browser reports: %s", problem)
		}
		if t.Failed() {
			p.Screenshot(filepath.Join(t.ArtifactDir(), "page.png"))
		}
	})
	p.answer = func(accept bool) {
		_, _ = chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: accept})
	}
	p.Theme("light")
	return p
}

// find returns the browser's program.
func find(t testing.TB) string {
	t.Helper()
	if program := os.Getenv("BELLHOP_TEST_BROWSER"); program != "" {
		return program
	}
	for _, name := range names {
		if program, err := exec.LookPath(name); err == nil {
			return program
		}
	}
	t.Fatal("no Chromium found: install it, or name one in BELLHOP_TEST_BROWSER")
	return ""
}

// Viewport sets the size of the page in CSS pixels.
func (p *Page) Viewport(width, height int) {
	p.t.Helper()
	p.do("viewport", chromedp.EmulateViewport(int64(width), int64(height)))
}

// Theme sets what the system prefers: "light" or "dark". It prefers less motion in
// any case, so that nothing is looked at half way.
func (p *Page) Theme(name string) {
	p.t.Helper()
	p.do("theme", func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{
				{Name: "prefers-color-scheme", Value: name},
				{Name: "prefers-reduced-motion", Value: "reduce"},
			},
		})
		return chromedp.Void{}, err
	})
}

// DisableJS keeps the scripts of all pages opened from now on from running.
// What the test itself evaluates still runs.
func (p *Page) DisableJS() {
	p.t.Helper()
	p.do("disable scripts", func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return chromedp.Void{}, err
	})
}

// Screenshot writes a picture of the whole page as PNG.
func (p *Page) Screenshot(path string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(path, picture, 0o600)
	}
	if err != nil {
		p.t.Errorf("screenshot: %v", err)
	}
}

// do runs one action within patience.
func (p *Page) do(what string, action chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, action); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}
