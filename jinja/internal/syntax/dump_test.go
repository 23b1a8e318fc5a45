package syntax

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// dump writes a tree as text in the form that testdata/trees.py writes Jinja2's.
func dump(t *Template) string {
	var d dumper
	d.body(t.Body)
	return strings.TrimPrefix(d.String(), " ")
}

type dumper struct{ strings.Builder }

// list writes " (head items...)".
func (d *dumper) list(head string, items func()) {
	d.WriteString(" (" + head)
	items()
	d.WriteString(")")
}

func (d *dumper) word(s string) { d.WriteString(" " + s) }

func (d *dumper) flag(set bool, word string) {
	if set {
		d.word(word)
	}
}

// quote shows everything but printable ASCII as <hex>.
func quote(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	for i := 0; i < len(s); {
		r, size := decodeRune(s[i:])
		if ' ' <= r && r <= '~' && r != '<' && r != '"' {
			out.WriteRune(r)
		} else {
			fmt.Fprintf(&out, "<%x>", r)
		}
		i += size
	}
	out.WriteByte('"')
	return out.String()
}

func (d *dumper) body(body []Stmt) {
	for _, s := range body {
		d.stmt(s)
	}
}

func (d *dumper) part(name string, body []Stmt) {
	if len(body) > 0 {
		d.list(name, func() { d.body(body) })
	}
}

func (d *dumper) uses(u MacroUse) {
	d.flag(u.Caller, "uses-caller")
	d.flag(u.Kwargs, "uses-kwargs")
	d.flag(u.Varargs, "uses-varargs")
}

func (d *dumper) params(params []Param) {
	d.list("params", func() {
		for _, p := range params {
			if p.Default == nil {
				d.word(p.Name)
			} else {
				d.list("default", func() { d.word(p.Name); d.expr(p.Default) })
			}
		}
	})
}

func (d *dumper) stmt(s Stmt) {
	switch s := s.(type) {
	case *Output:
		d.list("output", func() { d.exprs(s.Items) })
	case *If:
		d.list("if", func() {
			for _, branch := range s.Branches {
				d.list("when", func() { d.expr(branch.Test); d.body(branch.Body) })
			}
			d.part("else", s.Else)
		})
	case *For:
		d.list("for", func() {
			d.expr(s.Target)
			d.expr(s.Iter)
			d.optional(s.Filter)
			d.flag(s.Recursive, "recursive")
			d.flag(s.UsesLoop, "uses-loop")
			d.part("body", s.Body)
			d.part("else", s.Else)
		})
	case *Macro:
		d.list("macro", func() { d.word(s.Name); d.uses(s.Uses); d.params(s.Params); d.body(s.Body) })
	case *CallBlock:
		d.list("callblock", func() { d.expr(s.Call); d.uses(s.Uses); d.params(s.Params); d.body(s.Body) })
	case *FilterBlock:
		d.list("filterblock", func() { d.expr(s.Filter); d.body(s.Body) })
	case *With:
		d.list("with", func() {
			for _, b := range s.Bindings {
				d.list("let", func() { d.expr(b.Target); d.expr(b.Value) })
			}
			d.body(s.Body)
		})
	case *Set:
		d.list("set", func() { d.expr(s.Target); d.expr(s.Value) })
	case *SetBlock:
		d.list("setblock", func() {
			d.expr(s.Target)
			if s.Filter == nil {
				d.word("_")
			} else {
				d.expr(s.Filter)
			}
			d.body(s.Body)
		})
	case *Block:
		d.list("block", func() {
			d.word(s.Name)
			d.flag(s.Scoped, "scoped")
			d.flag(s.Required, "required")
			d.body(s.Body)
		})
	case *Autoescape:
		d.list("autoescape", func() { d.expr(s.Enabled); d.body(s.Body) })
	case *Do:
		d.list("do", func() { d.expr(s.X) })
	case *Break:
		d.list("break", func() {})
	case *Continue:
		d.list("continue", func() {})
	default:
		d.load(s)
	}
}

