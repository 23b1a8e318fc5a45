#!/usr/bin/python3
"""Write the expectations of package value's tests, *.json beside this file.

Run it with Python 3.11, Jinja2 3.1 and markupsafe 2.1. A value is encoded as
[type, content], a result as the repr of the value, or as "!kind: message" for
an exception, with the kinds of package value.
"""

import json
import operator
import os
import random

from jinja2 import Undefined
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

env = SandboxedEnvironment()
HERE = os.path.dirname(os.path.abspath(__file__))


def encode(v):
    t = type(v)
    if v is None:
        return ["none", None]
    if t is Undefined:
        return ["undefined", v._undefined_name]
    if t is int:
        return ["int", str(v)]
    if t is float:
        return ["float", repr(v)]
    if t is bytes:
        return ["bytes", v.decode("latin-1")]
    if t in (list, tuple):
        return [t.__name__, [encode(e) for e in v]]
    if t is dict:
        return ["dict", [[encode(k), encode(e)] for k, e in v.items()]]
    if t is range:
        return ["range", [v.start, v.stop, v.step]]
    if t.__name__ in ("dict_keys", "dict_values", "dict_items"):
        return [t.__name__, encode(dict(v.mapping))]
    if t is Markup:
        return ["Markup", str(v)]
    if t in (bool, str):
        return [t.__name__, v]
    raise ValueError(t)


def kind(e):
    for cls, name in (
        (SecurityError, "security"),
        (UndefinedError, "undefined"),
        (TypeError, "type"),
        (ValueError, "value"),
        (OverflowError, "overflow"),
    ):
        if isinstance(e, cls):
            return name
    return "other"


def show(v):
    t = type(v)
    if t is Undefined:
        return "Undefined"
    if t.__name__ == "builtin_function_or_method":
        return "<built-in method>"
    if t.__name__ in ("function", "method"):
        return "<built-in method>"
    if t is set:
        return "{" + ", ".join(sorted(map(repr, v))) + "}"
    if t.__name__ == "mappingproxy":
        return repr(dict(v))
    return repr(v)


def attempt(f, *args, **kwargs):
    try:
        return show(f(*args, **kwargs))
    except Exception as e:
        return "!" + kind(e) + ": " + str(e)


def write(name, data):
    with open(os.path.join(HERE, name), "w") as f:
        f.write(json.dumps(data, separators=(",", ":")).replace("],[", "],\n[") + "\n")


X = Undefined(name="x")
D = {"a": 1, "b": [2.5, None], "_depth": 7, "items": 8}

VALUES = [
    None, True, False, 0, 1, -1, 7, -3, 255, 2**31, 2**53, 2**53 + 1, 2**63 - 1, -(2**63), 2**63, 10**25,
    -(10**25), 0.0, -0.0, 1.0, 1.5, -2.5, 0.1, 1e16, 2.0**53, 1e300, float("inf"), float("nan"), "", "a", "ab", "<&'\">",
    "日本", Markup(""), Markup("<b>"), b"", b"ab", [], [1], [1, "a"], [1, 2.0], (), (1,), (1, 2), {}, {"a": 1},
    {1: "x", "a": [1]}, {"a": 1.0}, range(0), range(3), range(0, 6, 2), {"a": 1}.keys(), {"a": 1, "b": 2}.keys(),
    {"a": 1}.items(), {"a": 1}.values(), X,
]

SMALL = [v for v in VALUES if not (type(v) is int and abs(v) > 300)]


def power(a, b):
    if type(b) is int and abs(b) > 1000 and type(a) is int and abs(a) > 1:
        raise RuntimeError("too large")
    r = a**b
    if isinstance(r, complex):
        raise RuntimeError("complex")
    return r


def repeat(a, b):
    for x, y in ((a, b), (b, a)):
        if type(x) in (str, Markup, bytes, list, tuple) and type(y) is int and abs(y) > 300:
            raise RuntimeError("too large")
    return a * b


