"""Writes trees.json: templates and the trees that Jinja2's own parser makes.

Run it in this folder with Jinja2 3.1: python3 trees.py > trees.json
A case is [template, tree], or [template, null, message] where Jinja2 refuses
the template for a reason that its tree alone gives; dump_test.go writes our
trees in the same form.  The templates are cases.txt (one per line as a JSON
string) and random ones, always the same.

python3 trees.py SEED COUNT writes other random templates, for a wider search.
"""

import json
import os
import random
import struct
import sys
import warnings

from jinja2 import BaseLoader, TemplateAssertionError, TemplateSyntaxError, nodes, pass_context
from jinja2.compiler import find_undeclared
from jinja2.sandbox import SandboxedEnvironment

warnings.simplefilter("ignore")
ENV = SandboxedEnvironment(loader=BaseLoader())
# Known names, so that an unknown one does not hide another error; a filter that
# needs the context is never folded into a constant.
ENV.filters.update(dict.fromkeys(["f", "g", "f.g"], pass_context(lambda *args, **kwargs: "")))
ENV.tests["t"] = bool
BINARY = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**",
          "And": "and", "Or": "or"}
COMPARE = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in",
           "notin": "not in"}


def quote(text):
    shown = (c if " " <= c <= "~" and c not in '<"' else f"<{ord(c):x}>" for c in text)
    return '"' + "".join(shown) + '"'


def constant(value):
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value) if value < 1 << 63 else hex(value)
    if isinstance(value, float):
        return "float:" + struct.pack(">d", value).hex()
    return quote(value)


def group(head, *items):
    return "(" + " ".join([head, *(item for item in items if item)]) + ")"


def optional(node):
    return "_" if node is None else tree(node)


def trees(items):
    return " ".join(tree(item) for item in items)


def part(name, body):
    return group(name, trees(body)) if body else ""


def arguments(node):
    items = [tree(arg) for arg in node.args]
    items += [group("=", keyword.key, tree(keyword.value)) for keyword in node.kwargs]
    if node.dyn_args is not None:
        items.append(group("star", tree(node.dyn_args)))
    if node.dyn_kwargs is not None:
        items.append(group("starstar", tree(node.dyn_kwargs)))
    return " ".join(items)


def parameters(node):
    plain = len(node.args) - len(node.defaults)
    items = [arg.name for arg in node.args[:plain]]
    items += [group("default", arg.name, tree(value))
              for arg, value in zip(node.args[plain:], node.defaults)]
    return group("params", *items)


def uses(node):
    declared = {arg.name for arg in node.args}
    names = find_undeclared(node.body, ("caller", "kwargs", "varargs"))
    return " ".join(f"uses-{name}" for name in sorted(names)
                    if name == "caller" or name not in declared)


def uses_loop(node):
    return "loop" in find_undeclared(node.body, ("loop",)) or any(
        block.scoped for block in node.find_all(nodes.Block))


def tree(node):
    kind = type(node).__name__
    if kind in BINARY:
        return group(BINARY[kind], tree(node.left), tree(node.right))
    return globals()[f"tree_{kind.lower()}"](node)


def tree_output(n): return group("output", trees(n.nodes))
def tree_templatedata(n): return group("text", quote(n.data))
def tree_name(n): return quote(n.name) + {"load": "", "store": "!", "param": "?"}[n.ctx]
def tree_nsref(n): return group("ns", n.name, n.attr)
def tree_const(n): return group("const", constant(n.value))
def tree_list(n): return group("list", trees(n.items))
def tree_tuple(n): return group("tuple", trees(n.items))
def tree_dict(n): return group("dict", trees(n.items))
def tree_pair(n): return group("pair", tree(n.key), tree(n.value))
def tree_condexpr(n): return group("cond", tree(n.test), tree(n.expr1), optional(n.expr2))
def tree_not(n): return group("not", tree(n.node))
def tree_neg(n): return group("neg", tree(n.node))
def tree_pos(n): return group("plus", tree(n.node))
def tree_concat(n): return group("~", trees(n.nodes))
def tree_compare(n): return group("compare", tree(n.expr), trees(n.ops))
def tree_operand(n): return group(COMPARE[n.op], tree(n.expr))
def tree_filter(n): return group("filter", optional(n.node), n.name, arguments(n))
def tree_test(n): return group("test", tree(n.node), n.name, arguments(n))
def tree_call(n): return group("call", tree(n.node), arguments(n))
def tree_getattr(n): return group("attr", tree(n.node), n.attr)
def tree_getitem(n): return group("item", tree(n.node), tree(n.arg))
def tree_slice(n): return group("slice", optional(n.start), optional(n.stop), optional(n.step))


