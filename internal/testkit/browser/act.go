package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// findScript defines find(target), place(target) and choose(target, option).
//
//go:embed find.js
var findScript string

// Open goes to an address and waits until the page is loaded.
func (p *Page) Open(url string) {
	p.t.Helper()
	p.do("open "+url, chromedp.Navigate(url))
}

// Click presses the mouse on an element once it is there, visible and not covered.
// The target is a CSS selector when it begins with "#", "." or "[", or with "css="
// before it; otherwise it is the text (or aria-label) of a link, button, tab,
// summary or label.
func (p *Page) Click(target string) {
	p.t.Helper()
	x, y := p.place(target)
	p.do("click "+target, chromedp.MouseClickXY(x, y))
}

// Fill puts a text into a field in place of what is there, as typing would. The
// target is a CSS selector as in Click, or the text of the field's label.
func (p *Page) Fill(target, value string) {
	p.t.Helper()
	p.place(target)
	p.Eval(fmt.Sprintf(`(() => { const field = bellhopFind(%s); field.focus(); field.select?.(); return true })()`, quote(target)))
	if value == "" {
		p.Press("\b")
		return
	}
	p.do("fill "+target, func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: value})
		return chromedp.Void{}, err
	})
}

// Select chooses an option of a select element by its text or value.
func (p *Page) Select(target, option string) {
	p.t.Helper()
	p.place(target)
	if p.Eval(fmt.Sprintf(`bellhopChoose(%s, %s)`, quote(target), quote(option))) != true {
		p.t.Fatalf("select %s: there is no option %q", target, option)
	}
}

// Press types keys where the focus is: "j", "\t", "\r", "\x1b" (Escape).
func (p *Page) Press(keys string) {
	p.t.Helper()
	p.WaitFor(loaded)
	p.do("press "+quote(keys), func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		for _, key := range keys {
			if err := press(ctx, key); err != nil {
				return chromedp.Void{}, err
			}
		}
		return chromedp.Void{}, nil
	})
}

// press types one key. The driver sends the character apart from the key, so that
// it arrives though the page has handled the key; told with the key, the browser
// leaves it out then, as it does for people.
func press(ctx context.Context, key rune) error {
	events := kb.Encode(key)
	down, up := events[0], events[len(events)-1]
	if len(events) > 2 {
		down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
	}
	for _, event := range []*input.DispatchKeyEventParams{down, up} {
		if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, *event); err != nil {
			return err
		}
	}
	return nil
}

// Text returns the visible text of the first element that the CSS selector finds.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	p.WaitFor(fmt.Sprintf(`document.querySelector(%s)`, quote(selector)))
	text, _ := p.Eval(fmt.Sprintf(`document.querySelector(%s).innerText`, quote(selector))).(string)
	return text
}

// HTML returns the markup of the page as it is now.
func (p *Page) HTML() string {
	p.t.Helper()
	html, _ := p.Eval(`document.documentElement.outerHTML`).(string)
	return html
}

// loaded is true when the page's scripts have run: what is pressed before that is
// lost on them.
const loaded = `document.readyState === "complete"`

// WaitFor waits until the page is loaded and the JavaScript expression is true. It
// survives that the page goes elsewhere meanwhile.
func (p *Page) WaitFor(expression string) {
	p.t.Helper()
	p.poll("wait for "+expression, func() (bool, error) {
		value, err := p.evaluate(loaded + ` && Boolean(` + expression + `)`)
		return value == true, err
	})
}

// WaitText waits until the page shows the text.
func (p *Page) WaitText(text string) {
	p.t.Helper()
	p.WaitFor(fmt.Sprintf(`document.body?.innerText.includes(%s)`, quote(text)))
}

// Eval returns the value of a JavaScript expression as encoding/json decodes it; a
// promise is waited for.
func (p *Page) Eval(expression string) any {
	p.t.Helper()
	value, err := p.evaluate(expression)
	if err != nil {
		p.t.Fatalf("evaluate %s: %v", expression, err)
	}
	return value
}

func (p *Page) evaluate(expression string) (any, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	raw, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte](findScript+"\n"+expression, chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
	if err != nil || len(raw) == 0 {
		return nil, err
	}
	var value any
	return value, json.Unmarshal(raw, &value)
}

// place waits until the target can be clicked and returns its middle.
func (p *Page) place(target string) (x, y float64) {
	p.t.Helper()
	p.poll("find "+target, func() (bool, error) {
		value, err := p.evaluate(fmt.Sprintf(`%s ? bellhopPlace(%s) : "the page is not loaded"`, loaded, quote(target)))
		if reason, isText := value.(string); isText {
			return false, errors.New(reason)
		}
		if at, isPlace := value.([]any); isPlace && len(at) == 2 {
			x, _ = at[0].(float64)
			y, _ = at[1].(float64)
			return true, nil
		}
		return false, err
	})
	return x, y
}

// poll asks until the answer is yes. Errors count as no: they are usual while a
// page goes and the next one comes. The last one is told.
func (p *Page) poll(what string, ask func() (bool, error)) {
	p.t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		yes, err := ask()
		if yes {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			p.t.Fatalf("%s: not within %v (%v)", what, patience, err)
		}
	}
}

// quote makes a JavaScript string.
func quote(text string) string {
	quoted, _ := json.Marshal(text) // a string always can
	return strings.ReplaceAll(string(quoted), "\u2028", `\u2028`)
}