BINARY = {
    "+": operator.add, "-": operator.sub, "*": repeat, "/": operator.truediv, "//": operator.floordiv,
    "%": operator.mod, "**": power, "==": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge, "in": lambda a, b: operator.contains(b, a),
}


def binary():
    results, texts = {}, {}
    for op, f in BINARY.items():
        results[op] = [[texts.setdefault(attempt(f, a, b), len(texts)) for b in VALUES] for a in VALUES]
    write("binary.json", {"values": [encode(v) for v in VALUES], "texts": list(texts), "results": results})


def unary():
    cases = []
    for v in VALUES:
        cases.append({
            "value": encode(v),
            "neg": attempt(operator.neg, v),
            "pos": attempt(operator.pos, v),
            "bool": attempt(bool, v),
            "len": attempt(len, v),
            "repr": attempt(lambda: v),
            "str": attempt(str, v),
            "list": attempt(lambda: list(v)),
            "json": attempt(json.dumps, v),
        })
    write("unary.json", cases)


ATTRS = [
    "upper", "items", "append", "a", "b", "_depth", "nope", "_nope", "__class__", "__nope__", "__len__", "__html__",
    "real", "imag", "numerator", "start", "mapping", "format", "mro", "__add__", "__self__", "gi_frame", "count",
]
KEYS = [0, 1, -1, 99, True, 1.0, 10**30, None, "a", "items", "upper", "__class__", "nope", "_depth", (), [], X, (1, [])]


def deep(f, *args):
    """Gives a result and what comes of using it, in case it is undefined."""
    try:
        v = f(*args)
    except Exception as e:
        return "!" + kind(e) + ": " + str(e)
    if type(v) is Undefined:
        return "Undefined " + attempt(lambda: v + 1)
    return show(v)


def access():
    cases = []
    for v in SMALL + [D, [D], "hello"]:
        cases.append({
            "value": encode(v),
            "attrs": [[a, deep(env.getattr, v, a)] for a in ATTRS],
            "items": [[encode(k), deep(env.getitem, v, k)] for k in KEYS],
        })
    write("access.json", cases)


BOUNDS = [None, 0, 1, -1, 2, -3, 5, 100, -100, True, 10**30, "a", 1.0]


def slices():
    rng = random.Random(1)
    cases = []
    for v in ["hello", "", "日本語テキスト", Markup("a<b"), b"bytes", [1, 2, 3, 4], (1, 2, 3), range(2, 20, 3), {}, 5, None, X]:
        for _ in range(40):
            i, j = rng.choice(BOUNDS), rng.choice(BOUNDS)
            k = rng.choice([None, None, 1, 2, -1, -2, 100, 0, -(10**30)])
            if isinstance(v, range) and k == -(10**30):
                k = None
            cases.append({"value": encode(v), "part": [encode(p) for p in (i, j, k)], "want": attempt(lambda: v[i:j:k])})
    write("slice.json", cases)


def method(cases, v, name, *args, **kwargs):
    import copy

    w = copy.copy(v) if isinstance(v, (list, dict)) else v

    def call():
        f = env.getattr(w, name)
        if type(f) is Undefined:
            raise RuntimeError("no method " + name)
        return f(*args, **kwargs)

    case = {"value": encode(v), "method": name, "want": attempt(call)}
    if args:
        case["args"] = [encode(a) for a in args]
    if kwargs:
        case["kwargs"] = {k: encode(a) for k, a in kwargs.items()}
    if isinstance(v, (list, dict)):
        case["after"] = attempt(lambda: w)
    cases.append(case)


TEXTS = ["", "a", "Hello World", " \tx y\n", "ß ŉ ǆ ΑΣ", "a,b,,c", "-42", "+7", "\x85a\u2028b\r\nc", "x\ty", "日本 語", "\ud800x"]
MARKUPS = [Markup("<b>Hi</b> &amp; x,<"), Markup(""), Markup("a,b&lt;c")]


