package jinja

import (
	"bellhop/jinja/internal/syntax"
	"bellhop/jinja/value"
)

// state is one render: its budget, its output and where it is.
type state struct {
	th value.Thread
	// maxOut is the limit of out, in bytes.
	maxOut int64
	// out is the text written so far. A capture (a macro, a set block) cuts
	// its part off the end again.
	out []byte
	// pos and tmpl are where the render is, for errors.
	pos  syntax.Pos
	tmpl *Template
	// ctx and top are the context and the frame that the render begins with.
	ctx   renderContext
	top   frame
	slots []value.Value // the room for top's slots if they are many
	// escape is the escaping of the template that is running.
	escape *escaping
	// stack holds the arguments of the calls under way.
	stack []value.Value
	// templates are those loaded in this render, modules those imported
	// without context.
	templates map[string]*Template
	modules   map[*Template]*module
	// folding: a constant expression is evaluated by the compiler.
	folding bool
	// notText is what a filter block or call block gave last instead of text;
	// it fails the render when the text around it is put together.
	notText *notText
}

// frame is one activation of a function. A slot is nil while its variable is
// undefined.
type frame struct {
	slots  []value.Value
	parent *frame
	ctx    *renderContext
	// extends is the parent template, once an extends tag has run.
	extends *Template
	// few is the room for the slots of most functions.
	few [10]value.Value
}

func (st *state) newFrame(fn *function, parent *frame, ctx *renderContext) *frame {
	fr := &frame{parent: parent, ctx: ctx}
	st.fill(fr, fn)
	return fr
}

// fill gives a frame the slots of a function and looks up its names.
func (st *state) fill(fr *frame, fn *function) {
	switch {
	case fn.slots <= len(fr.few):
		fr.slots = fr.few[:fn.slots]
	case fr == &st.top && fn.slots <= cap(st.slots):
		fr.slots = st.slots[:fn.slots]
	default:
		fr.slots = make([]value.Value, fn.slots)
	}
	for _, r := range fn.resolved {
		fr.slots[r.slot] = fr.ctx.resolve(&st.th, r.name)
	}
}

func (fr *frame) at(r ref) *value.Value {
	for range r.depth {
		fr = fr.parent
	}
	return &fr.slots[r.slot]
}

// flow is how a statement ended.
type flow uint8

const (
	next flow = iota
	broken
	continued
)

// write adds text to the output.
func (st *state) write(s string) {
	st.out = append(st.out, s...)
	st.wrote(len(s))
}

// notText is a value among the output that is no text, and its place.
type notText struct {
	at     int
	typ    string
	pos    syntax.Pos
	before *notText
}

// writeText writes what a filter block or call block gave. Jinja2 does not turn
// it into text, so that anything else is an error, found when the output
// around it is joined.
func (st *state) writeText(v value.Value) {
	text, ok := value.Text(v)
	if !ok {
		st.th.Alloc(64)
		st.notText = &notText{at: len(st.out), typ: v.TypeName(), pos: st.pos, before: st.notText}
		text = "?" // gives it a place of its own
	}
	st.write(text)
}

// joined raises if what was written since start is not all text.
func (st *state) joined(start int) {
	var first *notText
	for n := st.notText; n != nil && n.at >= start; n = n.before {
		first = n
	}
	if first != nil {
		st.pos = first.pos
		value.Raise(value.TypeError, "sequence item 0: expected str instance, %s found", first.typ)
	}
}

// discard drops what was written since start.
func (st *state) discard(start int) {
	for st.notText != nil && st.notText.at >= start {
		st.notText = st.notText.before
	}
	st.out = st.out[:start]
}

// print writes a value as str() gives it.
func (st *state) print(v value.Value) {
	if s, ok := v.(value.Str); ok {
		st.write(string(s))
		return
	}
	before := len(st.out)
	st.out = value.AppendText(&st.th, st.out, v)
	st.wrote(len(st.out) - before)
}

// wrote charges for n bytes that were put out.
func (st *state) wrote(n int) {
	st.th.Charge(1 + n>>10)
	if int64(len(st.out)) > st.maxOut {
		value.Raise(value.Limit, "template writes more than %d bytes", st.maxOut)
	}
}

// capture takes back what was written since start.
func (st *state) capture(start int) string {
	st.joined(start)
	st.th.Alloc(len(st.out) - start)
	text := string(st.out[start:])
	st.out = st.out[:start]
	return text
}

// text gives captured output as a value: Markup where escaping is on.
func (st *state) text(s string) value.Value {
	if st.escape.on {
		return value.Markup(s)
	}
	return value.Str(s)
}

// run executes a function of another context and comes back to this one.
func (st *state) run(ctx *renderContext, body func()) {
	st.th.Enter()
	tmpl, escape := st.tmpl, st.escape
	st.tmpl, st.escape = ctx.tmpl, ctx.escape
	body()
	st.tmpl, st.escape = tmpl, escape
	st.th.Leave()
}
