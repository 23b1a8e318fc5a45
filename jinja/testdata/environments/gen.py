"""Makes cases.json and random.json: what the real Jinja2 (3.1.2, Debian's
python3-jinja2) makes of templates that need more than NetBox's environment has:
a loader, extensions, autoescaping, other undefined types, globals.

Left out are the differences that docs/templates.md names, and what prints
addresses.

Run it in this folder:  /usr/bin/python3 -W ignore gen.py
"""
import copy
import json
import random

from jinja2 import (
    BaseLoader, ChainableUndefined, DebugUndefined, DictLoader, StrictUndefined,
    Undefined,
)
from jinja2.exceptions import (
    SecurityError, TemplateNotFound, TemplateSyntaxError, UndefinedError,
)
from jinja2.sandbox import SandboxedEnvironment

KINDS = [
    (TemplateSyntaxError, "syntax"), (SyntaxError, "syntax"), (UndefinedError, "undefined"),
    (SecurityError, "security"), (TemplateNotFound, "template_not_found"),
    (TypeError, "type"), (ValueError, "value"), (OverflowError, "overflow"),
]
UNDEFINED = {
    "lenient": Undefined, "chainable": ChainableUndefined,
    "debug": DebugUndefined, "strict": StrictUndefined,
}
CONTEXT = {
    "name": "ams1", "html": "<b>&", "n": 3, "none": None, "list": [1, 2, 3], "words": ["b", "a", "c"],
    "data": {"name": "sw-01", "status": {"value": "active"}, "tags": ["x", "y"]},
    "tree": [{"n": "a", "c": [{"n": "a1", "c": []}, {"n": "a2", "c": [{"n": "a2x", "c": []}]}]}, {"n": "b", "c": []}],
    "which": "child", "missing_name": "nope.txt",
}


def run(case, templates=None):
    """Adds what Jinja2 makes of a case: expected, or error and phase."""
    options = copy.deepcopy(case.get("options", {}))
    templates = case.get("templates", templates)
    env = SandboxedEnvironment(
        loader=BaseLoader() if templates is None else DictLoader(templates),
        autoescape=options.get("autoescape", False),
        undefined=UNDEFINED[options.get("undefined", "lenient")],
        extensions=["jinja2.ext." + name for name in options.get("extensions", [])],
    )
    env.globals.update(options.get("globals", {}))
    phase = "compile"
    try:
        template = env.from_string(case["main"])
        phase = "render"
        case["expected"] = template.render(json.loads(json.dumps(CONTEXT)))
    except Exception as error:
        case["error"] = next((kind for cls, kind in KINDS if isinstance(error, cls)), "other")
        case["phase"] = phase
        case["message"] = f"{type(error).__name__}: {error}"[:200]
    return case


# Cases left out: differences that docs/templates.md names.
DIFFERENT = {
    # Fails at the tag instead of where the escaping is needed.
    ("undefined_strict", "{% autoescape nope %}{% endautoescape %}"),
}

CASES = []
SETS = {}  # what cases share: templates by the name of their group


def add(group, main, templates=None, **options):
    if (group, main) in DIFFERENT:
        return
    case = {"name": f"{group}/{sum(c['name'].startswith(group + '/') for c in CASES) + 1}", "main": main}
    if templates is not None:
        case["set"] = group
        SETS[group] = templates
    if options:
        case["options"] = options
    run(case, templates)
    if " at 0x" not in case.get("expected", ""):
        CASES.append(case)


def includes():
    t = {
        "plain": "[plain]", "name": "[{{ name }}]", "x": "[x={{ x }}]", "sets": "{% set x = 'inner' %}[{{ x }}]",
        "broken": "{% if %}", "fails": "{{ 1 // 0 }}", "deep": "<{% include 'x' %}>", "self": "{{ self }}",
        "nofilter": "{{ 1|nope }}", "macro": "{% macro m(a) %}({{ a }}{{ x }}){% endmacro %}{{ m(1) }}",
        "loop": "{{ loop.index if loop is defined else 'no loop' }}", "child": "{% extends 'base' %}{% block a %}A{% endblock %}",
        "base": "base:{% block a %}a{% endblock %}", "newline": "line\n", "two": "line\n\n", "missing": "{% include 'nowhere' %}",
        "item": "<{{ item }}>", "caller": "{{ caller() if caller is defined else 'no caller' }}", "undefinedname": "{{ nope.x }}",
        "block": "{% block a %}included {{ x }}{% endblock %}",
    }
    for source in [
        "{% include 'plain' %}", "{% include 'name' %}", "{% set x = 1 %}{% include 'x' %}",
        "{% set x = 1 %}{% include 'x' without context %}", "{% set x = 1 %}{% include 'x' with context %}",
        "{% include 'name' without context %}", "{% include 'sets' %}{{ x }}", "{% set x = 1 %}{% include 'sets' %}{{ x }}",
        "{% include 'nowhere' %}", "{% include 'nowhere' ignore missing %}.", "{% include 'nowhere' ignore missing with context %}.",
        "{% include 'nowhere' ignore missing without context %}.", "{% include 'missing' ignore missing %}.",
        "{% include ['nowhere', 'plain'] %}", "{% include ['nowhere', 'never'] %}", "{% include ['nowhere', 'never'] ignore missing %}.",
        "{% include [] %}", "{% include [] ignore missing %}.", "{% include ('plain', 'name') %}", "{% include () ignore missing %}.",
        "{% include missing_name %}", "{% include missing_name ignore missing %}.", "{% include undefined_name %}",
        "{% include undefined_name ignore missing %}.", "{% include [undefined_name, 'plain'] %}",
        "{% include [undefined_name] %}", "{% include [undefined_name] ignore missing %}.", "{% include 42 %}", "{% include 42 ignore missing %}",
        "{% include none %}", "{% include none ignore missing %}.", "{% include n %}", "{% include [n, 'plain'] %}", "{% include [none] ignore missing %}.",
        "{% include [[1], 'plain'] %}", "{% include [{}] %}", "{% include {} %}", "{% include {'plain': 1} %}", "{% include '' %}", "{% include '' ignore missing %}.",
        "{% include 'pl' ~ 'ain' %}", "{% include 'plain' if n == 3 else 'name' %}", "{% include 'plain' if n == 4 %}",
        "{% include words %}", "{% include words ignore missing %}.", "{% include ['plain']|list %}", "{% include ['nowhere', 'plain']|reverse %}", "{% include 'plain'|safe %}", "{% include 'plain'|upper %}",
        "{% include 'broken' %}", "{% include 'broken' ignore missing %}", "{% include 'fails' %}", "{% include 'nofilter' %}",
        "{% for x in list %}{% include 'x' %}{% endfor %}", "{% for x in list %}{% include 'x' without context %}{% endfor %}",
        "{% for x in list %}{% include 'loop' %}{% endfor %}", "{% for item in list %}{{ loop.index }}{% include 'loop' %}{% endfor %}",
        "{% for item in list %}{% set x = item * 2 %}{% include 'x' %}{% endfor %}",
        "{% macro m(x) %}{% include 'x' %}{% endmacro %}{{ m(5) }}", "{% macro m(x) %}{% include 'x' without context %}{% endmacro %}{{ m(5) }}",
        "{% macro m() %}{% include 'caller' %}{% endmacro %}{% call m() %}called{% endcall %}",
        "{% macro m() %}{{ caller() }}{% include 'caller' %}{% endmacro %}{% call m() %}called{% endcall %}",
        "{% with x = 7 %}{% include 'x' %}{% endwith %}{% include 'x' %}", "{% set x = 1 %}{% include 'deep' %}", "{% set x = 1 %}{% include 'macro' %}",
        "{% include 'self' %}", "{% include 'child' %}", "{% block a %}mine{% endblock %}{% include 'child' %}", "{% include 'newline' %}|", "{% include 'two' %}|",
        "{% set x %}{% include 'plain' %}{% endset %}{{ x|upper }}", "{% filter upper %}{% include 'plain' %}{% endfilter %}",
        "{% if n == 3 %}{% set x = 1 %}{% endif %}{% include 'x' %}", "{% if n == 4 %}{% set x = 1 %}{% endif %}{% include 'x' %}",
        "{% include 'item' %}{% for item in list %}{% include 'item' %}{% endfor %}", "{% for _x in list %}{% include 'x' %}{% endfor %}",
        "{% include 'undefinedname' %}", "{% set name = 'other' %}{% include 'name' %}{{ name }}", "{% set name = 'other' %}{% include 'name' without context %}",
        "{% block a %}{% set x = 1 %}{% include 'x' %}{% endblock %}", "{% set x = 1 %}{% block a %}{% include 'x' %}{% endblock %}{% include 'block' %}",
        "{% for x in list if x > 1 %}{% include 'x' %}{% else %}none{% endfor %}", "{% for x in [] %}{% else %}{% set x = 9 %}{% include 'x' %}{% endfor %}",
        "{% for a, x in [(1, 2)] recursive %}{% include 'x' %}{% endfor %}", "{% include 'plain' with %}", "{% include %}", "{% include 'a' ignore %}",
        "{% include 'x' %}{% set x = 2 %}{% include 'x' %}{% set x = 3 %}{% include 'x' %}",
        "{% set ns = namespace(x=1) %}{% include 'x' %}{% set ns.x = 2 %}{{ ns.x }}",
        "{% import 'macro' as x %}{% include 'plain' %}{{ x.m(1) }}", "{% set range = 1 %}{% include 'x' %}{{ range }}",
    ]:
        add("include", source, t)
    for source in ["{% include 'plain' %}", "{% include 'plain' ignore missing %}.", "{% include ['plain'] %}", "{% include [] %}",
                   "{% include nope %}", "{% include n %}", "{% include n ignore missing %}", "{% include [] ignore missing %}.",
                   "{% import 'plain' as p %}", "{% from 'plain' import p %}", "{% extends 'plain' %}", "{% extends nope %}", "{% import nope as p %}",
                   "{% import n as p %}", "{% extends none %}"]:
        add("noloader", source)