def str_methods():
    cases = []
    plain = [
        "capitalize", "casefold", "lower", "swapcase", "title", "upper", "isalnum", "isalpha", "isascii", "isdecimal",
        "isdigit", "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "strip",
        "lstrip", "rstrip", "split", "rsplit", "splitlines", "expandtabs", "encode",
    ]
    for s in TEXTS + MARKUPS:
        for name in plain:
            method(cases, s, name)
        for name in ("count", "find", "rfind", "index", "rindex", "startswith", "endswith"):
            for args in (("",), ("a",), (",",), ("l", 3), ("o", -5, -1), ("x", None, 2), ("", 99), (Markup("b"),), (1,), ()):
                method(cases, s, name, *args)
        for name in ("strip", "lstrip", "rstrip", "split", "rsplit", "partition", "rpartition", "removeprefix", "removesuffix"):
            for args in ((None,), (",",), ("",), (" <b",), ("é",), (3,)):
                method(cases, s, name, *args)
        for args in ((",", 1), (None, 1), (",", -1), (",", 0), (None, 0), (",", "x")):
            method(cases, s, "split", *args)
            method(cases, s, "rsplit", *args)
        for name in ("center", "ljust", "rjust"):
            for args in ((5,), (9, "*"), (6, "ab"), (4, "é"), ("x",), (True,), (12, "<")):
                method(cases, s, name, *args)
        for args in ((5,), (0,), (-1,), (True,), ("x",)):
            method(cases, s, "zfill", *args)
            method(cases, s, "expandtabs", *args)
        for args in (("a", "<"), ("", "-"), ("l", "", 1), ("a", "bb", -1), ("x",), (1, 2), ("o", "0", 0)):
            method(cases, s, "replace", *args)
        for args in ((["a", "b"],), (("x", Markup("<y>")),), ([],), (["a", 1],), ("abc",), (5,), ({"k": 1},), (X,)):
            method(cases, s, "join", *args)
        for args in (({97: "A", 98: None, 99: 120},), ({},), ("abc",), (5,), ({97: 1.5},), ({97: -1},)):
            method(cases, s, "translate", *args)
        for args in (("ascii",), ("ascii", "replace"), ("latin-1", "ignore"), ("utf-8", "backslashreplace"), ("nope",), (1,)):
            method(cases, s, "encode", *args)
    s = "a b"
    method(cases, s, "split", sep=" ", maxsplit=1)
    method(cases, s, "split", " ", sep=" ")
    method(cases, s, "split", nope=1)
    method(cases, s, "splitlines", keepends=True)
    method(cases, s, "expandtabs", tabsize=2)
    method(cases, s, "encode", encoding="ascii", errors="strict")
    method(cases, s, "upper", 1)
    method(cases, s, "upper", x=1)
    method(cases, s, "replace", old="a", new="b")
    method(cases, s, "startswith", ("a", "b"))
    method(cases, s, "startswith", (1,))
    method(cases, s, "endswith", ())
    method(cases, s, "maketrans", "ab", "xy")
    method(cases, s, "maketrans", "ab", "x")
    method(cases, s, "maketrans", "ab", "xy", "z")
    method(cases, s, "maketrans", {"a": 1, 5: "x"})
    method(cases, s, "maketrans", {"ab": 1})
    method(cases, s, "maketrans", 1)
    for m in MARKUPS:
        method(cases, m, "striptags")
        method(cases, m, "unescape")
        method(cases, m, "escape", "<x>")
        method(cases, m, "escape", 5)
    write("str_methods.json", cases)


BYTES = [b"", b"Ab c", b" a,b,,c\t", b"\xff\xc3\xa9 x", b"-1\t2\r\n\x0b\x1cz\n\x85", b"ab" * 3]


