package difftest

// The material that templates are made of.

var texts = []string{
	"text ", "\n", "  \n  ", `{"text": "`, `"}`, ", ", "Ærø ", "a\tb", "\r\n", " - ", "<b>", "{ % }", "$", "'", "{", "}",
}

var numbers = []string{
	"0", "1", "2", "-1", "7", "42", "10", "3.0", "0.1", "2.5", "-0.5", "1e3", "1e20", "1e-7", "12345678901234567890",
	"1_000", "0x1f", "99", "1.5", "100", "0.0", "-7",
}

var strs = []string{
	"'a'", "''", "'name'", "'id'", "'abc def'", "'A,b;C'", "'<x>&\"'", `"it's"`, "'%s'", "'%d'", "'%5.2f'", "'{}'", "'{0:>8}'",
	"'{:,.2f}'", "'Ærø'", "'straße'", "'10.0.0.1/24'", "'/'", "' '", "','", "'42'", "'-3.5'", "'1e3'", "'x' * 3", `'a\nb'`, `'a\tb'`,
	"'  padded  '", "'Title Case words'", "'http://example.com/x?y=1'", "'value'", "'label'", "'ß'", "'ǆ'", `'\u2028'`, "'日本語'",
	"'%(name)s'", "'{name}'", "'0x1f'", "'True'", "'AbC'", "'%-8s|'", "'%r'", "'%%'", "'e'", "'1,2,3'", `'\\'`, "'Σίσυφος ΟΔΟΣ'",
}

var arithmetic = []string{"+", "-", "*", "/", "//", "%", "~", "~", "**"}

var comparisons = []string{"==", "!=", "<", ">", "<=", ">=", "in", "not in", "== 1 ==", "< 5 <"}

var tests = []string{
	"defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping", "sequence", "iterable",
	"callable", "even", "odd", "divisibleby(%n)", "divisibleby 3", "eq(%e)", "ne %s", "lt(%e)", "gt 1", "ge(%e)", "le(%e)", "in(%e)", "in [1, 'a']",
	"lower", "upper", "true", "false", "sameas(none)", "sameas true", "escaped", "filter", "test", "== %e", "equalto(%e)",
}

var filters = []string{
	"abs", "attr(%s)", "batch(2)|list", "batch(%n, '-')|list", "capitalize", "center(%n)", "center", "default(%e)", "default(%e, true)", "d", "dictsort",
	"dictsort(true)", "dictsort(by='value')", "dictsort(reverse=true)", "e", "escape", "filesizeformat", "filesizeformat(true)", "first", "float", "float(%e)",
	"forceescape", "format(%e)", "format(%e, %e)", "format(name=%e)", "groupby(%s)", "groupby('name')|list", "indent", "indent(%n)", "indent(2, true)", "indent(2, blank=true)", "indent('>')",
	"int", "int(%e)", "int(base=16)", "int(0, 8)", "items|list", "join", "join(', ')", "join(%s, attribute='name')", "join(',', 'id')", "last", "length", "count", "list", "lower",
	"map('upper')|list", "map(attribute='name')|list", "map(attribute='name', default='-')|join(',')", "map('length')|list", "map('int')|sum", "map(%s)|list", "map('default', 'x')|list",
	"max", "max(attribute='id')", "min", "min(case_sensitive=true)", "pprint", "reject|list", "reject('none')|list", "rejectattr('id')|list", "rejectattr('name', 'eq', 'a')|list",
	"replace(%s, %s)", "replace('a', 'b', 1)", "replace(%e, %e)", "reverse", "reverse|list", "round", "round(%n)", "round(1, 'floor')", "round(2, 'ceil')", "round(method='ceil')", "safe",
	"select|list", "select('string')|list", "select('gt', 1)|list", "selectattr('id')|list", "selectattr('name', 'defined')|map(attribute='id')|list", "selectattr('slug', 'eq', 'prod')|list",
	"slice(2)|list", "slice(%n, 'x')|list", "sort", "sort(reverse=true)", "sort(attribute='name')", "sort(attribute='id,name')", "sort(case_sensitive=true)|join(' ')", "string", "striptags",
	"sum", "sum(attribute='id')", "sum(start=%e)", "title", "tojson", "tojson(2)", "tojson(indent=%n)", "trim", "trim(%s)", "truncate(%n)", "truncate(%e)", "truncate(5, %e, %s)", "round(%e)", "wordwrap(%n, %e)", "truncate(12)", "truncate(9, true)", "truncate(8, false, '..', 0)",
	"unique|list", "unique(attribute='id')|list", "upper", "urlencode", "urlize", "urlize(10, true)", "wordcount", "wordwrap(%n)", "wordwrap(10)", "wordwrap(6, false)", "wordwrap(9, wrapstring='|')", "xmlattr", "xmlattr(false)",
	"string|list", "string|length", "list|length", "list|tojson", "list|first", "string|upper|lower", "nosuchfilter",
}

var methods = []string{
	"upper()", "lower()", "title()", "capitalize()", "swapcase()", "casefold()", "strip()", "lstrip('a')", "rstrip(%s)", "split()", "split(%s)", "split('/')[0]", "split(',', 1)", "rsplit('.', 1)",
	"splitlines()", "splitlines(true)", "join(%e)", "join(['a', 'b'])", "replace('a', 'x')", "replace(%e, %e)", "find(%s)", "rfind('a')", "index('a')", "count('a')", "startswith('a')", "endswith(('a', 'f'))",
	"isdigit()", "isalpha()", "isupper()", "islower()", "istitle()", "isspace()", "isidentifier()", "isnumeric()", "center(%n, '*')", "ljust(%n)", "rjust(8, '.')", "zfill(%n)", "expandtabs(%n)",
	"partition('/')", "rpartition(%s)", "format(%e)", "format(%e, %e)", "format(name=%e)", "format(a=1, *[2])", "encode()", "removeprefix('a')", "removesuffix(%s)",
	"items()", "keys()", "values()", "keys()|list", "values()|list", "items()|list", "get('name')", "get(%e)", "get('x', %e)", "pop('name')", "pop()", "pop(0)", "update(a=1)", "update({'z': 1})", "setdefault('q', 1)", "copy()",
	"append(1)", "append(%e)", "extend([1, 2])", "insert(0, 'z')", "remove(%e)", "index(%e)", "count(%e)", "reverse()", "sort()", "clear()", "sort(reverse=true)",
	"bit_length()", "is_integer()", "as_integer_ratio()", "conjugate()", "hex()", "real", "name", "id", "value", "label", "slug", "nosuch", "nosuch()", "__class__", "__len__()", "mro()",
}