def imports():
    t = {
        "m": "top {% set v = 'value' %}{% set _private = 1 %}{% macro f(a, b='d') %}f({{ a }},{{ b }},{{ name }},{{ v }}){% endmacro %}"
             "{% macro _hidden() %}hidden{% endmacro %}",
        "ctx": "{% macro f() %}{{ name }}/{{ x }}{% endmacro %}{% set seen = x %}", "loop": "{% for i in list %}{{ i }}{% endfor %}",
        "set_loop": "{% for i in [1] %}{% set inside = i %}{% endfor %}{% if true %}{% set inif = 2 %}{% endif %}{% with %}{% set inwith = 3 %}{% endwith %}",
        "reimport": "{% import 'm' as m %}{% from 'm' import f as g, v %}{% set own = m.v %}{% macro h() %}{{ g(1) }}{% endmacro %}",
        "child": "{% extends 'parent' %}{% set c = 1 %}{% macro mc() %}mc{% endmacro %}{% block b %}child block{% endblock %}",
        "parent": "{% set p = 2 %}{% macro mp() %}mp{% endmacro %}{% block b %}parent block{% endblock %}",
        "counter": "{% set items = [] %}{% macro add(x) %}{% set _ = items.append(x) %}{{ items|length }}{% endmacro %}",
        "callers": "{% macro wrap(tag) %}<{{ tag }}>{{ caller() }}</{{ tag }}>{% endmacro %}{% macro each(l) %}{% for i in l %}{{ caller(i) }}{% endfor %}{% endmacro %}",
        "blockset": "{% block b %}{% set inblock = 1 %}{% endblock %}{% set text %}captured{% endset %}", "broken": "{% endif %}", "fails": "{{ 1//0 }}",
        "unpack": "{% set a, b = 1, 2 %}{% set ns = namespace(z=5) %}", "rec": "{% macro r(t) %}{% for i in t %}{{ i.n }}({{ r(i.c) }}){% endfor %}{% endmacro %}",
        "cycle_a": "{% import 'cycle_b' as b %}{% macro f() %}a{% endmacro %}", "cycle_b": "{% import 'cycle_a' as a %}", "usesglobal": "{% macro f() %}{{ range(3)|list }}{% endmacro %}",
        "late": "{% macro f() %}{{ later }}{% endmacro %}{% set later = 'set later' %}", "override": "{% set f = 1 %}{% macro f() %}macro{% endmacro %}", "empty": "",
        "del": "{% macro f() %}{{ name }}{% endmacro %}{% set name = 'own' %}",
    }
    for source in [
        "{% import 'm' as m %}{{ m.f(1) }}", "{% import 'm' as m %}[{{ m }}]", "{% import 'm' as m %}{{ m.v }}", "{% import 'm' as m %}{{ m._private }}|{{ m._hidden }}",
        "{% import 'm' as m %}{{ m._hidden() }}", "{% import 'm' as m %}{{ m.nope.x }}", "{% import 'm' as m %}{{ m.nope }}|{{ m.nope is defined }}", "{% import 'm' as m %}{{ m.nope() }}",
        "{% import 'm' as m %}{{ m['v'] }}", "{% import 'm' as m %}{{ m['nope'] }}", "{% import 'm' as m %}{{ m|attr('v') }}", "{% import 'm' as m %}{{ m.__name__ }}", "{% import 'm' as m %}{{ m.__class__ }}",
        "{% import 'm' as m %}{{ m is mapping }}{{ m is iterable }}{{ m is callable }}{{ m is string }}", "{% import 'm' as m %}{{ m|length }}", "{% import 'm' as m %}{{ m|upper }}",
        "{% import 'm' as m %}{% for x in m %}{% endfor %}", "{% import 'm' as m with context %}{{ m.f(1) }}", "{% import 'm' as m without context %}{{ m.f(1) }}",
        "{% from 'm' import f %}{{ f(1, 2) }}", "{% from 'm' import f, v %}{{ f(1, b=3) }}{{ v }}", "{% from 'm' import f as g %}{{ g(1) }}{{ f }}",
        "{% from 'm' import nope %}", "{% from 'm' import nope %}{{ nope }}", "{% from 'm' import nope %}{{ nope is defined }}", "{% from 'm' import nope %}{{ nope() }}",
        "{% from 'm' import nope as yes %}{{ yes.x }}", "{% from 'm' import _private %}{{ _private }}", "{% from 'm' import _hidden as h %}{{ h() }}",
        "{% from 'm' import f with context %}{{ f(1) }}", "{% from 'm' import f, v with context %}{{ f(1) }}{{ v }}", "{% from 'm' import f without context %}{{ f(1) }}",
        "{% from 'm' import f, %}{{ f(1) }}", "{% from 'm' import f, with context %}{{ f(1) }}", "{% from 'm' import %}", "{% from 'm' import f v %}", "{% import 'm' %}", "{% from 'm' import f.x %}",
        "{% set x = 5 %}{% import 'ctx' as c %}{{ c.f() }}", "{% set x = 5 %}{% import 'ctx' as c with context %}{{ c.f() }}{{ c.seen }}", "{% set x = 5 %}{% import 'ctx' as c with context %}{% set x = 6 %}{{ c.f() }}",
        "{% for x in list %}{% import 'ctx' as c with context %}{{ c.f() }}{% endfor %}{{ c }}", "{% for x in list %}{% from 'ctx' import f with context %}{{ f() }}{% endfor %}{{ f }}",
        "{% import 'loop' as l %}[{{ l }}]", "{% import 'loop' as l with context %}[{{ l }}]", "{% import 'set_loop' as s %}{{ s.inside }}|{{ s.inif }}|{{ s.inwith }}",
        "{% import 'reimport' as r %}{{ r.own }}|{{ r.m }}|{{ r.g }}|{{ r.v }}|{{ r.h() }}", "{% import 'child' as c %}[{{ c }}]{{ c.c }}|{{ c.mc() }}|{{ c.p }}", "{% import 'child' as c %}{{ c.mp() }}", "{% from 'child' import mp, p %}{{ mp }}{{ p }}",
        "{% import 'counter' as a %}{% import 'counter' as b %}{{ a.add(1) }}{{ b.add(1) }}{{ a.items }}", "{% import 'counter' as a with context %}{% import 'counter' as b with context %}{{ a.add(1) }}{{ b.add(1) }}",
        "{% import 'callers' as c %}{% call c.wrap('b') %}{{ name }}{% endcall %}", "{% import 'callers' as c %}{% call(i) c.each(list) %}[{{ i }}]{% endcall %}", "{% from 'callers' import wrap %}{{ wrap('i') }}",
        "{% import 'blockset' as b %}{{ b.inblock }}|{{ b.text }}", "{% import 'broken' as b %}", "{% import 'fails' as b %}", "{% import 'nowhere' as b %}", "{% import none as b %}", "{% import list as b %}", "{% import ['m'] as b %}", "{% import undefined_name as b %}", "{% from 'nowhere' import b %}",
        "{% import 'unpack' as u %}{{ u.a }}{{ u.b }}{{ u.ns.z }}", "{% import 'rec' as r %}{{ r.r(tree) }}", "{% import 'cycle_a' as a %}{{ a.f() }}", "{% import 'usesglobal' as u %}{{ u.f() }}", "{% import 'late' as l %}{{ l.f() }}",
        "{% import 'override' as o %}{{ o.f() }}", "{% import 'empty' as e %}[{{ e }}]{{ e is defined }}{{ 1 if e else 0 }}", "{% import 'del' as d %}{{ d.f() }}", "{% import 'del' as d with context %}{{ d.f() }}",
        "{% if true %}{% import 'm' as m %}{% endif %}{{ m.v }}", "{% if false %}{% import 'm' as m %}{% endif %}{{ m }}", "{% macro a() %}{% import 'm' as m %}{{ m.f(2) }}{% endmacro %}{{ a() }}{{ m }}",
        "{% macro a() %}{% from 'm' import f %}{{ f(2) }}{% endmacro %}{{ a() }}", "{% import 'm' as m %}{% macro a() %}{{ m.f(2) }}{% endmacro %}{{ a() }}", "{% import 'm' as m %}{% block b %}{{ m.f(2) }}{% endblock %}", "{% from 'm' import f %}{% block b %}{{ f(2) }}{% endblock %}",
        "{% import 'm' as m %}{% for i in list %}{{ m.f(i) }}{% endfor %}", "{% import 'm' as name %}{{ name.v }}", "{% import 'm' as m %}{% set m = 1 %}{{ m }}", "{{ m }}{% import 'm' as m %}{{ m.v }}",
        "{% import 'm' as m %}{{ m.f.name }}|{{ m.f.arguments }}|{{ m.f.catch_kwargs }}|{{ m.f.caller }}", "{% import 'm' as m %}{{ m == m }}{{ m != 1 }}", "{% import 'm' as m %}{{ {'a': m}.a.v }}", "{% import 'm' as m %}{{ m + 'x' }}", "{% import 'm' as m %}{{ m ~ 'x' }}",
        "{% import 'm' as m %}{% import 'm' as k %}{{ m == k }}{{ m is sameas k }}", "{% import 'm' as m with context %}{% import 'm' as k with context %}{{ m == k }}", "{% import 'm' as m %}{{ m.f is callable }}",
        "{% import 'm' as loop %}", "{% from 'm' import f as loop %}", "{% import 'm' as self %}{{ self.v }}", "{% import 'm' as m %}{% set m.v = 1 %}",
    ]:
        add("import", source, t)