def bytes_methods():
    cases = []
    plain = [
        "capitalize", "lower", "swapcase", "title", "upper", "isalnum", "isalpha", "isascii", "isdigit", "islower", "isspace", "istitle", "isupper",
        "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "expandtabs", "decode", "hex",
    ]
    more = [b"x1", b"1X", b"\x1c", b" \x0b", b"aB Cd", b"A\xe9", b"12", b"Z", b"a'b 1c"]
    for b in BYTES + more:
        for name in plain:
            method(cases, b, name)
    for b in BYTES:
        for name in ("count", "find", "rfind", "index", "rindex", "startswith", "endswith"):
            for args in ((b"",), (b"a",), (b"b", 2), (b"b", -3, -1), (b",", None, 3), (97,), (300,), (True,), ("a",), (None,), ((b"A", b"x"),), ((b" ", "A"),), ()):
                method(cases, b, name, *args)
        for name in ("strip", "lstrip", "rstrip", "split", "rsplit", "partition", "rpartition", "removeprefix", "removesuffix"):
            for args in ((None,), (b",",), (b"",), (b" \t\xa9\xff",), ("a",), (3,)):
                method(cases, b, name, *args)
        for args in ((b",", 1), (None, 1), (b"b", 0), (None, "x")):
            method(cases, b, "split", *args)
            method(cases, b, "rsplit", *args)
        for name in ("center", "ljust", "rjust"):
            for args in ((5,), (9, b"*"), (12, b"\xff"), (9, b"ab"), (9, "*"), ("x",)):
                method(cases, b, name, *args)
        for args in ((b"b", b"xx"), (b"", b"-"), (b"a", b"", 1), (b"a",), ("a", "b"), (b"\xc3", b"\xe0", -1)):
            method(cases, b, "replace", *args)
        for args in (([b"1", b"2"],), ((b"x",),), ([],), (["1"],), ("ab",), (b"ab",), (5,), (X,)):
            method(cases, b, "join", *args)
        for n in (0, 3, -1, "x"):
            method(cases, b, "zfill", n)
            method(cases, b, "expandtabs", n)
            method(cases, b, "splitlines", n)
        for args in (("latin-1",), ("ascii", "ignore"), ("utf-8", "replace"), ("utf-8", "ignore"), ("nope",), (1,), ("nope", 1)):
            method(cases, b, "decode", *args)
        for args in (("-",), (b":", 2), ("-", -2), ("-", 0), ("",), ("ab",), (5,), ([],), ("é",), (X,)):
            method(cases, b, "hex", *args)
        for args in ((bytes(range(256)).upper(),), (None,), (b"ab",), ("x" * 256,), ()):
            method(cases, b, "translate", *args)
        method(cases, b, "translate", None, delete=b"a\xff")
        method(cases, b, "translate", None, b" ,")
        method(cases, b, "maketrans", b"ab", b"\x00\xff")
        method(cases, b, "maketrans", b"ab", b"x")
        method(cases, b, "maketrans", "a", "b")
        for arg in ("", "00ff", " 0a\t0B ", "0", "0 0", "zz", "é", b"00", 5):
            method(cases, b, "fromhex", arg)
    b = b"a b"
    method(cases, b, "split", sep=b" ", maxsplit=1)
    method(cases, b, "splitlines", keepends=True)
    method(cases, b, "expandtabs", tabsize=2)
    method(cases, b, "hex", sep="-", bytes_per_sep=2)
    method(cases, b, "decode", encoding="ascii", errors="strict")
    method(cases, b, "replace", old=b"a", new=b"b")
    write("bytes_methods.json", cases)


