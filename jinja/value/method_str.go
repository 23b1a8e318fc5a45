package value

import (
	"strings"

	"bellhop/jinja/internal/pytext"
)

// strMethods are the methods of str. Those of Markup that escape are in
// markupMethods.
var strMethods = tableOf(
	mapping("capitalize", pytext.Capitalize),
	mapping("casefold", pytext.CaseFold),
	mapping("lower", pytext.Lower),
	mapping("swapcase", pytext.SwapCase),
	mapping("title", pytext.Title),
	mapping("upper", pytext.Upper),

	predicate("isalnum", pytext.IsAlnum),
	predicate("isalpha", pytext.IsAlpha),
	predicate("isascii", pytext.IsASCII),
	predicate("isdecimal", pytext.IsDecimal),
	predicate("isdigit", pytext.IsDigit),
	predicate("isidentifier", pytext.IsIdentifier),
	predicate("islower", pytext.IsLower),
	predicate("isnumeric", pytext.IsNumeric),
	predicate("isprintable", pytext.IsPrintable),
	predicate("isspace", pytext.IsSpaceText),
	predicate("istitle", pytext.IsTitle),
	predicate("isupper", pytext.IsUpper),

	searching("count", func(s, sub string, i, j *int) Value { return Int(pytext.Count(s, sub, i, j)) }),
	searching("find", func(s, sub string, i, j *int) Value { return Int(pytext.Find(s, sub, i, j)) }),
	searching("rfind", func(s, sub string, i, j *int) Value { return Int(pytext.RFind(s, sub, i, j)) }),
	searching("index", func(s, sub string, i, j *int) Value { return Int(check(pytext.Index(s, sub, i, j))) }),
	searching("rindex", func(s, sub string, i, j *int) Value { return Int(check(pytext.RIndex(s, sub, i, j))) }),
	affix("startswith", pytext.HasPrefix),
	affix("endswith", pytext.HasSuffix),
	positional("removeprefix", removeAffix(strings.TrimPrefix), required("prefix")),
	positional("removesuffix", removeAffix(strings.TrimSuffix), required("suffix")),

	stripping("strip", pytext.Strip, pytext.StripChars),
	stripping("lstrip", pytext.LStrip, pytext.LStripChars),
	stripping("rstrip", pytext.RStrip, pytext.RStripChars),

	padding("center", pytext.Center),
	padding("ljust", pytext.LJust),
	padding("rjust", pytext.RJust),
	positional("zfill", strZFill, required("width")),
	named("expandtabs", strExpandTabs, optional("tabsize", Int(8))),

	named("split", splitting(pytext.SplitSpace, pytext.Split), optional("sep", None), optional("maxsplit", Int(-1))),
	named("rsplit", splitting(pytext.RSplitSpace, pytext.RSplit), optional("sep", None), optional("maxsplit", Int(-1))),
	named("splitlines", strSplitLines, optional("keepends", False)),
	positional("partition", partitioning(pytext.Partition), required("sep")),
	positional("rpartition", partitioning(pytext.RPartition), required("sep")),

	positional("replace", strReplace, required("old"), required("new"), optional("count", Int(-1))),
	positional("join", strJoin, required("iterable")),
	positional("translate", strTranslate, required("table")),
	positional("maketrans", strMakeTrans, required("x"), optional("y", absent{}), optional("z", absent{})),
	named("encode", strEncode, optional("encoding", Str("utf-8")), optional("errors", Str("strict"))),
)

// formatMethod gives the methods that format. They are no part of strMethods,
// as their fields look attributes up in that very table.
func formatMethod(name string) *Method {
	switch name {
	case "format":
		return &Method{Signature{Name: name, Rest: true, RestNamed: true}, strFormat}
	case "format_map":
		return positional(name, strFormatMap, required("mapping"))
	}
	return nil
}

// selfText is the text that a method of str or Markup was called on. Reading
// it is charged.
func selfText(th *Thread, self Value) string {
	s, _ := Text(self)
	th.Charge(len(s) >> 10)
	return s
}

// mapping makes a method that maps a text to a text.
func mapping(name string, f func(string) string) *Method {
	return positional(name, func(th *Thread, self Value, _ Bound) Value {
		s, _ := Text(self)
		th.Alloc(len(s))
		out := f(s)
		th.Alloc(max(0, len(out)-len(s)))
		return Str(out)
	})
}

// predicate makes a method that answers a question about a text.
func predicate(name string, f func(string) bool) *Method {
	return positional(name, func(th *Thread, self Value, _ Bound) Value {
		return Bool(f(selfText(th, self)))
	})
}

// searching makes a method that looks for a text in a part of another.
func searching(name string, f func(s, sub string, start, end *int) Value) *Method {
	return positional(name, func(th *Thread, self Value, c Bound) Value {
		return f(selfText(th, self), textArg(c.Values[0]), bound(c.Values[1]), bound(c.Values[2]))
	}, required("sub"), optional("start", None), optional("end", None))
}