def inheritance():
    t = {
        "base": "<{% block a %}base a{% endblock %}|{% block b %}base b{% endblock %}>", "mid": "{% extends 'base' %}{% block a %}mid a({{ super() }}){% endblock %}",
        "nested": "{% block outer %}[{% block inner %}inner{% endblock %}]{% endblock %}", "vars": "{% set v = 'base' %}{{ v }}{% block a %}{{ v }}{% endblock %}",
        "scopes": "{% for i in list %}{% block item %}{{ i }}{% endblock %}{% endfor %}", "scoped": "{% for i in list %}{% block item scoped %}{{ i }}{% endblock %}{% endfor %}",
        "required": "{% block a required %}{% endblock %}", "required_mid": "{% extends 'required' %}", "self": "{% block a %}A{% endblock %}{{ self.a() }}",
        "macros": "{% macro m() %}base macro{% endmacro %}{% block a %}{{ m() }}{% endblock %}", "noblocks": "no blocks {{ v }}", "loopvar": "{% for i in list %}{% block item scoped %}{{ loop.index }}{% endblock %}{% endfor %}",
        "cycle": "{% extends 'cycle' %}", "cycle1": "{% extends 'cycle2' %}", "cycle2": "{% extends 'cycle1' %}", "broken": "{% block a %}", "output": "before {% extends 'base' %}",
        "withblock": "{% with x = 1 %}{% block a %}{{ x }}{% endblock %}{% endwith %}", "withscoped": "{% with x = 1 %}{% block a scoped %}{{ x }}{% endblock %}{% endwith %}",
        "ifblock": "{% if n == 3 %}{% block a %}yes{% endblock %}{% else %}no{% endif %}", "filterblock": "{% filter upper %}{% block a %}base{% endblock %}{% endfilter %}", "includes": "{% block a %}{% include 'noblocks' %}{% endblock %}",
        "macroblock": "{% macro m(x) %}{% block a %}{{ x }}{% endblock %}{% endmacro %}{{ m(3) }}", "macroscoped": "{% macro m(x) %}{% block a scoped %}{{ x }}{% endblock %}{% endmacro %}{{ m(3) }}", "setblock": "{% set x %}{% block a %}captured{% endblock %}{% endset %}{{ x|upper }}",
        "superself": "{% block a %}{{ self.b() }}{% endblock %}{% block b %}base b{% endblock %}", "callblock": "{% macro m() %}({{ caller() }}){% endmacro %}{% call m() %}{% block a %}base{% endblock %}{% endcall %}",
        "setinblock": "{% block a %}{% set x = 1 %}{{ x }}{% endblock %}{{ x }}{% block b %}{{ x }}{% endblock %}",
    }
    for source in [
        "{% extends 'base' %}", "{% extends 'base' %}{% block a %}child{% endblock %}", "{% extends 'base' %}{% block a %}{{ super() }}+{% endblock %}", "{% extends 'mid' %}{% block a %}{{ super() }}+{% endblock %}", "{% extends 'mid' %}{% block a %}{{ super.super() }}+{% endblock %}",
        "{% extends 'mid' %}{% block a %}{{ super.super.super() }}{% endblock %}", "{% extends 'mid' %}{% block a %}{{ super() }}{{ super() }}{% endblock %}", "{% extends 'base' %}{% block c %}{{ super() }}{% endblock %}", "{% extends 'base' %}{% block a %}{% block c %}{{ super() }}{% endblock %}{% endblock %}",
        "{% extends 'base' %}{% block b %}{{ self.a() }}{% endblock %}", "{% extends 'base' %}{% block a %}{{ self.nope() }}{% endblock %}", "{% extends 'base' %}{% block a %}{{ self.nope }}{% endblock %}", "{% extends 'base' %}{% block a %}{{ self['b']() }}{% endblock %}", "{% block a %}A{% endblock %}{{ self }}", "{% block a %}A{% endblock %}{{ self.a.super }}{{ self.a.nope }}",
        "{% block a %}{{ super }}{% endblock %}", "{% block a %}{{ super() }}{% endblock %}", "{% block a %}{{ super is defined }}{% endblock %}", "{{ super }}{{ super is defined }}", "{{ super() }}", "{% block a %}{{ super(1) }}{% endblock %}", "{% extends 'base' %}{% block a %}{{ super(1) }}{% endblock %}", "{% extends 'base' %}{% block a %}{{ super()|upper }}{% endblock %}",
        "{% extends 'nested' %}{% block inner %}child inner{% endblock %}", "{% extends 'nested' %}{% block outer %}child outer{% endblock %}", "{% extends 'nested' %}{% block outer %}{{ super() }}!{% endblock %}{% block inner %}{{ super() }}?{% endblock %}", "{% extends 'nested' %}{% block outer %}{% block inner %}moved{% endblock %}{% endblock %}",
        "{% extends 'base' %}{% block a %}{% block b %}both{% endblock %}{% endblock %}", "{% extends 'vars' %}", "{% extends 'vars' %}{% set v = 'child' %}", "{% set v = 'child' %}{% extends 'vars' %}", "{% extends 'vars' %}{% set v = 'child' %}{% block a %}{{ v }}{% endblock %}", "{% extends 'vars' %}{% block a %}{{ v }}{% set v = 'in block' %}{{ v }}{% endblock %}",
        "{% extends 'noblocks' %}{% set v = 'child' %}", "{% set v = 'child' %}{% extends 'noblocks' %}", "{% extends 'scopes' %}", "{% extends 'scoped' %}", "{% extends 'scopes' %}{% block item %}<{{ i }}>{% endblock %}", "{% extends 'scoped' %}{% block item %}<{{ i }}>{% endblock %}", "{% extends 'scoped' %}{% block item scoped %}<{{ i }}{{ super() }}>{% endblock %}", "{% extends 'loopvar' %}", "{% extends 'loopvar' %}{% block item %}{{ loop.last }}{{ super() }}{% endblock %}",
        "{% extends 'required' %}", "{% extends 'required' %}{% block a %}given{% endblock %}", "{% extends 'required_mid' %}", "{% extends 'required_mid' %}{% block a %}given{% endblock %}", "{% extends 'required' %}{% block a %}{{ super() }}{% endblock %}", "{% block a required %}{% endblock %}", "{% block a required %}text{% endblock %}", "{% block a required %} {# comment #}\n{% endblock %}", "{% block a required scoped %}{% endblock %}", "{% block a scoped required %}{% endblock %}",
        "{% extends 'self' %}{% block a %}child{% endblock %}", "{% extends 'macros' %}", "{% extends 'macros' %}{% block a %}{{ m() }}{% endblock %}", "{% extends 'macros' %}{% macro m() %}child macro{% endmacro %}", "{% extends 'macros' %}{% macro m() %}child macro{% endmacro %}{% block a %}{{ m() }}{% endblock %}", "{% macro m() %}child{% endmacro %}{% extends 'macros' %}{% block a %}{{ m() }}{% endblock %}",
        "before {% extends 'base' %} after", "{% extends 'base' %} after {{ 1 // 0 }}", "{% extends 'base' %}{% set x = 1 // 0 %}", "{% extends 'base' %}{% if true %}{{ 1 // 0 }}{% endif %}", "{% extends 'base' %}{% for i in list %}{{ i }}{% endfor %}", "{% extends 'base' %}{% for i in 1 // 0 %}{% endfor %}", "{% extends 'base' %}{% include 'nowhere' %}", "{% extends 'base' %}{% include 'noblocks' %}", "{% extends 'base' %}{% call nope() %}{% endcall %}", "{% extends 'base' %}{% filter upper %}{{ name }}{% endfilter %}",
        "{{ name }}{% extends 'base' %}{{ name }}", "{% if true %}{% extends 'base' %}{% endif %}text", "{% if false %}{% extends 'base' %}{% endif %}text", "{% if n == 3 %}{% extends 'base' %}{% else %}{% extends 'nested' %}{% endif %}{% block a %}A{% endblock %}{% block inner %}I{% endblock %}", "{% if n == 4 %}{% extends 'base' %}{% else %}{% extends 'nested' %}{% endif %}{% block a %}A{% endblock %}{% block inner %}I{% endblock %}", "{% if n == 4 %}{% extends 'base' %}{% endif %}<{% block a %}standalone{% endblock %}>",
        "{% if true %}{% extends 'base' %}{% endif %}{% if true %}shown?{% endif %}{% for i in list %}{{ i }}{% endfor %}", "{% if true %}x{% extends 'base' %}y{% endif %}z", "{% extends 'base' %}{% extends 'nested' %}", "{% if true %}{% extends 'base' %}{% endif %}{% extends 'nested' %}", "{% extends 'base' %}{% extends 'base' %}{{ nope(", "{% for i in [1] %}{% extends 'base' %}{% endfor %}", "{% block a %}{% extends 'base' %}{% endblock %}", "{% macro m() %}{% extends 'base' %}{% endmacro %}", "{% with %}{% extends 'base' %}{% endwith %}", "{% filter upper %}{% extends 'base' %}{% endfilter %}", "{% set x %}{% extends 'base' %}{% endset %}",
        "{% extends which %}", "{% extends 'ba' ~ 'se' %}", "{% extends 'base' if n == 3 else 'nested' %}", "{% extends nope %}", "{% extends none %}", "{% extends 42 %}", "{% extends ['base'] %}", "{% extends list %}", "{% extends data %}", "{% extends '' %}", "{% extends 'nowhere' %}", "{% extends 'broken' %}", "{% extends 'base'|safe %}", "{% set p = 'base' %}{% extends p %}", "{% extends p %}{% set p = 'base' %}", "{% extends %}",
        "{% extends 'cycle' %}", "{% extends 'cycle1' %}", "{% extends 'output' %}{% block a %}child{% endblock %}", "{% extends 'withblock' %}", "{% extends 'withscoped' %}", "{% extends 'withscoped' %}{% block a %}{{ x }}!{% endblock %}", "{% extends 'ifblock' %}{% block a %}child{% endblock %}", "{% extends 'filterblock' %}{% block a %}child {{ super() }}{% endblock %}", "{% extends 'includes' %}{% set v = 1 %}", "{% extends 'macroblock' %}", "{% extends 'macroscoped' %}{% block a %}<{{ x }}>{% endblock %}", "{% extends 'setblock' %}{% block a %}child{% endblock %}",
        "{% extends 'superself' %}{% block b %}child b {{ super() }}{% endblock %}", "{% extends 'superself' %}{% block b %}{{ self.a() }}{% endblock %}", "{% extends 'callblock' %}{% block a %}child{% endblock %}", "{% extends 'setinblock' %}", "{% extends 'setinblock' %}{% block a %}{{ super() }}{{ x }}{% endblock %}",
        "{% block a %}{% set x = 1 %}{% endblock %}{{ x }}", "{% set x = 1 %}{% block a %}{{ x }}{% set x = 2 %}{{ x }}{% endblock %}{{ x }}", "{% block a %}{{ x }}{% endblock %}{% set x = 1 %}{{ self.a() }}", "{% for i in list %}{% block a %}{{ i }}{% endblock %}{% endfor %}", "{% for i in list %}{% block a scoped %}{{ i }}{% endblock %}{% endfor %}", "{% for i in list %}{% block a scoped %}{% set i = 9 %}{{ i }}{% endblock %}{{ i }}{% endfor %}", "{% for i in list %}{% set j = i %}{% block a scoped %}{{ j }}{% endblock %}{% endfor %}", "{% for i in list %}{% block a scoped %}{{ loop.index0 }}{% endblock %}{% endfor %}",
        "{% block a %}1{% endblock %}{% block a %}2{% endblock %}", "{% block a %}{% block a %}{% endblock %}{% endblock %}", "{% block a %}x{% endblock a %}", "{% block a %}x{% endblock b %}", "{% block a-b %}{% endblock %}", "{% block 'a' %}{% endblock %}", "{% block a b %}{% endblock %}", "{% block %}{% endblock %}", "{% block a %}", "{% endblock %}", "{% block a scoped scoped %}{% endblock %}",
        "{% block a %}{{ self.a() }}{% endblock %}", "{% block a %}{{ self.b() }}{% endblock %}{% block b %}B{% endblock %}", "{% macro m() %}{{ self.a() }}{% endmacro %}{% block a %}A{% endblock %}{{ m() }}", "{% for i in list %}{{ self.a() }}{% endfor %}{% block a %}A{% endblock %}", "{{ self.a() }}{% if false %}{% block a %}A{% endblock %}{% endif %}", "{% set s = self %}{% block a %}A{% endblock %}{{ s.a() }}", "{% block a %}A{% endblock %}{{ self.a()|lower }}{{ [self.a()] }}", "{% block a %}A{% endblock %}{{ self.a(1) }}", "{% block a %}A{% endblock %}{{ self.a.name }}", "{% block a %}{{ name }}{% endblock %}{% set name = 'late' %}{{ self.a() }}",
        "{% set self = 1 %}{{ self }}", "{% set super = 1 %}{% block a %}{{ super }}{% endblock %}", "{% block a %}{% set super = 1 %}{{ super }}{% endblock %}", "{% block a %}{% set self = 1 %}{{ self }}{% endblock %}", "{% block self %}x{% endblock %}{{ self.self() }}", "{% block super %}x{% endblock %}", "{% with x = 1 %}{% block a %}{{ x }}{% endblock %}{% endwith %}", "{% if x is not defined %}{% set x = 1 %}{% endif %}{% block a %}{{ x }}{% endblock %}", "{% set a, b = 1, 2 %}{% block c %}{{ a }}{{ b }}{% endblock %}", "{% set x %}text{% endset %}{% block a %}{{ x }}{% endblock %}",
        "{% macro m() %}M{% endmacro %}{% block a %}{{ m() }}{% endblock %}", "{% block a %}{% macro m() %}M{% endmacro %}{{ m() }}{% endblock %}{{ m }}", "{% set ns = namespace(x=1) %}{% block a %}{% set ns.x = 2 %}{% endblock %}{{ ns.x }}", "{% set l = [] %}{% block a %}{% set _ = l.append(1) %}{% endblock %}{{ l }}", "{% set _x = 1 %}{% block a %}{{ _x }}{% endblock %}", "{% block a %}{{ list.append(4) }}{% endblock %}{{ list }}", "{% for i in list %}{% if loop.first %}{% block a %}first{% endblock %}{% endif %}{% endfor %}",
    ]:
        add("extends", source, t | {"child": t["mid"]})