def other_methods():
    cases = []
    lists = [[], [3, 1, 2], ["b", "A", "c"], [1, "a"], [[1], [0]], [1, True, 1.0, 2]]
    for v in lists:
        for args in ((1,), (None,), ([1],)):
            for name in ("append", "count", "index", "remove", "extend", "pop"):
                method(cases, v, name, *args)
        for name in ("clear", "copy", "pop", "reverse", "sort", "append"):
            method(cases, v, name)
        for i in (0, -1, 5, -9, True, "x"):
            method(cases, v, "insert", i, "new")
            method(cases, v, "pop", i)
        method(cases, v, "extend", {"k": 1})
        method(cases, v, "extend", "xy")
        method(cases, v, "extend", X)
        method(cases, v, "sort", reverse=True)
        method(cases, v, "sort", True)
        method(cases, v, "sort", nope=1)
        method(cases, v, "index", 1, 1)
        method(cases, v, "index", 2, -1, 9)
        method(cases, v, "index", 1, "x")
    for v in ((), (1, 2, 1), ("a",), range(0), range(2, 10, 3)):
        for arg in (1, 5, 2.0, "a", True, [], X):
            method(cases, v, "count", arg)
            method(cases, v, "index", arg)
    dicts = [{}, {"a": 1, "b": 2}, {1: "x", None: 2, (1, 2): 3}]
    for v in dicts:
        for name in ("clear", "copy", "items", "keys", "values", "popitem", "pop", "get", "update"):
            method(cases, v, name)
        for key in ("a", "zz", 1, 1.0, True, None, [], (1, 2), ([],), X, Markup("a")):
            for name in ("get", "pop", "setdefault"):
                method(cases, v, name, key)
                method(cases, v, name, key, 9)
        for arg in ({"a": 5, "c": 6}, [("x", 1), ["y", 2]], ["ab"], [1], [(1, 2, 3)], 5, X, [([], 1)], None):
            method(cases, v, "update", arg)
            method(cases, v, "fromkeys", arg)
        method(cases, v, "update", a=7, z=8)
        method(cases, v, "update", {"q": 1}, a=7)
        method(cases, v, "fromkeys", "ab", 0)
        method(cases, v, "get", key="a")
    for v in (0, 1, -5, 255, 256, True, 10**25, -(10**25)):
        for name in ("bit_length", "bit_count", "as_integer_ratio", "conjugate", "to_bytes"):
            method(cases, v, name)
        for args in ((2,), (2, "little"), (2, "x"), (-1, "big"), (16, "big")):
            method(cases, v, "to_bytes", *args)
            method(cases, v, "to_bytes", *args, signed=True)
        method(cases, v, "from_bytes", b"\xff\x00")
        method(cases, v, "from_bytes", b"\xff\x00", "little", signed=True)
        method(cases, v, "from_bytes", b"\xff\x00", "little", True)
        method(cases, v, "from_bytes", 5)
    for v in (0.0, -0.0, 1.0, 1.5, -0.1, 1e300, 5e-324, float("inf"), float("nan")):
        for name in ("as_integer_ratio", "hex", "is_integer", "conjugate"):
            method(cases, v, name)
    for arg in ("0x1.8p1", "1.8", "-0x10", "inf", "nan", "x", "0x1p5000", "", 5):
        method(cases, 1.0, "fromhex", arg)
    for v in ({"a": 1}.keys(), {"a": 1}.items()):
        for arg in (["a"], ["b"], [("a", 1)], 5, X):
            method(cases, v, "isdisjoint", arg)
    write("other_methods.json", cases)


SPECS = [
    "", "5", "<5", ">5", "^5", "*^9", "05", "d", "x", "#x", "#010b", ",", "_", ",d", "_x", "+", " ", "-", "c", "n", "e", ".2e", "f",
    ".3f", "08.2f", "g", ".3g", "%", ".1%", "s", ".2", ".2s", "=5", "z", "z.1f", "q", "5.", "x5x", "é^7", "{", "10,.2f", "G", "E", "+x", "#o",
]
FORMATTED = [0, 42, -7, True, 10**25, 1.5, -0.04, 1e20, float("inf"), float("nan"), "text", "é日", Markup("<m>"), None, [1], {"a": 1}, b"x", X]


