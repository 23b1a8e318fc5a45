package jinja

import (
	"bellhop/jinja/internal/pytext"
	"bellhop/jinja/value"
)

// testFunc is the code of a test.
type testFunc = func(st *state, v value.Value, c value.Bound) bool

// builtinTests are the tests of Jinja2 3.1.
var builtinTests = testTable()

func testTable() map[string]*test {
	table := map[string]*test{}
	add := func(is testFunc, params []value.Param, names ...string) {
		for _, name := range names {
			table[name] = &test{Signature: value.Signature{Name: name, Params: params}, pure: true, is: is}
		}
	}
	other := []value.Param{req("other")}
	add(is[value.Bool], nil, "boolean")
	add(testCallable, nil, "callable")
	add(testDefined, nil, "defined")
	add(testDivisible, []value.Param{req("num")}, "divisibleby")
	add(testEqual, other, "eq", "==", "equalto")
	add(is[value.Markup], nil, "escaped")
	add(testEven, nil, "even")
	add(testOdd, nil, "odd")
	add(testFalse, nil, "false")
	add(testTrue, nil, "true")
	add(testFilter, nil, "filter")
	add(testTest, nil, "test")
	add(is[value.Float], nil, "float")
	add(ordered(value.GE), other, "ge", ">=")
	add(ordered(value.GT), other, "gt", ">", "greaterthan")
	add(ordered(value.LE), other, "le", "<=")
	add(ordered(value.LT), other, "lt", "<", "lessthan")
	add(testIn, []value.Param{req("seq")}, "in")
	add(testInteger, nil, "integer")
	add(testIterable, nil, "iterable")
	add(testLower, nil, "lower")
	add(testUpper, nil, "upper")
	add(is[*value.Dict], nil, "mapping")
	add(testNotEqual, other, "ne", "!=")
	add(is[value.NoneType], nil, "none")
	add(testNumber, nil, "number")
	add(testSame, other, "sameas")
	add(testSequence, nil, "sequence")
	add(testString, nil, "string")
	add(testUndefined, nil, "undefined")
	return table
}

func is[T value.Value](_ *state, v value.Value, _ value.Bound) bool {
	_, ok := v.(T)
	return ok
}

func testCallable(_ *state, v value.Value, _ value.Bound) bool {
	switch v.(type) {
	case *value.Undefined: // it has a __call__, which raises
		return true
	case value.Callable:
		return true
	}
	return false
}

func testDefined(_ *state, v value.Value, _ value.Bound) bool {
	_, undefined := v.(*value.Undefined)
	return !undefined
}

func testUndefined(_ *state, v value.Value, _ value.Bound) bool {
	_, undefined := v.(*value.Undefined)
	return undefined
}

func testEqual(st *state, v value.Value, c value.Bound) bool {
	return value.Equal(&st.th, v, c.Values[0])
}

func testNotEqual(st *state, v value.Value, c value.Bound) bool {
	return !value.Equal(&st.th, v, c.Values[0])
}

func ordered(op value.CompareOp) testFunc {
	return func(st *state, v value.Value, c value.Bound) bool {
		return value.Order(&st.th, op, v, c.Values[0])
	}
}

func testIn(st *state, v value.Value, c value.Bound) bool {
	return value.Contains(&st.th, c.Values[0], v)
}

// remainder is v % n as a test uses it.
func remainder(st *state, v, n value.Value) value.Value { return value.Mod(&st.th, v, n) }

func testDivisible(st *state, v value.Value, c value.Bound) bool {
	return value.Equal(&st.th, remainder(st, v, c.Values[0]), value.Int(0))
}

func testEven(st *state, v value.Value, _ value.Bound) bool {
	return value.Equal(&st.th, remainder(st, v, value.Int(2)), value.Int(0))
}

func testOdd(st *state, v value.Value, _ value.Bound) bool {
	return value.Equal(&st.th, remainder(st, v, value.Int(2)), value.Int(1))
}

func testTrue(_ *state, v value.Value, _ value.Bound) bool { return v == value.True }

func testFalse(_ *state, v value.Value, _ value.Bound) bool { return v == value.False }

func testFilter(st *state, v value.Value, _ value.Bound) bool {
	return known(st, st.tmpl.env.filters, v)
}

func testTest(st *state, v value.Value, _ value.Bound) bool { return known(st, st.tmpl.env.tests, v) }

// known is Python's "v in table": what cannot be hashed raises.
func known[T any](st *state, table map[string]*T, v value.Value) bool {
	name, ok := value.Text(v)
	if !ok {
		value.NewDict(0).Get(&st.th, v)
		return false
	}
	return table[name] != nil
}

// testIterable raises for an undefined value under the Strict policy.
func testIterable(st *state, v value.Value, _ value.Bound) bool {
	if u, ok := v.(*value.Undefined); ok {
		value.Iterate(&st.th, u)
	}
	return iterable(v)
}

// testInteger does not count booleans, unlike Python.
func testInteger(_ *state, v value.Value, _ value.Bound) bool {
	switch v.(type) {
	case value.Int, *value.BigInt:
		return true
	}
	return false
}

func testNumber(_ *state, v value.Value, _ value.Bound) bool {
	switch v.(type) {
	case value.Int, *value.BigInt, value.Float, value.Bool:
		return true
	}
	return false
}

func testString(_ *state, v value.Value, _ value.Bound) bool {
	_, ok := value.Text(v)
	return ok
}

func testLower(st *state, v value.Value, _ value.Bound) bool {
	return pytext.IsLower(value.ToText(&st.th, v))
}

func testUpper(st *state, v value.Value, _ value.Bound) bool {
	return pytext.IsUpper(value.ToText(&st.th, v))
}

// testSame is Python's "is". Small integers and short texts are one object in
// CPython, so values that cannot be changed count as the same when they are
// equal and of one type.
func testSame(st *state, v value.Value, c value.Bound) bool {
	w := c.Values[0]
	switch v.(type) {
	case value.Float, *value.BigInt:
		return false
	}
	if v.TypeName() != w.TypeName() {
		return false
	}
	return v == w
}

// testSequence asks for a length and items by number, which a dict has too.
func testSequence(_ *state, v value.Value, _ value.Bound) bool {
	switch v.(type) {
	case value.Str, value.Markup, value.Bytes, *value.List, *value.Tuple, *value.Dict, *value.Range, *value.Undefined:
		return true
	}
	return false
}