func (d *dumper) load(s Stmt) {
	switch s := s.(type) {
	case *Extends:
		d.list("extends", func() { d.expr(s.Template) })
	case *Include:
		d.list("include", func() {
			d.expr(s.Template)
			d.flag(s.IgnoreMissing, "ignore")
			d.flag(s.WithContext, "context")
		})
	case *Import:
		d.list("import", func() { d.expr(s.Template); d.word(s.Target); d.flag(s.WithContext, "context") })
	case *FromImport:
		d.list("from", func() {
			d.expr(s.Template)
			for _, name := range s.Names {
				d.word(name.Name + "=" + name.Alias)
			}
			d.flag(s.WithContext, "context")
		})
	default:
		panic(fmt.Sprintf("unknown statement %T", s))
	}
}

func (d *dumper) exprs(list []Expr) {
	for _, x := range list {
		d.expr(x)
	}
}

func (d *dumper) optional(x Expr) {
	if x == nil {
		d.word("_")
	} else {
		d.expr(x)
	}
}

func (d *dumper) args(a *Args) {
	d.exprs(a.Positional)
	for _, keyword := range a.Keywords {
		d.list("=", func() { d.word(keyword.Name); d.expr(keyword.Value) })
	}
	if a.Star != nil {
		d.list("star", func() { d.expr(a.Star) })
	}
	if a.StarStar != nil {
		d.list("starstar", func() { d.expr(a.StarStar) })
	}
}

func (d *dumper) expr(x Expr) {
	pair := func(head string, a, b Expr) { d.list(head, func() { d.expr(a); d.expr(b) }) }
	switch x := x.(type) {
	case *Text:
		d.list("text", func() { d.word(quote(x.Data)) })
	case *Name:
		d.word(quote(x.ID) + [...]string{Load: "", Store: "!", Bind: "?"}[x.Ctx])
	case *NamespaceRef:
		d.list("ns", func() { d.word(x.Name); d.word(x.Attr) })
	case *Const:
		d.list("const", func() { d.word(constText(x.Value)) })
	case *List:
		d.list("list", func() { d.exprs(x.Items) })
	case *Tuple:
		d.list("tuple", func() { d.exprs(x.Items) })
	case *Dict:
		d.list("dict", func() {
			for _, item := range x.Items {
				pair("pair", item.Key, item.Value)
			}
		})
	case *Cond:
		d.list("cond", func() { d.expr(x.Test); d.expr(x.Then); d.optional(x.Else) })
	case *Binary:
		pair(x.Op.String(), x.Left, x.Right)
	case *And:
		pair("and", x.Left, x.Right)
	case *Or:
		pair("or", x.Left, x.Right)
	case *Not:
		d.list("not", func() { d.expr(x.X) })
	case *Neg:
		d.list("neg", func() { d.expr(x.X) })
	case *Plus:
		d.list("plus", func() { d.expr(x.X) })
	case *Concat:
		d.list("~", func() { d.exprs(x.Items) })
	case *Compare:
		d.list("compare", func() {
			d.expr(x.Left)
			for _, op := range x.Ops {
				d.list(op.Op.String(), func() { d.expr(op.Right) })
			}
		})
	default:
		d.postfix(x)
	}
}

func (d *dumper) postfix(x Expr) {
	switch x := x.(type) {
	case *Filter:
		d.list("filter", func() { d.optional(x.X); d.word(x.Name); d.args(&x.Args) })
	case *Test:
		d.list("test", func() { d.expr(x.X); d.word(x.Name); d.args(&x.Args) })
	case *Call:
		d.list("call", func() { d.expr(x.Func); d.args(&x.Args) })
	case *Getattr:
		d.list("attr", func() { d.expr(x.X); d.word(x.Name) })
	case *Getitem:
		d.list("item", func() { d.expr(x.X); d.expr(x.Key) })
	case *Slice:
		d.list("slice", func() { d.optional(x.Start); d.optional(x.Stop); d.optional(x.Step) })
	default:
		panic(fmt.Sprintf("unknown expression %T", x))
	}
}

func constText(value any) string {
	switch v := value.(type) {
	case nil:
		return "none"
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case *big.Int:
		if v.IsInt64() {
			panic("a small integer is an int64")
		}
		return "0x" + v.Text(16)
	case float64:
		return fmt.Sprintf("float:%016x", math.Float64bits(v))
	case string:
		return quote(v)
	}
	panic(fmt.Sprintf("unknown constant %T", value))
}