// affix makes startswith or endswith, which take a tuple of texts too.
func affix(name string, f func(s, affix string, start, end *int) bool) *Method {
	return positional(name, func(th *Thread, self Value, c Bound) Value {
		s := selfText(th, self)
		start, end := bound(c.Values[1]), bound(c.Values[2])
		choices, isTuple := c.Values[0].(*Tuple)
		if !isTuple {
			a, ok := Text(c.Values[0])
			if !ok {
				Raise(TypeError, "%s first arg must be str or a tuple of str, not %s", name, c.Values[0].TypeName())
			}
			return Bool(f(s, a, start, end))
		}
		for _, choice := range choices.items {
			th.Charge(1 + len(s)>>10)
			a, ok := Text(choice)
			if !ok {
				Raise(TypeError, "tuple for %s must only contain str, not %s", name, choice.TypeName())
			}
			if f(s, a, start, end) {
				return True
			}
		}
		return False
	}, required("prefix"), optional("start", None), optional("end", None))
}

// removeAffix makes removeprefix or removesuffix.
func removeAffix(f func(s, affix string) string) body {
	return func(th *Thread, self Value, c Bound) Value {
		return Str(f(selfText(th, self), textArg(c.Values[0])))
	}
}

// stripping makes a method that strips white space, or the given characters.
func stripping(name string, space func(string) string, chars func(s, chars string) string) *Method {
	return positional(name, func(th *Thread, self Value, c Bound) Value {
		s := selfText(th, self)
		if c.Values[0] == None {
			return Str(space(s))
		}
		set, ok := Text(c.Values[0])
		if !ok {
			Raise(TypeError, "%s arg must be None or str", name)
		}
		th.Charge(len(set) >> 6 * (1 + len(s)>>10))
		return Str(chars(s, set))
	}, optional("chars", None))
}

// padding makes a method that fills a text up to a width.
func padding(name string, f func(s string, width int, fill string, charge pytext.Charge) (string, error)) *Method {
	return positional(name, func(th *Thread, self Value, c Bound) Value {
		width := mustIndex(c.Values[0])
		fill, ok := Text(c.Values[1])
		if !ok {
			Raise(TypeError, "The fill character must be a unicode character, not %s", c.Values[1].TypeName())
		}
		return Str(check(f(selfText(th, self), width, fill, charge(th))))
	}, required("width"), optional("fillchar", Str(" ")))
}

func strZFill(th *Thread, self Value, c Bound) Value {
	return Str(pytext.ZFill(selfText(th, self), mustIndex(c.Values[0]), charge(th)))
}

func strExpandTabs(th *Thread, self Value, c Bound) Value {
	return Str(pytext.ExpandTabs(selfText(th, self), mustIndex(c.Values[0]), charge(th)))
}

// splitting makes split or rsplit of a function for white space and one for a
// separator.
func splitting(
	space func(s string, most int, charge pytext.Charge) []string,
	by func(s, sep string, most int, charge pytext.Charge) ([]string, error),
) body {
	return func(th *Thread, self Value, c Bound) Value {
		s, most := selfText(th, self), mustIndex(c.Values[1])
		if c.Values[0] == None {
			return textList(th, space(s, most, charge(th)))
		}
		return textList(th, check(by(s, textArg(c.Values[0]), most, charge(th))))
	}
}

func strSplitLines(th *Thread, self Value, c Bound) Value {
	return textList(th, pytext.SplitLines(selfText(th, self), mustIndex(c.Values[0]) != 0, charge(th)))
}

// textList makes a list of texts.
func textList(th *Thread, parts []string) *List {
	th.Alloc(2 * valueSize * len(parts))
	items := make([]Value, len(parts))
	for i, s := range parts {
		items[i] = Str(s)
	}
	return NewList(items)
}

// partitioning makes partition or rpartition.
func partitioning(f func(s, sep string) (before, found, after string, err error)) body {
	return func(th *Thread, self Value, c Bound) Value {
		before, found, after, err := f(selfText(th, self), textArg(c.Values[0]))
		if err != nil {
			RaiseText(err)
		}
		return NewTuple(Str(before), Str(found), Str(after))
	}
}

// strReplace is str.replace; an empty old text is put between all characters.
func strReplace(th *Thread, self Value, c Bound) Value {
	old, with := textArg(c.Values[0]), textArg(c.Values[1])
	return Str(pytext.Replace(selfText(th, self), old, with, mustIndex(c.Values[2]), charge(th)))
}

// strJoin adds the sizes up before it joins. What it joins to must be text
// already; Markup among it is not escaped and does not make the result Markup.
func strJoin(th *Thread, self Value, c Bound) Value {
	sep, _ := Text(self)
	switch c.Values[0].(type) {
	case Int, Float, Bool, NoneType, *BigInt:
		Raise(TypeError, "can only join an iterable")
	}
	items := Collect(th, c.Values[0])
	parts := make([]string, len(items))
	size := 0
	for i, v := range items {
		s, ok := Text(v)
		if !ok {
			Raise(TypeError, "sequence item %d: expected str instance, %s found", i, v.TypeName())
		}
		parts[i] = s
		size += len(s) + len(sep)
	}
	th.Alloc(size)
	return Str(strings.Join(parts, sep))
}

func strFormat(th *Thread, self Value, c Bound) Value {
	return Format(th, self, Args{Pos: c.Rest, Names: c.Names, Named: c.Named})
}

func strFormatMap(th *Thread, self Value, c Bound) Value {
	return FormatMap(th, self, c.Values[0])
}