def escaping():
    t = {
        "plain": "{{ html }}<i>", "m": "{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{% set v = '<v>' %}{{ html }}", "off": "{% autoescape false %}{{ html }}{% endautoescape %}", "base": "<{% block a %}{{ html }}{% endblock %}>",
        "caller": "{% macro m() %}<{{ caller() }}>{% endmacro %}", "offmacro": "{% autoescape false %}{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{% endautoescape %}",
    }
    sources = [
        "{{ html }}", "{{ html|safe }}", "{{ html|e }}", "{{ html|e|e }}", "{{ html|forceescape }}", "<{{ '<' }}>", "{{ '<' ~ html }}", "{{ '<' + html }}", "{{ ('<'|safe) + html }}", "{{ ('<'|safe) ~ html }}", "{{ ['<', html]|join(',') }}", "{{ ['<'|safe, html]|join('<br>') }}", "{{ [html] }}", "{{ {'a': html} }}", "{{ html|upper }}", "{{ html|tojson }}", "{{ html|replace('<', '>') }}", "{{ html|safe|replace('<', '>') }}", "{{ '%s'|format(html) }}", "{{ '<%s>'|safe|format(html) }}", "{{ html|length }}", "{{ html|striptags }}", "{{ {'a': html}|xmlattr }}", "{{ html|urlize }}", "{{ 'http://x.y/?a=<'|urlize }}", "{{ html|truncate(3, true) }}", "{{ html|indent }}", "{{ html|wordwrap(2) }}", "{{ html|center(10) }}", "{{ html|title }}", "{{ html|trim }}", "{{ html|list }}", "{{ html|first }}", "{{ html|reverse }}", "{{ html|string }}", "{{ html|safe|string }}", "{{ html is escaped }}{{ html|safe is escaped }}", "{{ words|sort|join('<') }}", "{{ 1 }}{{ none }}{{ 1.5 }}{{ true }}", "{{ nope }}", "{{ html[0] }}", "{{ html|default('x') }}", "{{ nope|default('<') }}", "{{ html if n == 3 }}", "{{ html|pprint }}", "{{ data|pprint }}", "{{ '\"' }}{{ \"'\" }}", "{{ html|urlencode }}", "{{ html|batch(1)|list }}", "{{ 'a<b'.split('<') }}", "{{ ('a<b'|safe).split('<') }}", "{{ 'x' * 2 ~ '<' }}", "{{ (html|safe) * 2 }}", "{{ '{}'.format(html) }}", "{{ ('{}'|safe).format(html) }}", "{{ lipsum(1, min=1, max=2)|length > 0 }}",
        "{% set x %}<b>{{ html }}{% endset %}{{ x }}", "{% set x = '<b>' %}{{ x }}", "{% set x | upper %}<b>{{ html }}{% endset %}{{ x }}", "{% set x | length %}<b>{{ html }}{% endset %}{{ x }}", "{% filter upper %}<b>{{ html }}{% endfilter %}", "{% filter e %}<b>{{ html }}{% endfilter %}", "{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{{ m(html) }}{{ m(html)|e }}", "{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}<b>{{ html }}{% endcall %}", "{% macro m(x='<') %}{{ x }}{% endmacro %}{{ m() }}{{ m() is escaped }}", "{% block a %}{{ html }}{% endblock %}{{ self.a() }}", "{% for x in ['<', '>'] %}{{ x }}{{ loop.cycle('<', '>') }}{% endfor %}", "{% for x in [['<']] recursive %}{{ x if x is string else loop(x) }}{% endfor %}", "{% set j = joiner('<') %}{{ j() }}{{ j() }}", "{% set c = cycler('<') %}{{ c.next() }}", "{% with x = html %}{{ x }}{% endwith %}",
        "{% autoescape true %}{{ html }}{% endautoescape %}{{ html }}", "{% autoescape false %}{{ html }}{% endautoescape %}{{ html }}", "{% autoescape n == 3 %}{{ html }}{% endautoescape %}{{ html }}", "{% autoescape n == 4 %}{{ html }}{% endautoescape %}{{ html }}", "{% autoescape nope %}{{ html }}{% endautoescape %}", "{% autoescape true %}{% autoescape false %}{{ html }}{% endautoescape %}{{ html }}{% endautoescape %}", "{% autoescape true %}{% set x %}<{% endset %}{% endautoescape %}{{ x }}", "{% autoescape true %}{% set x = '<' %}{{ x }}{% endautoescape %}", "{% autoescape true %}{% macro m(x) %}<{{ x }}{% endmacro %}{{ m(html) }}{% endautoescape %}", "{% macro m(x) %}<{{ x }}{% endmacro %}{% autoescape true %}{{ m(html) }}{% endautoescape %}{{ m(html) }}", "{% macro m(x) %}<{{ x }}{% endmacro %}{% autoescape n == 3 %}{{ m(html) }}{{ '<' }}{% endautoescape %}{{ m(html) }}{{ '<' }}", "{% autoescape true %}{% block a %}{{ html }}{% endblock %}{% endautoescape %}", "{% autoescape true %}{% for x in ['<'] %}{{ x }}{% endfor %}{% endautoescape %}", "{% autoescape true %}{{ '<' ~ '>' }}{{ ['<']|join('>') }}{% endautoescape %}", "{% autoescape n == 3 %}{{ '<' ~ '>' }}{{ ['<']|join('>') }}{{ '<'|upper }}{% endautoescape %}", "{% autoescape n == 3 %}{{ {'a': '<'}|xmlattr }}{{ '<a'|urlize }}{{ '<'|replace('<', '>') }}{% endautoescape %}", "{% autoescape true %}{% filter upper %}{{ '<a' }}{% endfilter %}{% endautoescape %}", "{% for x in [1, 2] %}{% autoescape x == 1 %}{{ '<' }}{% endautoescape %}{{ '>' }}{% endfor %}",
        "{% include 'plain' %}", "{% autoescape true %}{% include 'plain' %}{% endautoescape %}", "{% autoescape false %}{% include 'plain' %}{% endautoescape %}", "{% import 'm' as m %}{{ m }}", "{% import 'm' as m %}{{ m.v }}{{ m.m(html) }}", "{% from 'm' import m %}{{ m(html) }}", "{% autoescape true %}{% from 'm' import m %}{{ m(html) }}{% endautoescape %}", "{% autoescape false %}{% from 'm' import m %}{{ m(html) }}{% endautoescape %}", "{% from 'offmacro' import m %}{{ m(html) }}", "{% include 'off' %}{{ html }}", "{% extends 'base' %}{% block a %}{{ super() }}{{ html }}{% endblock %}", "{% import 'caller' as c %}{% call c.m() %}{{ html }}{% endcall %}", "{% autoescape true %}{% import 'caller' as c %}{% call c.m() %}{{ html }}{% endcall %}{% endautoescape %}",
        "{% import 'm' as m with context %}{{ m }}|{{ m|safe }}|{{ m|e }}|{{ m|upper }}|{{ m ~ '<' }}",
    ]
    for source in sources:
        add("autoescape", source, t, autoescape=True)
        if "autoescape" in source or "import" in source or "include" in source:
            add("autoescape_off", source, t)