def formats():
    cases = [[encode(v), [[s, attempt(lambda: str(format(v, s)))] for s in SPECS]] for v in FORMATTED]
    write("format_spec.json", cases)
    calls = []
    arguments = [
        ((), {}), ((1,), {}), (("x", 2.5), {}), ((D, [1, 2]), {}), ((), {"a": 1, "b": "<"}), ((Markup("<m>"), "<"), {"a": X}),
    ]
    templates = [
        "", "plain", "{}", "{} {}", "{0}", "{1} {0}", "{a}", "{a} {b}", "{0[a]}", "{0[b][0]}", "{0.a}", "{0.__class__}", "{0[0]}",
        "{0[-1]}", "{!r}", "{!s:>9}", "{!a}", "{:>6}", "{0:>{1}}", "{:{}}", "{:{:{}}}", "{{}}", "{{{}}}", "{", "}", "{0", "{!}", "{!x}",
        "{!rr}", "{0[}", "{0[]}", "{0.}", "{0[a]b}", "{.a}", "{[a]}", "{ a}", "{-1}", "{00}", "{0:}}", "{0}{}", "{}{0}", "{0!r:5}|",
        "{:a{}b}", "{0.nope}", "{0.nope.x}", "{a.real}", "{a!r}", "{0.upper}", "{9}", "{0[nope]}", "{0[items]}",
    ]
    for t in templates:
        for args, kwargs in arguments:
            for text in (t, Markup("<i>" + t)):
                method(calls, text, "format", *args, **kwargs)
    for t in ("{a}", "{0}", "{}", "{zz}", "{a.b}", "x"):
        for m in ({"a": 1}, {}, [1], 5, X, "s"):
            method(calls, t, "format_map", m)
            method(calls, Markup(t), "format_map", m)
        method(calls, t, "format_map")
        method(calls, t, "format_map", {}, {})
    calls = [c for c in calls if "<built-in method" not in c["want"] and "bound method" not in c["want"] and " at 0x" not in c["want"]]
    write("format_calls.json", calls)


def percent():
    formats = [
        "", "x", "%", "%%", "%s", "%r", "%a", "%d", "%i", "%u", "%x", "%X", "%#x", "%o", "%#o", "%c", "%f", "%.2f", "%e", "%g", "%G", "%5s|",
        "%-5s|", "%05d", "%+d", "% d", "%.1s", "%s %s", "%(a)s", "%(a)d", "%(zz)s", "%(a", "%(a)", "%z", "%5%", "%*d", "%-*d|", "%.*f", "%ld",
        "%s %(a)s", "%(a)s %s", "%(a)s%(a)s", "%.", "%5", "%#", "%(a(b))s", "%10.3f|", "%-10.3e|", "%+.1f", "%c%c", "%5c|",
    ]
    arguments = [
        None, True, 5, -255, 10**25, 2.675, 1e300, "a", "ab", "é<", "12", Markup("<m>"), b"b", [], [1], (), (1,), (5, 2), ("a", "b"),
        (8, 3.14159), (Markup("<"), "<"), {}, {"a": 1}, {"a": "<"}, {"a(b)": 3}, range(3), X, (X,), (1, 2, 3), ([1], "<"),
    ]
    cases = []
    for f in formats:
        for text in (f, Markup("<i>" + f)):
            cases.append([encode(text), [[encode(a), attempt(operator.mod, text, a)] for a in arguments]])
    # In Python 3.11 bytes alone know a flag z.
    arguments = [
        None, True, 5, -255, 10**25, 2.675, "a", b"a", b"ab", b"\xff", [], (), (5, 2), (b"a", "b"), {}, {"a": 1}, {b"a": b"x"}, {b"a": 5}, range(3), X, ("é",), 300,
    ]
    for f in [*formats, "%b", "%5b|", "%.1b", "é%s", "%.3a|"]:
        if f != "%z":
            text = f.encode()
            cases.append([encode(text), [[encode(a), attempt(operator.mod, text, a)] for a in arguments]])
    write("percent.json", cases)


