package jinja

import (
	"bellhop/jinja/internal/syntax"
	"bellhop/jinja/value"
)

// loopCode is a compiled for statement.
type loopCode struct {
	filter *loopFilter
	to     assign
	enter  []action
	body   []stmt
	slot   int // of the variable loop, or -1 if the body does not read it
	// orElse runs if there was nothing to loop over.
	orElse      []stmt
	elseEntry   []action
	hasElse     bool
	recursiveFn *function // the loop's own function if it is recursive
}

func (c *compiler) forStmt(sc scope, n *syntax.For) stmt {
	iter, pos := c.expr(sc, n.Iter), n.Iter.Pos()
	code, fn := &loopCode{slot: -1}, sc.syms.fn
	if n.Filter != nil {
		code.filter = c.loopFilter(sc, n)
	}
	if n.Recursive {
		fn = &function{parent: sc.syms.fn}
		code.recursiveFn = fn
	}
	c.loopBody(sc, fn, n, code)
	if n.Recursive {
		return func(st *state, fr *frame) flow {
			v := iter(st, fr)
			st.pos = pos
			st.print(st.recurse(code, fr, v, 0))
			return next
		}
	}
	if !n.UsesLoop {
		return func(st *state, fr *frame) flow {
			v := iter(st, fr)
			st.pos = pos
			return st.plainLoop(code, fr, value.Iterate(&st.th, v))
		}
	}
	return func(st *state, fr *frame) flow {
		v := iter(st, fr)
		st.pos = pos
		return st.fullLoop(code, fr, v, 0)
	}
}

// loopBody compiles what a loop repeats, and its else, as scopes of fn.
func (c *compiler) loopBody(sc scope, fn *function, n *syntax.For, code *loopCode) {
	in := scope{syms: newSymbols(sc.syms, fn), guarded: sc.guarded}
	if n.UsesLoop || n.Recursive {
		code.slot = in.syms.param("loop")
	}
	in.syms.params(n.Target)
	in.syms.walk(n.Body)
	code.enter = c.entry(in)
	code.to = c.target(in, n.Target)
	code.body = c.body(in, n.Body)
	if n.Else == nil {
		return
	}
	other := scope{syms: newSymbols(sc.syms, fn), guarded: sc.guarded}
	other.syms.walk(n.Else)
	code.hasElse = true
	code.elseEntry = c.entry(other)
	code.orElse = c.body(other, n.Else)
}

// loopFilter is a loop's condition: a function of its own, since it runs with
// variables of its own while the loop's body runs.
type loopFilter struct {
	fn    *function
	enter []action
	to    assign
	test  func(*state, *frame) bool
}

func (c *compiler) loopFilter(sc scope, n *syntax.For) *loopFilter {
	in := sc.function()
	in.syms.params(n.Target)
	in.syms.expr(n.Filter)
	f := &loopFilter{fn: in.syms.fn, enter: c.entry(in)}
	f.to, f.test = c.target(in, n.Target), c.truth(in, n.Filter)
	return f
}

// apply gives the elements that pass.
func (f *loopFilter) apply(st *state, fr *frame, it value.Iter) value.Value {
	var own *frame
	return value.NewIterator("generator", func() (value.Value, bool) {
		if own == nil {
			own = st.newFrame(f.fn, fr, fr.ctx)
			enter(st, own, f.enter)
		}
		for {
			v, ok := it.Next()
			if !ok {
				return nil, false
			}
			st.th.Step()
			f.to(st, own, v)
			if f.test(st, own) {
				return v, true
			}
		}
	})
}

// plainLoop runs a loop whose body does not ask for the variable loop.
func (st *state) plainLoop(code *loopCode, fr *frame, it value.Iter) flow {
	if code.filter != nil {
		it = value.Iterate(&st.th, code.filter.apply(st, fr, it))
	}
	whole := false
	for {
		v, ok := it.Next()
		if !ok {
			break
		}
		st.th.Step()
		code.to(st, fr, v)
		enter(st, fr, code.enter)
		f := exec(st, fr, code.body)
		if f == broken {
			break
		}
		whole = whole || f == next
	}
	return st.loopElse(code, fr, whole)
}

// loopElse runs a loop's else. It does so, as in Jinja2, unless a turn came to
// its end: a loop of which each turn broke off or continued counts as empty.
func (st *state) loopElse(code *loopCode, fr *frame, whole bool) flow {
	if whole || !code.hasElse {
		return next
	}
	enter(st, fr, code.elseEntry)
	return exec(st, fr, code.orElse)
}

// fullLoop runs a loop with the variable loop.
func (st *state) fullLoop(code *loopCode, fr *frame, v value.Value, depth int) flow {
	if code.filter != nil {
		outer := fr
		if code.recursiveFn != nil {
			outer = fr.parent
		}
		v = code.filter.apply(st, outer, value.Iterate(&st.th, v))
	}
	l := &loop{st: st, source: v, it: value.Iterate(&st.th, v), index0: -1, depth0: depth}
	if code.recursiveFn != nil {
		l.code, l.frame = code, fr.parent
	}
	whole := false
	for l.advance() {
		st.th.Step()
		code.to(st, fr, l.current)
		fr.slots[code.slot] = l
		enter(st, fr, code.enter)
		f := exec(st, fr, code.body)
		if f == broken {
			break
		}
		whole = whole || f == next
	}
	return st.loopElse(code, fr, whole)
}

// recurse runs a recursive loop over v and gives what it wrote.
func (st *state) recurse(code *loopCode, outer *frame, v value.Value, depth int) value.Value {
	st.th.Enter()
	fr := st.newFrame(code.recursiveFn, outer, outer.ctx)
	start := len(st.out)
	st.fullLoop(code, fr, v, depth)
	text := st.text(st.capture(start))
	st.th.Leave()
	return text
}