def loops():
    for source in [
        "{% for i in list %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}", "{% for i in list %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endfor %}", "{% for i in list %}{% break %}{% else %}empty{% endfor %}.", "{% for i in list %}{% continue %}{% else %}empty{% endfor %}.", "{% for i in [] %}{% break %}{% else %}empty{% endfor %}", "{% for i in list %}{% for j in list %}{% if j == 2 %}{% break %}{% endif %}{{ i }}{{ j }},{% endfor %}{% endfor %}", "{% for i in list %}{% for j in list %}{% if j == 2 %}{% continue %}{% endif %}{{ i }}{{ j }},{% endfor %}{% endfor %}", "{% for i in list %}{{ loop.index }}{% if loop.index == 2 %}{% break %}{% endif %}{{ loop.last }}{% endfor %}", "{% for i in list if i != 1 %}{% if i == 2 %}{% continue %}{% endif %}{{ loop.index }}{% endfor %}", "{% for i in list %}{% with x = i %}{% if x == 2 %}{% break %}{% endif %}{{ x }}{% endwith %}{% endfor %}", "{% for i in list %}{% with x = i %}{% if x == 2 %}{% continue %}{% endif %}{{ x }}{% endwith %}{% endfor %}",
        "{% for i in list %}[{% set x %}a{% if i == 2 %}{% break %}{% endif %}b{% endset %}{{ x }}]{% endfor %}", "{% for i in list %}[{% set x %}a{% if i == 2 %}{% continue %}{% endif %}b{% endset %}{{ x }}]{% endfor %}", "{% for i in list %}[{% filter upper %}a{% if i == 2 %}{% break %}{% endif %}b{% endfilter %}]{% endfor %}", "{% for i in list %}[{% filter upper %}a{% if i == 2 %}{% continue %}{% endif %}b{% endfilter %}]{% endfor %}", "{% for i in list %}{% autoescape true %}{{ '<' }}{% if i == 2 %}{% break %}{% endif %}{% endautoescape %}{% endfor %}{{ '<' }}", "{% for i in list %}{% autoescape n == 3 %}{{ '<' }}{% if i == 2 %}{% continue %}{% endif %}{% endautoescape %}{{ '>' }}{% endfor %}{{ '<' }}",
        "{% for i in list %}{% set _ = loop.changed(i) %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{{ loop.previtem }}{{ loop.nextitem }}{% endfor %}", "{% for x in tree recursive %}{% if x.n == 'a1' %}{% break %}{% endif %}{{ x.n }}[{{ loop(x.c) }}]{% endfor %}", "{% for x in tree recursive %}{% if x.n == 'a1' %}{% continue %}{% endif %}{{ x.n }}[{{ loop(x.c) }}]{% endfor %}", "{% for x in [] recursive %}{% else %}e{% endfor %}", "{% break %}", "{% continue %}", "{% if true %}{% break %}{% endif %}", "{% macro m() %}{% break %}{% endmacro %}", "{% for i in list %}{% macro m() %}{% break %}{% endmacro %}{% endfor %}", "{% for i in list %}{% block a %}{% break %}{% endblock %}{% endfor %}", "{% for i in list %}{% call nope() %}{% break %}{% endcall %}{% endfor %}", "{% for i in [] %}{% else %}{% break %}{% endfor %}", "{% for j in list %}{% for i in [] %}{% else %}{% break %}{% endfor %}{{ j }}{% endfor %}", "{% for j in list %}{% for i in [] %}{% else %}{% continue %}{% endfor %}{{ j }}{% endfor %}", "{% for i in list %}{% if i == 1 %}{% elif i == 2 %}{% break %}{% else %}{{ i }}{% endif %}{{ i }}{% endfor %}", "{% for i in list %}{{ i }}{% break 2 %}{% endfor %}", "{% for i in list %}{% set x = i %}{% continue %}{{ x }}{% endfor %}{{ x }}", "{% for i in range(1000) %}{% if i > 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", "{% for j in list recursive %}{% for i in [] %}{% else %}{% continue %}{% endfor %}{{ j }}{% endfor %}",
        "{% for i in list %}{% set x %}{% filter length %}a{% endfilter %}{% break %}{% endset %}{% endfor %}{{ n }} and more", "{% filter length %}a{% endfilter %}{% for i in list %}{% set x %}{% filter length %}a{% endfilter %}{% break %}{% endset %}{% endfor %}{{ n }} and more",
        "{% set ns = namespace(n=0) %}{% for i in list %}{% set ns.n = ns.n + i %}{% if ns.n > 2 %}{% break %}{% endif %}{% endfor %}{{ ns.n }}",
    ]:
        add("loopcontrols", source, extensions=["loopcontrols"])
    for source in ["{% do 1 %}", "{% set l = [] %}{% do l.append(1) %}{{ l }}", "{% do nope %}", "{% do nope() %}", "{% do 1 // 0 %}", "{% do %}", "{% do 1, 2 %}", "{% for i in list %}{% do i %}{{ i }}{% endfor %}", "{% set d = {} %}{% do d.update({'a': 1}) %}{{ d }}", "{% do data.update({'x': 1}) %}{{ data.x }}", "{% do x = 1 %}", "{% macro m() %}{% do 1 %}M{% endmacro %}{{ m() }}", "{% do nope.x %}", "{% do 1|nope %}", "{% if false %}{% do 1|nope %}{% endif %}ok", "{% set c = cycler('a', 'b') %}{% do c.next() %}{{ c.next() }}"]:
        add("do", source, extensions=["do"])
        add("do_off", source)