def tree_if(n):
    branches = [group("when", tree(b.test), trees(b.body)) for b in [n, *n.elif_]]
    return group("if", *branches, part("else", n.else_))


def tree_for(n):
    return group("for", tree(n.target), tree(n.iter), optional(n.test),
                 "recursive" if n.recursive else "", "uses-loop" if uses_loop(n) else "",
                 part("body", n.body), part("else", n.else_))


def tree_macro(n): return group("macro", n.name, uses(n), parameters(n), trees(n.body))
def tree_callblock(n): return group("callblock", tree(n.call), uses(n), parameters(n), trees(n.body))
def tree_filterblock(n): return group("filterblock", tree(n.filter), trees(n.body))
def tree_assign(n): return group("set", tree(n.target), tree(n.node))
def tree_extends(n): return group("extends", tree(n.template))


def tree_with(n):
    pairs = [group("let", tree(target), tree(value)) for target, value in zip(n.targets, n.values)]
    return group("with", *pairs, trees(n.body))


def tree_assignblock(n):
    return group("setblock", tree(n.target), optional(n.filter), trees(n.body))


def tree_block(n):
    return group("block", n.name, "scoped" if n.scoped else "", "required" if n.required else "",
                 trees(n.body))


def tree_scope(n):
    return group("autoescape", tree(n.body[0].options[0].value), trees(n.body[0].body))


def tree_include(n):
    return group("include", tree(n.template), "ignore" if n.ignore_missing else "",
                 "context" if n.with_context else "")


def tree_import(n):
    return group("import", tree(n.template), n.target, "context" if n.with_context else "")


def tree_fromimport(n):
    names = [f"{a[0]}={a[1]}" if isinstance(a, tuple) else f"{a}={a}" for a in n.names]
    return group("from", tree(n.template), *names, "context" if n.with_context else "")


def case(source):
    try:
        result = trees(ENV.parse(source).body)
        ENV.compile(source)
    except (TemplateSyntaxError, SyntaxError, ValueError, AttributeError) as error:
        message = str(error)
        if isinstance(error, TemplateAssertionError) and message.startswith(("No filter", "No test")):
            return [source, result]
        return [source, None, message]
    return [source, result]


TEXT = ["a", " ", "\n", "  \n", "\n  ", "\t", "\xa0", "\u2003", "\u200b", "\x1c", "\x85", "\r\n", "\r",
        "é", "{", "}", "%}", "}}", "#}", "-", "<"]
TAGS = ["{{ x }}", "{{- x }}", "{{ x -}}", "{{-x-}}", "{{+x}}", "{# c #}", "{#- c #}", "{# c -#}",
        "{#-c-#}", "{#+c+#}", "{% set y = 1 %}", "{%- set y = 1 %}", "{% set y = 1 -%}",
        "{%+ set y = 1 +%}", "{%-set y=1-%}", "{% raw %}", "{%- raw -%}", "{% endraw %}",
        "{%- endraw -%}", "{%+ endraw +%}", "{% raw -%}", "{%endraw-%}"]
ATOMS = ["x", "y", "loop", "1", "2.5", "'s'", "true", "none", "[x, 1]", "(x, y)", "()", "{'a': x}",
         "(x)", "[]", "f(x)", "f(x, k=1, *y, **z)", "x.a", "x.0", "x['k']", "x[1:2]", "x[:]", "x[::2]",
         "'a' 'b'", "not", "in", "if"]
JOINS = [" + ", " - ", " * ", " / ", " // ", " % ", " ** ", " ~ ", " == ", " != ", " < ", " <= ",
         " > ", " >= ", " in ", " not in ", " and ", " or ", " if ", " else ", ", ", " is ",
         " is not ", "|", ".", " not ", " "]
AFTER = ["|f", "|f(1)", "|f.g", " is t", " is not t", " is t(1)", " is t 1", " is t x.y[0]", ".a", "[0]",
         "(1)", "[x, y]", "[1:]", "[]", "|f(x=1)"]
