package jinja

import "bellhop/jinja/value"

// filterFunc is the code of a filter.
type filterFunc = func(st *state, v value.Value, c value.Bound) value.Value

func newFilter(name string, apply filterFunc, params ...value.Param) *filter {
	return &filter{Signature: value.Signature{Name: name, Params: params}, pure: true, apply: apply}
}

// newVariadic is newFilter for one that takes any arguments.
func newVariadic(name string, apply filterFunc) *filter {
	return &filter{Signature: value.Signature{Name: name, Rest: true, RestNamed: true}, pure: true, apply: apply}
}

// builtinFilters are the filters of Jinja2 3.1.
var builtinFilters = filterTable()

func filterTable() map[string]*filter {
	no, yes, null := value.False, value.True, value.None
	table := map[string]*filter{}
	for _, f := range []*filter{
		newFilter("abs", filterAbs),
		newFilter("attr", filterAttr, req("name")),
		newFilter("batch", filterBatch, req("linecount"), opt("fill_with", null)),
		newFilter("capitalize", withMethod("capitalize")),
		newFilter("center", withMethod("center"), opt("width", value.Int(80))),
		newFilter("default", filterDefault, opt("default_value", value.Str("")), opt("boolean", no)),
		newFilter("dictsort", filterDictsort, opt("case_sensitive", no), opt("by", value.Str("key")), opt("reverse", no)),
		newFilter("escape", filterEscape),
		newFilter("filesizeformat", filterFilesizeformat, opt("binary", no)),
		newFilter("first", filterFirst),
		newFilter("float", filterFloat, opt("default", value.Float(0))),
		newFilter("forceescape", filterForceescape),
		newVariadic("format", filterFormat),
		newFilter("groupby", filterGroupby, req("attribute"), opt("default", null), opt("case_sensitive", no)),
		newFilter("indent", filterIndent, opt("width", value.Int(4)), opt("first", no), opt("blank", no)),
		newFilter("int", filterInt, opt("default", value.Int(0)), opt("base", value.Int(10))),
		newFilter("items", filterItems),
		newFilter("join", filterJoin, opt("d", value.Str("")), opt("attribute", null)),
		newFilter("last", filterLast),
		newFilter("length", filterLength),
		newFilter("list", filterList),
		newFilter("lower", withMethod("lower")),
		newVariadic("map", filterMap),
		newFilter("max", filterMax, opt("case_sensitive", no), opt("attribute", null)),
		newFilter("min", filterMin, opt("case_sensitive", no), opt("attribute", null)),
		newFilter("pprint", filterPprint),
		newFilter("random", filterRandom),
		newVariadic("reject", selector(false, false)),
		newVariadic("rejectattr", selector(false, true)),
		newFilter("replace", filterReplace, req("old"), req("new"), opt("count", null)),
		newFilter("reverse", filterReverse),
		newFilter("round", filterRound, opt("precision", value.Int(0)), opt("method", value.Str("common"))),
		newFilter("safe", filterSafe),
		newVariadic("select", selector(true, false)),
		newVariadic("selectattr", selector(true, true)),
		newFilter("slice", filterSlice, req("slices"), opt("fill_with", null)),
		newFilter("sort", filterSort, opt("reverse", no), opt("case_sensitive", no), opt("attribute", null)),
		newFilter("string", filterString),
		newFilter("striptags", filterStriptags),
		newFilter("sum", filterSum, opt("attribute", null), opt("start", value.Int(0))),
		newFilter("title", filterTitle),
		newFilter("tojson", filterTojson, opt("indent", null)),
		newFilter("trim", withMethod("strip"), opt("chars", null)),
		newFilter("truncate", filterTruncate, opt("length", value.Int(255)), opt("killwords", no), opt("end", value.Str("...")), opt("leeway", null)),
		newFilter("unique", filterUnique, opt("case_sensitive", no), opt("attribute", null)),
		newFilter("upper", withMethod("upper")),
		newFilter("urlencode", filterURLEncode),
		newFilter("urlize", filterURLize, opt("trim_url_limit", null), opt("nofollow", no), opt("target", null), opt("rel", null), opt("extra_schemes", null)),
		newFilter("wordcount", filterWordcount),
		newFilter("wordwrap", filterWordwrap, opt("width", value.Int(79)), opt("break_long_words", yes), opt("wrapstring", null), opt("break_on_hyphens", yes)),
		newFilter("xmlattr", filterXMLAttr, opt("autospace", yes)),
	} {
		table[f.Name] = f
	}
	// Jinja2 never evaluates these ahead, since they get the context.
	for _, name := range []string{"map", "random", "reject", "rejectattr", "select", "selectattr"} {
		table[name].pure = false
	}
	for alias, name := range map[string]string{"d": "default", "e": "escape", "count": "length"} {
		table[alias] = table[name]
	}
	return table
}