def undefineds():
    sources = [
        "{{ nope }}", "{{ nope.x }}", "{{ nope.x.y }}", "{{ nope['x'] }}", "{{ nope[0] }}", "{{ nope() }}", "{{ nope.x() }}", "{{ data.nope }}", "{{ data.nope.x }}", "{{ data['nope'] }}", "{{ list[9] }}", "{{ list[9].x }}", "{{ none.x }}", "{{ none.x.y }}", "{{ nope|default('d') }}", "{{ nope.x|default('d') }}", "{{ nope.x.y|default('d') }}", "{{ nope is defined }}", "{{ nope.x is defined }}", "{{ nope is undefined }}", "{{ nope is none }}", "{{ nope == 1 }}", "{{ nope == nope2 }}", "{{ nope != nope2 }}", "{{ nope is sameas nope }}", "{{ nope < 1 }}", "{{ 1 < nope }}", "{{ nope + 1 }}", "{{ 1 + nope }}", "{{ 'a' + nope }}", "{{ nope ~ 'a' }}", "{{ -nope }}", "{{ not nope }}", "{{ nope and 1 }}", "{{ nope or 1 }}", "{{ 1 if nope else 2 }}", "{% if nope %}1{% else %}2{% endif %}", "{% for i in nope %}{{ i }}{% else %}e{% endfor %}", "{{ nope|list }}", "{{ nope|length }}", "{{ nope|upper }}", "{{ nope|join }}", "{{ nope|int }}", "{{ nope|float }}", "{{ nope|string }}", "{{ nope|e }}", "{{ nope|safe }}", "{{ nope|tojson }}", "{{ nope|first }}", "{{ nope|sort }}", "{{ nope|sum }}", "{{ nope|map('upper')|list }}", "{{ nope|replace('a', 'b') }}", "{{ nope|trim }}", "{{ nope|pprint }}", "{{ nope|abs }}", "{{ nope|round }}", "{{ nope|items|list }}", "{{ nope|dictsort }}", "{{ nope|attr('x') }}", "{{ nope|format(1) }}", "{{ nope in list }}", "{{ 1 in nope }}", "{{ nope in nope }}", "{{ [nope] }}", "{{ {'a': nope} }}", "{{ {nope: 1} }}", "{{ [nope]|join(',') }}", "{{ [nope]|first }}", "{{ [1, nope]|max }}", "{{ [nope, nope2]|unique|list|length }}", "{% set x = nope %}{{ x }}", "{% set x = nope %}{{ x is defined }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m() }}", "{% macro m(a) %}{{ a.x }}{% endmacro %}{{ m() }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(nope) }}", "{% macro m(a='d') %}{{ a }}{% endmacro %}{{ m(nope) }}", "{% macro m() %}{{ caller }}{% endmacro %}{{ m() }}", "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}", "{{ 'x' if false }}", "{{ ('x' if false).y }}", "{{ ('x' if false) is defined }}", "{{ data.__class__ }}", "{{ data.__class__.x }}", "{{ data.__class__ is defined }}", "{{ data.__class__() }}", "{{ data|attr('__class__') }}", "{{ data['__class__'] }}", "{{ data.__class__|default('d') }}", "{% for i in list %}{{ loop.previtem }}{{ loop.nextitem }}{% endfor %}", "{% for i in list %}{{ loop.previtem.x }}{% endfor %}", "{{ loop }}", "{{ loop.index }}", "{{ words|map(attribute='x')|list }}", "{{ words|map(attribute='x.y')|list }}", "{{ [data, data]|map(attribute='nope')|join(',') }}", "{{ [data, data]|map(attribute='nope', default='d')|join(',') }}", "{{ [data]|selectattr('nope')|list }}", "{{ [data]|selectattr('nope', 'defined')|list }}", "{{ [data]|groupby('nope') }}", "{{ [data]|sort(attribute='nope') }}", "{{ [data]|sum(attribute='nope') }}", "{{ [data]|sum('n.o') }}", "{{ []|first }}", "{{ []|last }}", "{{ []|first is defined }}", "{{ []|max }}", "{{ []|random }}", "{{ nope[:2] }}", "{{ nope[1:2].x }}", "{{ 'a %s'|format(nope) }}", "{{ '{}'.format(nope) }}", "{{ '{0.x}'.format(nope) }}", "{{ '%s' % nope }}", "{{ '%d' % nope }}", "{{ nope * 2 }}", "{{ nope ** 2 }}", "{{ nope // 2 }}", "{{ 2 % nope }}", "{{ nope is string }}{{ nope is number }}{{ nope is iterable }}{{ nope is sequence }}{{ nope is mapping }}{{ nope is callable }}", "{{ nope is even }}", "{{ nope is divisibleby 2 }}", "{{ nope is lower }}", "{{ nope is eq 1 }}", "{{ nope is in [1] }}", "{{ range(nope) }}", "{{ dict(a=nope) }}", "{{ namespace(a=nope).a }}", "{% with a = nope %}{{ a }}{% endwith %}", "{% set a, b = nope %}", "{% filter upper %}{{ nope }}{% endfilter %}", "{% autoescape true %}{{ nope }}{% endautoescape %}", "{% autoescape nope %}{% endautoescape %}", "{% call nope() %}{% endcall %}", "{{ nope.x.y.z }}", "{{ nope.__html__ }}", "{{ nope.__class__ }}", "{{ nope|default(nope2) }}", "{{ nope|default('d', true) }}", "{{ ''|default('d', true) }}", "{{ nope|d(1) + 1 }}", "{{ data.nope or 'x' }}", "{{ data[nope] }}", "{{ list[nope] }}", "{{ data.nope[1].x() }}", "{{ data[1] }}", "{{ data[1.5] }}", "{{ data[none] }}", "{{ name.nope }}", "{{ name[99] }}", "{{ n.nope }}", "{{ n[0] }}", "{{ n[0].x }}", "{{ data.tags.nope }}", "{{ data['status']['nope'] }}",
        "{{ self.nope }}", "{% macro m() %}{% endmacro %}{{ m.nope }}", "{% for i in [1] %}{{ loop.nope }}{% endfor %}", "{{ cycler(1).nope }}", "{{ joiner().nope }}", "{{ namespace().nope }}", "{% block a %}{% endblock %}{{ self.a.nope }}", "{{ range.nope }}", "{{ range(3).nope }}", "{{ data.items().nope }}", "{{ [1]|map('string')|attr('nope') }}",
    ]
    for policy in ["lenient", "chainable", "debug", "strict"]:
        for source in sources:
            add("undefined_" + policy, source, undefined=policy)