BEFORE = ["-", "+", "not ", "- -", "not not ", "("]
NUMBERS = ["0", "1", "7", "_", ".", "e", "E", "+", "-", "x", "b", "o", "f", "9", "00", "1_0", "0x", "٣"]
STRINGS = ["\\", "x", "4", "1", "u", "U", "N", "{", "}", "BULLET", "0", "7", "n", "'", '"', "é", "👍", "\n",
           "0000", "q", "\\u2022", "\\x41", "\\N{LF}"]
PIECES = ["{% if x %}", "{% elif y %}", "{% else %}", "{% endif %}", "{% for a in x %}", "{% endfor %}",
          "{% for a, b in x if a recursive %}", "{% for a in x: %}", "{% for loop in x %}", "{{ loop }}",
          "{% set a = 1 %}", "{% set a, b = 1, 2 %}", "{% set n.a = 1 %}", "{% set a %}",
          "{% set a|f|g(1) %}", "{% endset %}", "{% with %}", "{% with a = 1, b = a %}", "{% endwith %}",
          "{% macro m(a, b=1) %}", "{% macro n(caller, a) %}", "{% macro o(kwargs) %}", "{% endmacro %}",
          "{{ caller() }}", "{{ varargs }}", "{{ kwargs }}", "{% set caller = 1 %}", "{% call m() %}",
          "{% call(a) x.m(1) %}", "{% endcall %}", "{% filter f|g %}", "{% endfilter %}",
          "{% block a %}", "{% block b scoped %}", "{% block c required %}", "{% endblock %}",
          "{% endblock a %}", "{% extends 'x' %}", "{% include 'x' %}",
          "{% include x ignore missing without context %}", "{% import 'x' as a with context %}",
          "{% from 'x' import a, b as c with context %}", "{% autoescape x %}", "{% endautoescape %}",
          "{% print x, y %}", "{{ x }}", "text", "\n", " ", "{% set loop = 1 %}", "{% with loop = loop %}",
          "{% do x %}", "{% break %}"]


def random_expression(rng, depth=0):
    kind = rng.random()
    if depth > 3 or kind < 0.3:
        return rng.choice(ATOMS)
    if kind < 0.6:
        return random_expression(rng, depth + 1) + rng.choice(JOINS) + random_expression(rng, depth + 1)
    if kind < 0.85:
        return random_expression(rng, depth + 1) + rng.choice(AFTER)
    prefix = rng.choice(BEFORE)
    return prefix + random_expression(rng, depth + 1) + (")" if prefix == "(" else "")


def random_body(rng, depth=0):
    """Pieces that mostly nest as they have to."""
    out = []
    for _ in range(rng.randrange(1, 4)):
        piece = rng.choice(PIECES)
        out.append(piece)
        name = piece.split()[1].split("(")[0] if piece.startswith("{%") else ""
        opens = name in ("if", "for", "with", "macro", "call", "filter", "block", "autoescape")
        if (opens or (name == "set" and "=" not in piece)) and rng.random() < 0.95:
            if depth < 4:
                out.append(random_body(rng, depth + 1))
            out.append("{% end" + name + " %}")
    return "".join(out)


def random_template(rng):
    def soup(pieces, most):
        return "".join(rng.choice(pieces) for _ in range(rng.randrange(1, most)))

    kind = rng.randrange(8)
    if kind == 0:
        return soup(TEXT + TAGS, 10)
    if kind <= 2:
        return "{{ " + random_expression(rng) + " }}"
    if kind == 3:
        return "{{ " + soup(ATOMS + JOINS + AFTER + BEFORE + ["]", ")", "}", "*", "=", ":"], 7) + " }}"
    if kind == 4:
        return "{{ " + soup(NUMBERS, 8) + " }}"
    if kind == 5:
        return "{{ '" + soup(STRINGS, 7) + "' }}"
    return random_body(rng)


def main():
    seed, count = (int(arg) for arg in sys.argv[1:3]) if len(sys.argv) > 2 else (1, 1500)
    rng = random.Random(seed)
    sources = [random_template(rng) for _ in range(count)]
    if len(sys.argv) <= 2:
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "cases.txt")) as file:
            sources = [json.loads(line) for line in file if line.strip()] + sources
    cases = [case(source) for source in dict.fromkeys(sources)]
    print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")


main()
