package value

import (
	"slices"
	"strconv"

	"bellhop/jinja/internal/pytext"
)

// AppendText appends Python's str(v). Text is appended as it is and not
// charged for, the rest is charged as it is built. Objects, functions and
// generators have fixed texts, without the addresses that Python shows.
//
// Undefined appends nothing, its description under the Debug policy, and
// raises under the Strict one.
func AppendText(th *Thread, dst []byte, v Value) []byte {
	switch v := v.(type) {
	case Str:
		return append(dst, v...)
	case Markup:
		return append(dst, v...)
	case Int:
		return strconv.AppendInt(dst, int64(v), 10)
	case *Undefined:
		return append(dst, undefinedText(th, v)...)
	}
	return AppendRepr(th, dst, v)
}

// ToText is Python's str(v), see [AppendText].
func ToText(th *Thread, v Value) string {
	switch v := v.(type) {
	case Str:
		return string(v)
	case Markup:
		return string(v)
	case *Undefined:
		return undefinedText(th, v)
	}
	return string(AppendRepr(th, nil, v))
}

// String gives v as Python's str(v) does, for callers outside a render, under
// the default limits.
func String(v Value) (text string, err error) {
	err = Try(func() { text = ToText(Detached(Limits{}), v) })
	return text, err
}

// undefinedText is Python's str of an Undefined, by policy.
func undefinedText(th *Thread, u *Undefined) string {
	u.mustPass(th)
	if th.Undefined != Debug || u.Plain {
		return ""
	}
	return "{{ " + u.describe(th) + " }}"
}

// Repr is Python's repr(v).
func Repr(th *Thread, v Value) string { return string(AppendRepr(th, nil, v)) }

// AppendRepr appends Python's repr(v). A container inside itself is shown as
// [...], (...), {...}, set(...) or, for a view of a dict, as three dots.
func AppendRepr(th *Thread, dst []byte, v Value) []byte {
	p := printer{th: th, dst: dst}
	p.repr(v)
	return p.dst
}

// maxInt64 is the length of the longest int64 in decimal.
const maxInt64 = 20

// printer writes reprs.
type printer struct {
	th  *Thread
	dst []byte
}

// text appends a text that needs no quotes.
func (p *printer) text(s string) {
	p.dst = append(p.th.grow(p.dst, len(s)), s...)
}

// repr writes any value; containers nest under the thread's limit of depth.
func (p *printer) repr(v Value) {
	switch v := v.(type) {
	case NoneType:
		p.text("None")
	case Bool:
		if v {
			p.text("True")
		} else {
			p.text("False")
		}
	case Int:
		p.dst = strconv.AppendInt(p.th.grow(p.dst, maxInt64), int64(v), 10)
	case *BigInt:
		p.text(bigText(p.th, v))
	case Float:
		p.text(pytext.FormatFloat(float64(v)))
	case Str:
		p.quoted(string(v))
	case Markup:
		p.text("Markup(")
		p.quoted(string(v))
		p.text(")")
	case Bytes:
		p.th.Alloc(len(v))
		p.text(pytext.ReprBytes([]byte(v)))
	case *Undefined:
		p.text("Undefined")
	default:
		p.th.Enter()
		p.container(v)
		p.th.Leave()
	}
}

// bigText is the decimal text of an integer, or Python's ValueError if it is
// too long.
func bigText(th *Thread, v *BigInt) string {
	th.Alloc(v.n.BitLen() / 2)
	text, err := pytext.IntText(&v.n)
	if err != nil {
		RaiseText(err)
	}
	return text
}

// quoted writes the repr of a text. Most texts are plain.
func (p *printer) quoted(s string) {
	if plain(s) {
		p.dst = append(p.th.grow(p.dst, len(s)+2), '\'')
		p.dst = append(p.dst, s...)
		p.dst = append(p.dst, '\'')
		return
	}
	p.th.Alloc(len(s))
	p.text(pytext.Repr(s))
}

// plain tells whether a text is its own repr but for the quotes.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '\'' || c == '\\' {
			return false
		}
	}
	return true
}

func (p *printer) container(v Value) {
	switch v := v.(type) {
	case *List:
		if p.enter(v, "[...]") {
			p.items("[", v.Items(p.th), "]")
			p.leave()
		}
	case *Tuple: // inside itself by way of a list or a namespace
		if p.enter(v, "(...)") {
			end := ")"
			if len(v.items) == 1 {
				end = ",)"
			}
			p.items("(", v.items, end)
			p.leave()
		}
	case *Dict:
		if p.enter(v, "{...}") {
			p.dict(v)
			p.leave()
		}
	case *DictView:
		if p.enter(v, "...") {
			p.text(v.TypeName())
			p.walk("([", newDictIter(p.th, v.dict, v.kind), "])")
			p.leave()
		}
	case *Set:
		if v.elems.live == 0 {
			p.text("set()")
		} else if p.enter(v, "set(...)") {
			p.walk("{", v.walk(p.th), "}")
			p.leave()
		}
	case *Range:
		p.rangeRepr(v)
	case *BoundMethod:
		p.text("<built-in method " + v.Method.Name + " of " + v.Self.TypeName() + " object>")
	case Printer:
		p.text(v.Print(p.th))
	default:
		p.text("<" + v.TypeName() + " object>")
	}
}

// enter notes that a container is being written, or writes again and reports
// false if it is already.
func (p *printer) enter(v Value, again string) bool {
	if slices.Contains(p.th.printing, v) {
		p.text(again)
		return false
	}
	p.th.printing = append(p.th.printing, v)
	return true
}

func (p *printer) leave() { p.th.printing = p.th.printing[:len(p.th.printing)-1] }

func (p *printer) items(open string, items []Value, end string) {
	p.text(open)
	for i, e := range items {
		if i > 0 {
			p.text(", ")
		}
		p.th.Step()
		p.repr(e)
	}
	p.text(end)
}

func (p *printer) walk(open string, it Iter, end string) {
	p.text(open)
	for first := true; ; first = false {
		e, ok := it.Next()
		if !ok {
			break
		}
		if !first {
			p.text(", ")
		}
		p.th.Step()
		p.repr(e)
	}
	p.text(end)
}

func (p *printer) dict(d *Dict) {
	p.text("{")
	first := true
	for k, v := range d.All(p.th) {
		if !first {
			p.text(", ")
		}
		first = false
		p.th.Step()
		p.repr(k)
		p.text(": ")
		p.repr(v)
	}
	p.text("}")
}

func (p *printer) rangeRepr(r *Range) {
	p.text("range(")
	p.repr(Int(r.Start))
	p.text(", ")
	p.repr(Int(r.Stop))
	if r.Step != 1 {
		p.text(", ")
		p.repr(Int(r.Step))
	}
	p.text(")")
}