def dumps():
    values = [
        None, True, 1, 10**25, 1.5, float("nan"), float("inf"), -float("inf"), 1e16, 1e-7, "", "é日\U0001f44d\ud800 \x00\x1f\x7f\"\\/<>&'", [],
        {}, (), [[]], [{}], {"a": [], "b": {}}, [1, [2, [3]], {"k": (4, "x")}], {1: 1, 2.5: 2, None: 3, True: 4, "s": 5},
        {"b": 1, "a": {"d": 1, "c": 2}}, {(1,): 1}, {2: 1, 10: 2, 1: 3}, {"a": 1, 1: 2}, b"x", X, range(2), {"a": X}, Markup("<m>"),
        {Markup("k"): 1}, [1.0, -0.0, 0.1], {"k\n": "v\t"},
    ]
    cases = []
    for v in values:
        case = {"value": encode(v), "results": []}
        for sort in (False, True):
            for indent in (None, 0, 1, 4, "--"):
                want = attempt(lambda: json.dumps(v, sort_keys=sort, indent=indent))
                case["results"].append([sort, indent, want])
        cases.append(case)
    write("json_dumps.json", cases)


def loads():
    rng = random.Random(2)
    texts = [
        "", " ", "null", "true", "false", "nul", "NaN", "Infinity", "-Infinity", "-NaN", "0", "-0", "01", "-", "1.", ".5", "1e5", "1E+5", "1e", "1.5e-3",
        "1e400", "-1e400", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "123456789012345678901234567890",
        '""', '"a"', '"', '"\\"', '"\\n\\u0041\\ud83d\\udc4d\\ud800\\/"', '"\\ud800\\u0041"', '"\\ud83d\\ud83d\\udc4d"', '"\\x"', '"\\u12"', '"\\u12g4"', '"a\nb"', '"\x7f"',
        '"\t"', '"é日"', "[]", "[1,]", "[,1]", "[1 2]", "[1", "[", "]", "{}", "{,}", '{"a":1}', '{"a":1,}', '{"a"}', '{"a":}', "{a:1}", "{1:1}", '{"a":1 "b":2}',
        '{"a":1,"b":2,"a":3}', "{", ' \t\r\n[ 1 , 2 ] ', "[1]x", "\ufeff1", "\u00a01", "'a'", "1_000", "0x10", "+1", "tru", "[true,false,null]",
        '{"a":{"b":[{"c":null}]}}', "nan", "inf", "-1.0", "1.0", "100000000000000000000.5", '{"":1}', '"\\b\\f\\r\\t\\\\"', "\x0c1", '"\\U0041"', "[1]]", "9" * 4300, "9" * 4301,
        "1" + "0" * 308 + ".0",
    ]
    seeds = [t for t in texts if len(t) < 60]
    for _ in range(400):
        s = list(rng.choice(seeds) + rng.choice(["", rng.choice(seeds)]))
        for _ in range(rng.randint(1, 3)):
            if s and rng.random() < 0.5:
                del s[rng.randrange(len(s))]
            else:
                s.insert(rng.randint(0, len(s)), rng.choice('{}[]",:0123456789.eE+-\\untfalse '))
        texts.append("".join(s))
    write("json_loads.json", [[t, attempt(json.loads, t)] for t in texts])


def powers():
    rng = random.Random(3)
    cases = []
    for _ in range(1500):
        x = rng.choice([rng.uniform(0, 3), rng.uniform(0, 1e6), float(rng.randint(1, 50)), 10 ** rng.uniform(-300, 300)])
        y = rng.choice([rng.uniform(-5, 5), float(rng.randint(-30, 30)), rng.randint(1, 60) / 4])
        cases.append([repr(x), repr(y), attempt(operator.pow, x, y)])
    write("float_powers.json", cases)


def html():
    from markupsafe import escape

    write("escape.json", [[encode(v), attempt(escape, v)] for v in VALUES])


binary()
unary()
access()
slices()
str_methods()
bytes_methods()
other_methods()
formats()
percent()
dumps()
loads()
powers()
html()