def globals_():
    t = {"g": "{{ site }}|{{ shared }}", "m": "{% macro m() %}{{ site }}{% endmacro %}{% set v = site %}"}
    g = {"site": "AMS", "shared": [1, 2], "name": "global name"}
    for source in ["{{ site }}", "{{ name }}", "{{ shared }}", "{% set site = 'x' %}{{ site }}", "{% include 'g' %}", "{% include 'g' without context %}", "{% set site = 'x' %}{% include 'g' %}{% include 'g' without context %}", "{% import 'm' as m %}{{ m.m() }}{{ m.v }}", "{% set site = 'x' %}{% import 'm' as m with context %}{{ m.m() }}{{ m.v }}", "{% import 'm' as m %}{{ m.site }}", "{% block a %}{{ site }}{% endblock %}", "{% macro m() %}{{ site }}{% endmacro %}{{ m() }}", "{% for site in list %}{{ site }}{% endfor %}{{ site }}", "{{ shared.append(3) }}{{ shared }}", "{{ site is defined }}", "{{ range is defined }}{{ range(3)|list }}", "{% if true %}{% set site = 1 %}{% endif %}{{ site }}", "{% if false %}{% set site = 1 %}{% endif %}{{ site }}"]:
        add("globals", source, t, globals=g)


class Maker:
    """Makes random chains of templates that extend, include and import."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def expr(self, block):
        r = self.r
        kinds = ["{{ x }}", "{{ y }}", "{{ name }}", "{{ z }}", "{{ i }}", "{{ self.%s() }}" % r.choice("abc"), "{{ f(x) }}", "{{ m.f(y) }}", "{{ m.v }}", "{{ loop.index }}" if block == "loop" else "{{ n }}"]
        if block:
            kinds += ["{{ super() }}"] * 3
        return r.choice(kinds)

    def piece(self, blocks, depth, block, top):
        r = self.r
        kind = r.random()
        if kind < 0.25:
            return r.choice("ABCDEFGH")
        if kind < 0.5:
            return self.expr(block)
        if kind < 0.62:
            return "{%% set %s = %s %%}" % (r.choice("xyz"), r.choice(["1", "'s'", "x", "y ~ 't'", "name", "z|default('d')"]))
        if depth <= 0:
            return r.choice("stuvw")
        if kind < 0.78 and blocks:
            name = blocks.pop()
            scoped = r.choice(["", "", " scoped"])
            return "{%% block %s%s %%}%s{%% endblock %%}" % (name, scoped, self.body(blocks, depth - 1, name, False))
        if kind < 0.84:
            return "{%% for i in [1, 2] %%}%s{%% endfor %%}" % self.body(blocks, depth - 1, block, False)
        if kind < 0.89:
            return "{%% if %s %%}%s{%% else %%}%s{%% endif %%}" % (r.choice(["x", "n == 3", "z is defined"]), self.body(blocks, depth - 1, block, top), self.body([], depth - 1, block, top))
        if kind < 0.92:
            return "{%% with x = %s %%}%s{%% endwith %%}" % (r.choice(["7", "y"]), self.body(blocks, depth - 1, block, False))
        if kind < 0.95:
            return "{%% include 'inc%d' %s%%}" % (r.randrange(2), r.choice(["", "", "without context "]))
        if kind < 0.98:
            return r.choice(["{% import 'lib' as m %}", "{% import 'lib' as m with context %}", "{% from 'lib' import f %}", "{% from 'lib' import f, v as x with context %}"])
        return "{%% macro f(p) %%}<{{ p }}%s>{%% endmacro %%}" % self.expr(None)

    def body(self, blocks, depth, block, top):
        return "".join(self.piece(blocks, depth, block, top) for _ in range(self.r.randint(1, 4)))

    def template(self, parent):
        r = self.r
        blocks = list("abc")
        r.shuffle(blocks)
        del blocks[r.randint(1, 3):]
        head = ""
        if parent:
            tag = "{%% extends '%s' %%}" % parent
            head = r.choice([tag] * 6 + ["{%% if n == %d %%}%s{%% endif %%}" % (r.choice([3, 4]), tag), "{% set x = 'before' %}" + tag])
        body = "".join(self.piece(blocks, 3, None, True) for _ in range(r.randint(2, 6)))
        while blocks:
            name = blocks.pop()
            body += "{%% block %s %%}%s{%% endblock %%}" % (name, self.body(blocks, 2, name, False))
        return head + body

    def case(self):
        r = self.r
        length = r.randint(1, 4)
        templates = {
            "lib": "{% macro f(p) %}({{ p }}{{ x }}){% endmacro %}{% set v = " + r.choice(["1", "x", "name"]) + " %}{% set _h = 2 %}",
            "inc0": r.choice(["[{{ x }}{{ y }}]", "{% set x = 'inc' %}[{{ x }}]", "[{{ i }}{{ m }}]", "{% block a %}inc{{ x }}{% endblock %}"]),
            "inc1": r.choice(["[{{ z }}]", "{% from 'lib' import f %}{{ f(x) }}", "{% include 'inc0' %}", "{% extends 'inc0' %}{% block a %}over{{ super() }}{% endblock %}"]),
        }
        for i in reversed(range(1, length)):
            templates[f"t{i}"] = self.template(f"t{i + 1}" if i + 1 < length else None)
        return {"main": self.template("t1" if length > 1 else None), "templates": templates}


def randoms(count):
    kept, fine, seed = [], 0, 0
    while len(kept) < count:
        case = run(Maker(seed).case())
        case["name"] = f"seed{seed}"
        seed += 1
        # Most random templates use something undefined; a quarter is enough.
        if "error" in case and len(kept) - fine > len(kept) / 4:
            continue
        fine += "expected" in case
        kept.append(case)
    return kept


def write(path, cases, sets):
    lines = ",\n".join(json.dumps(case) for case in cases)
    with open(path, "w", encoding="ascii") as f:
        f.write('{"context": %s,\n"sets": %s,\n"cases": [\n%s\n]}\n' % (
            json.dumps(CONTEXT), json.dumps(sets, indent=1), lines))


def main():
    for group in [includes, imports, inheritance, escaping, loops, undefineds, globals_]:
        group()
    write("cases.json", CASES, SETS)
    write("random.json", randoms(200), {})


if __name__ == "__main__":
    main()
