"""Write the expectations of the package's tests, taken from the real Python.

Run in this folder with CPython 3.11, Jinja2 3.1 and markupsafe 2.1:
python3.11 gen.py

Each JSON file maps a function to its cases: rows of arguments, the last element
being what Python returns or {"class", "message"} of what it raises. JSON as Go
reads it cannot hold a lone surrogate, so that one is 0x100000 higher in there.
"""

import json
import random
import textwrap
import zlib

import jinja2.filters
import jinja2.utils
import markupsafe
from jinja2 import Environment

ENV = Environment()
RANDOM = random.Random(1)


def outcome(function, args):
    try:
        return function(*args)
    except Exception as e:  # whatever Python raises is what is wanted
        return {"class": type(e).__name__, "message": str(e)}


def portable(value):
    if isinstance(value, str):
        return "".join(chr(ord(c) + 0x100000) if 0xD800 <= ord(c) <= 0xDFFF else c for c in value)
    if isinstance(value, (list, tuple)):
        return [portable(v) for v in value]
    if isinstance(value, dict):
        return {k: portable(v) for k, v in value.items()}
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        return str(value)
    return value


def write(name, groups, most=10000):
    """groups: function name -> (callable, rows of arguments, of which most are kept)."""
    groups = {k: (f, rows if len(rows) <= most else RANDOM.sample(rows, most)) for k, (f, rows) in groups.items()}
    with open(name, "w") as f:
        f.write("{\n")
        for i, (key, (function, rows)) in enumerate(groups.items()):
            f.write(("" if i == 0 else ",\n") + json.dumps(key) + ": [\n")
            lines = {json.dumps(portable([*args, outcome(function, args)]), separators=(",", ":")): None for args in rows}
            f.write(",\n".join(lines))
            f.write("\n]")
        f.write("\n}\n")


# --- code points, all of them ---------------------------------------------


def checksums(function):
    """One CRC per 4,096 code points over what function makes of each."""
    return [
        zlib.crc32("".join(function(chr(c)) + "\n" for c in range(block, block + 0x1000)).encode("utf-8", "surrogatepass"))
        for block in range(0, 0x110000, 0x1000)
    ]


def write_code_points():
    predicates = "isalpha isalnum isdecimal isdigit isnumeric isspace isprintable islower isupper istitle isidentifier"
    sums = {name: checksums(lambda c, m=getattr(str, name): str(int(m(c)))) for name in predicates.split()}
    sums["identifier part"] = checksums(lambda c: str(int(("a" + c).isidentifier())))
    for name in "upper lower title capitalize swapcase casefold".split():
        sums[name] = checksums(getattr(str, name))
    # What a sigma becomes beside each code point tells cased and ignorable ones.
    sums["sigma after"] = checksums(lambda c: (c + "\u03a3").lower())
    sums["sigma after a letter and"] = checksums(lambda c: ("A" + c + "\u03a3").lower())
    sums["sigma before"] = checksums(lambda c: ("A\u03a3" + c + "A").lower())
    sums["repr"] = checksums(repr)
    sums["ascii"] = checksums(ascii)
    sums["float"] = checksums(lambda c: str(int(float(c))) if c.isdecimal() else "")
    with open("code_points.json", "w") as f:
        json.dump(sums, f, separators=(",\n", ": "))


# --- texts ------------------------------------------------------------------

TEXTS = [
    "", " ", "a", "abc", "Hello World", "hELLO wORLD", "  padded\t ", "they're bill's", "x-y z_w", "ÀÉ îô",
    "ß", "straße", "ŉ", "ǆ ǅ Ǆ", "ﬁn ﬃ", "İstanbul ı", "ΑΣ", "ΑΣ Σ ΑΣΑ", "ὈΔΥΣΣΕΎΣ", "Σ", "A.Σ", "AΣ.b", "'Σ'", "e\u0301 E\u0301",
    "żółć ñ 日本語", "👍🏽 ok", "𝐀𝟗", "Ⅷ ⅷ", "²³¼", "٣٤", "a\u00a0b", "\x1ca\x1db\x1e\x1f", "a\x85b", "a\u2028b\u2029c",
    "line\nline\r\nline\rline\vx\fy", "\n", "\r\n", "a\n", "a\n\nb\n", "\ud800", "a\udfffb", "\ud83d\ude00", "tab\tx\ty", "\t\t", "ab\tc\n\td",
    "it's", 'say "x"', "both ' and \"", "back\\slash", "\x00\x7f\x80\xff", "\u200b\ufeff", "\U000e0001\U0010ffff", "aaaa", "abababa", "a,b,,c", ",",
    "+5", "-5", "--5", "+", "１２", "ꟋꟌ", "ᾳ ᾼ ᾲ", "ŸÿŸ", "ꭰᏸ", "ſK", "\u0345\u03b1",
]  # fmt: skip

ALPHABET = "aAbBzZ 0-_.,:'\"\t\n\rßŉǆǅΣσςİıſé\u0301\u00a0\x1c\x1f\x85\u2028\u3000日👍²٣\ud800\udc00"


def random_text(alphabet=ALPHABET, longest=10):
    return "".join(RANDOM.choice(alphabet) for _ in range(RANDOM.randint(0, longest)))


def unary(name, extra=60):
    return getattr(str, name), [[t] for t in TEXTS + [random_text() for _ in range(extra)]]


def write_str():
    ints = [None, 0, 2, 5, -1, -3, -100, 2**63 - 1, -(2**63)]
    groups = {}
    for name in (
        "upper lower title capitalize swapcase casefold isalpha isalnum isdecimal isdigit isnumeric isspace "
        "isprintable islower isupper istitle isidentifier isascii strip lstrip rstrip"
    ).split():
        groups[name] = unary(name)
    groups["repr"] = repr, unary("upper")[1]
    groups["ascii"] = ascii, unary("upper")[1]
    groups["repr bytes"] = lambda s: repr(s.encode("utf-8", "surrogatepass")), unary("upper")[1]
    groups["encode"] = lambda s: len(s.encode()), unary("upper")[1]
    groups["len"] = len, unary("upper")[1]
    groups["title filter"] = jinja2.filters.do_title, unary("upper")[1] + [["(a [b <c {d"], ["it's o'clock--now"]]
    groups["wordcount"] = jinja2.filters.do_wordcount, unary("upper")[1]

    groups["at"] = lambda s, i: s[i], [[t, i] for t in ("", "a", "añ日👍\ud800x") for i in range(-8, 8)]
    texts = ["", "abcde", "añ日👍\ud800"]
    groups["slice"] = (
        lambda s, i, j, k: s[i:j:k],
        [[t, i, j, k] for t in texts for i in ints for j in ints for k in (1, -2)]
        + [[t, i, j, k] for t in texts for i in (None, 1, -1) for j in (None, 1, -1) for k in (0, 7, -7, 2**63 - 1, -(2**63))],
    )  # fmt: skip

    subs = ["", "a", "b", "ab", "aa", "aba", "日", "👍", "\ud800", "\n", ",", "Σ", "zz"]
    searched = ["", "a", "abababa", "aaaaa", "日a日👍\ud800b", "a,b,,c", "ab\nΣ"]
    windows = [(None, None), (1, None), (2, 4), (-3, None), (None, -1), (4, 2), (-100, 100), (100, None), (7, 7)]
    pairs = [[s, sub, *w] for s in searched for sub in subs for w in windows]
    for name in "find rfind index rindex count startswith endswith".split():
        groups[name] = getattr(str, name), pairs

    counts = [-1, 0, 1, 2, 100]
    split = [[s, sub, n] for s in searched for sub in subs for n in counts]
    groups["split"] = str.split, split
    groups["rsplit"] = str.rsplit, split
    spaced = TEXTS + [random_text("ab \t\n\x1c\u00a0\u2003\ud800", 12) for _ in range(40)]
    groups["split space"] = lambda s, n: s.split(None, n), [[s, n] for s in spaced for n in counts[:4]]
    groups["rsplit space"] = lambda s, n: s.rsplit(None, n), [[s, n] for s in spaced for n in counts[:4]]
    groups["splitlines"] = str.splitlines, [[s, k] for s in spaced for k in (False, True)]
    groups["partition"] = str.partition, [[s, sub] for s in searched for sub in subs]
    groups["rpartition"] = str.rpartition, [[s, sub] for s in searched for sub in subs]
    sets = ["", "a", "ab", " \t", "日👍", "\ud800", "Σab,", "".join(chr(c) for c in range(0x61, 0x90)) + "日\ud800"]
    for name in "strip lstrip rstrip".split():
        groups[name + " chars"] = getattr(str, name), [[s, c] for s in searched + TEXTS[:8] for c in sets]

    groups["replace"] = str.replace, [[s, sub, new, n] for s in searched for sub in subs for new in ("", "日日") for n in (-1, 0, 2, 100)]
    groups["expandtabs"] = str.expandtabs, [[s, n] for s in spaced + ["日\t日\tx", "a\r\tb", "abcdefgh\tx", "1234567\tx"] for n in (8, 3, -2)]
    widths = [-(2**63), -1, 0, 1, 2, 3, 4, 5, 6, 9, 10]
    for name in "center ljust rjust".split():
        groups[name] = getattr(str, name), [[s, w, f] for s in ("", "a", "ab", "日👍\ud800", "abcd") for w in widths for f in (" ", "*", "日", "\ud800", "", "xy")]
    groups["zfill"] = str.zfill, [[s, w] for s in ("", "a", "+1", "-12", "--1", "日", "+", "12\ud800", " -1") for w in widths]
    table = {"a": "xyz", "b": "", "日": "\ud800", "\udfff": "s"}
    groups["translate"] = lambda s: s.translate(str.maketrans(table)), [[s] for s in searched + TEXTS]
    write("str.json", groups, most=200)


# --- numbers ------------------------------------------------------------------

FLOATS = [
    0.0, -0.0, 1.0, -1.0, 0.1, 0.5, 1.5, 2.5, 0.125, 123.456, 1e15, 1e16, 123456789012345678.0, 9999999999999998.0, 1e-4, 1e-5, 0.00012345,
    1e22, 1e23, 1e100, 1.7976931348623157e308, 5e-324, 2.2250738585072014e-308, 999999.5, 0.9999995, 1234567.0, 12345678.9, -1234.5, 1e6, 99999.95,
    float("inf"), float("-inf"), float("nan"), 3.14159, 100.0, 1e5, 0.05, 0.0001, 2 / 3, -0.001,
]  # fmt: skip

INTS = [0, 1, -1, 7, 9, 10, 42, 97, 255, -255, 1000, 1234, 12345, 123456, 1234567, -1234567, 65536, 0x10FFFF, 0x110000, 0xD800,
        10**15, 2**63 - 1, -(2**63), 2**63, 10**30, -(10**30), 10**400]  # fmt: skip


def write_numbers():
    floats = FLOATS + [RANDOM.uniform(-1, 1) * 10 ** RANDOM.randint(-20, 25) for _ in range(150)]
    texts = [
        "", " ", "0", "1", "-1", "+1", "--1", "+-1", "- 1", " 42 ", "\n42\t", "1_000", "1__0", "_1", "1_", "1_.5", "1._5", "1_0.0_1", "1e5", "1E+5", "1e-5",
        "1e", "1e+", "e5", ".5", "5.", ".", "+.5", "-5.", "1e1_0", "1e_1", "inf", "-Inf", "INFINITY", "nan", "+NaN", "infin", "i_nf", "0x10", "0b1", "1.5.2", "1e999", "-1e999",
        "1e-999", "٣٤", "１２.５", "1٣", "\u00a042\u2003", "\x1c1", "\x851", "1\x00", "²", "日", "\ud8001", "0_0", "00", "01", "0_1", "1d", "1f", "1 2", "0x1p3", "1,5", "∞",
        "9" * 400, "1" + "0" * 400 + "e-400", "2.5e-324", "0" * 30 + "1",
    ]  # fmt: skip
    texts += [random_text("0123456789_.eE+- ", 7) for _ in range(150)]
    int_texts = texts + ["0x1F", "0X_1f", "0x", "0x_", "0b101", "0o17", "0B1", "0b2", "0o8", "ff", "-0xff", "+0b11", "zz", "0b", "0_b1", "0xg", "x1", "1" * 4300, "1" * 4301, "1" * 4301 + "x", "f" * 50, "7" * 33, "v" * 41, "1" * 70]
    groups = {
        "float text": (repr, [[f] for f in floats]),
        "float": (float, [[t] for t in texts]),
        "int": (lambda s, base: str(int(s, base)), [[t, b] for t in int_texts for b in (10, 0, 16) if len(t) < 100 or b == 10]),
        "int base": (lambda s, base: str(int(s, base)), [[t, b] for t in ("10", "z", "Z", "0b1", "0o1", "7", "1_0", "1" * 70) for b in (-1, 0, 1, 2, 3, 4, 7, 8, 12, 16, 32, 35, 36, 37)]),
        "int text": (str, [[n] for n in INTS]),
    }
    write("numbers.json", groups)


# --- wrapping and HTML ----------------------------------------------------------


def write_wrap():
    def wordwrap(s, width, words, hyphens):
        return jinja2.filters.do_wordwrap(ENV, s, width, words, "|", hyphens)

    texts = [
        "", " ", "hello world", "the quick brown fox jumps", "Hello there -- you goof-ball, use the -b option!", "a--b a---b --c d-- e--", "e-mail self-evident a-b-c x-ray co-op-er-ate",
        "supercalifragilistic-expialidocious", "ab xxxxx", "  lead", "trail   ", "a\u00a0b \u00a0 c", "日本語 日本語日本語-日本語", "\ud800\ud800\ud800 \ud800", "------", "a------b", "--", "x --- y", "1-2-3 a1-b2 ab-12 12-ab",
        "foo\n\nbar baz\r\nqux", "tab\there\tand", "word's \"quoted\"--dash it,--dash 5--6", "a-bc-d", "\x1f \x1f x", "-a -bc d-e-f", "hyphen-", "aa-bb-cc-dd-ee",
    ]  # fmt: skip
    texts += [random_text("ab1- -\u00a0é'\n", 24) for _ in range(60)]
    flags = [(w, h) for w in (False, True) for h in (False, True)]
    write("wrap.json", {"wordwrap": (wordwrap, [[t, n, *f] for t in texts for n in (1, 2, 3, 5, 8, 79) for f in flags] + [[t, n, True, True] for t in ("", "a", "\n") for n in (0, -3)])}, most=1000)


def write_html():
    from html.entities import html5

    def urlize(text, limit, rel, target, schemes):
        return jinja2.utils.urlize(text, limit, rel, target, schemes)

    texts = [
        "", "http://example.com", "https://example.com/", "HTTP://EXAMPLE.COM", "www.example.com", "WWW.example.com", "example.com", "example.org/path?x=1#y", "example.xyz", "http://localhost", "http://localhost:8000/x",
        "http://127.0.0.1:80/", "http://1.2.3", "http://[::1]/", "http://[2001:db8::1]:8080", "http://[1:2]", "http://xn--fiqs8s", "www.xn--p1ai", "(http://example.com)", "<http://example.com>", "http://example.com.", "http://example.com,", "((www.a.com))",
        "http://en.wikipedia.org/wiki/A_(b)", "(http://en.wikipedia.org/wiki/A_(b))", "http://a.com/(x))).", "see http://a.com/<x>", "foo@example.com", "mailto:foo@example.com", "mailto:foo@x", "foo@example", "a@b@c.de", "@x.de", "www.foo@x.de",
        "x:foo@x.de", "foo@x-y.co.uk", "foo@-x.de", "foo@x.d-e", "foo@日本.jp", "http://a.com/?a=1&b=2", "http://a.com/\"q\"", "it's http://a.com!", "a.com b.net c.int d.edu e.gov f.org g.info h.mil i.co", "tel:123 ftp://x tel: skype:a.b",
        "http://日本.com", "http://a_b.com", "http://a%20b.com", "www.com", "www.c", "http://a.com:123456", "http://a.com:٣", "http://ſa.ſſ", "www.İı.comı", "a.İnt a.ınfo", "http://\ud800.com/", "http://a.com/\ud800", "one\n two\thttp://a.b.cd\n", "&lt;b&gt; & <i>",
        "x,http://a.com", "http://a.com&gt;", "http://a.com...", "http://a..com", "http://.com", "http://-.com", "http://a.com/x)y)", "foo@x.de)", "(foo@x.de).", "<foo@x.de>", "http://averyveryverylongdomain.com/path/of/some/length", "foo@x.y_z", "foo@x.1", "a@.b.c", "foo@x..y",
    ]  # fmt: skip
    texts += [random_text("ab.:/@(<>)w[&;,-]1 ", 14) for _ in range(60)]
    pieces = ["http://", "https://", "www.", "mailto:", "a", "example", ".com", ".org", ".", "/x", "(", ")", "&lt;", "<", ">", ",", "@", ":80", "?q=1", " ", "\u00a0", "[::1]", "1.2.3.4", "tel:", "é", "&"]
    texts += ["".join(RANDOM.choice(pieces) for _ in range(RANDOM.randint(1, 7))) for _ in range(400)]
    marked = [
        "", "plain", "<b>bold</b> x", "a<!-- c -->b", "<!-- open <b>x</b>", "a <b", "a > b < c", "<>", "<!-->x-->y", "<!---->z", "<a\nb>c", "  a \n\t b\u00a0c  ", "&lt;b&gt; &amp;amp;", "<<b>>", "x<!--a--><!--b-->y", "\ud800<b>\ud800", "<!-<!-- -->- x -->",
        "<b>&nbsp;x&nbsp;</b>",
    ]
    marked += [random_text("ab <>!-&;\n", 20) for _ in range(120)]
    refs = ["&", "&&", "&;", "&#", "&#;", "&#x", "&#x;", "&#65", "&#65;", "&#x41;x", "&#X41", "&#0;", "&#x80;", "&#129;", "&#159", "&#xd800;", "&#x110000;", "&#99999999999999999999;", "&#1;", "&#11;", "&#13;", "&#xfdd0;", "&#xffff;", "&#x1fffe;", "&#x7f;",
            "&amp", "&ampx", "&amp;lt;", "&notit;", "&notin;", "&not;", "&no", "&semi;", "&semi", "&nosuch;", "&NotEqualTilde;", "&CounterClockwiseContourIntegral;", "&CounterClockwiseContourIntegralx;", "&AMP;", "&Amp;", "&frac12x", "&frac1", "&copy2", "&日;", "&amp日", "&ltx;", "&lt;&gt", "&#٣;",
            "&\ud800;", "&thetasym", "&acE;", "&fjlig;", "&bne;", "&quot&apos&apos;", "&amp\ud800", "&abcdefghijklmnopqrstuvwxyzabcdefghijkl;", "&ampabcdefghijklmnopqrstuvwxyzabcdefghij;", "&#6 5;", "&#x;41"]  # fmt: skip
    refs += ["&" + random_text("amplt;#x0123notgq ", 8) for _ in range(150)]
    refs += [f"&#{n};" for n in range(0, 0xA2)]
    names = sorted(html5)
    unescape = lambda s: markupsafe.Markup(s).unescape()  # noqa: E731
    name_sum = lambda: zlib.crc32("".join(unescape("&" + n) + " " + unescape("&" + n.rstrip(";")) + "\n" for n in names).encode())  # noqa: E731
    groups = {
        "escape": (lambda s: str(markupsafe.escape(s)), [[t] for t in TEXTS + ["<a href=\"x\">'&'</a>"]]),
        "striptags": (lambda s: markupsafe.Markup(s).striptags(), [[t] for t in marked + refs[:20]]),
        "unescape": (unescape, [[t] for t in refs + TEXTS]),
        "entities": (lambda _: name_sum(), [["\n".join(names)]]),
        "urlize": (
            urlize,
            [[t, None, None, None, None] for t in texts]
            + [[t, 10, "nofollow noopener", "_blank", ["tel:", "ftp://", "skype:"]] for t in texts[:50]]
            + [["http://example.com/x&y", n, '"', "<", None] for n in (-30, -3, 0, 1, 22, 26, 27)]
            + [["tel:1", None, None, None, ["tel:", "t", "<a"]]],
        ),
        "urlencode": (jinja2.utils.url_quote, [[t, "utf-8", q] for t in TEXTS + ["a/b c?d=e&f~g", "%41"] for q in (False, True)]),
        "xmlattr name": (lambda name: jinja2.filters.do_xmlattr(ENV_CONTEXT, {name: 1}) and None, [[n] for n in ("a", "data-x", "a b", "a\tb", "a\x0bb", "a\u00a0b", "a/b", "a>b", "a=b", "a<b", "'", "", "a\x1cb")]),
        "scheme": (lambda s: jinja2.filters._uri_scheme_re.fullmatch(s) is not None, [[s] for s in ("tel:", "ftp://", "x:", "a+b.c-d:", "tel", "tel:///", "tel:/", ":", "tel:x", "a b:", "日本:", "tel:\n", "<a:", "a::")]),
    }  # fmt: skip
    write("html.json", groups)


# --- format mini-languages ------------------------------------------------------


def random_spec(types):
    choose = RANDOM.choice
    spec = choose(["", "", "", "<", ">", "=", "^", "*<", "0>", "日^", "0=", " =", "x=", "\ud800>", "<<", "z>"])
    spec += choose(["", "", "", "", "+", "-", " "]) + choose(["", "", "", "", "z"]) + choose(["", "", "", "#"]) + choose(["", "", "0"])
    spec += choose(["", "", "1", "5", "6", "7", "8", "9", "10", "11", "12", "13", "20", "٣"])
    spec += choose(["", "", "", ",", "_"]) + choose(["", "", ".0", ".1", ".2", ".3", ".5", ".12", ".20"])
    return spec + choose(types)


ODD_SPECS = [
    "", "y", "xx", ",", "_", ",,", "__", ",_", "_,", ",.", ".", ".x", "5.", "9" * 30, "." + "9" * 30, ".99999999999", "1" * 18, "\ud800", "日", "日<", "日<5日", "<0", "<05", "x<05", "05", "+", "-", " ", "#", "z", "zz",
    "=", "=5", "0=5", "s", "5s", "d", "c", "+c", "#c", ",c", "5c", "=5c", "05c", "^5c", ",x", "_x", ",n", "n", ".3n", "_n", ",s", "_s", "%", ".0%", "e", "\x00", "!", " <5", "{", "z.0f", "0", "00", "010", "-010", "+.1f", "#.0f", "#.3g", "#g", "#", "#o", "#b", "#X", "\x7f", " d", "  ", "=0", "^^^", "z+",
]  # fmt: skip


def write_formats():
    import _string

    short = [s for s in TEXTS if len(s) < 12][:12] + ["añ日👍\ud800"]
    ints = [n for n in INTS if abs(n) < 10**50]
    rows = {"str": [[s, o] for s in ("", "abc", "añ日\ud800") for o in ODD_SPECS if len(o) < 18], "int": [], "float": []}
    rows["int"] = [[n, o] for n in (42, -1234567, 0) for o in ODD_SPECS if len(o) != 18] + [[10**400, t] for t in ("d", "f", "e", "x")]
    rows["float"] = [[f, o] for f in (1234567.891, -0.0, float("nan"), float("-inf"), 1e16) for o in ODD_SPECS if len(o) != 18]
    rows["str"] += [[RANDOM.choice(short), random_spec(["", "", "s", "d"])] for _ in range(250)]
    rows["int"] += [[RANDOM.choice(ints), random_spec(["", "d", "d", "x", "X", "o", "b", "n", "c", "f", "e", "g", "%"])] for _ in range(700)]
    rows["float"] += [[RANDOM.choice(FLOATS), random_spec(["", "", "f", "f", "e", "g", "g", "%", "n", "E", "F", "G"])] for _ in range(1000)]

    def percent_pieces(text, mapping):
        """What % asks for until its first error, seen from outside."""
        log = []

        class Value:
            def __str__(self):
                log.append("value")
                return "v"

        class Mapping(dict):
            __str__ = Value.__str__

            def __missing__(self, key):
                log.append("key " + key)
                return Value()

        for count in range(10):
            log.clear()
            try:
                return [text % (Mapping() if mapping else tuple(Value() for _ in range(count))), log]
            except Exception as e:
                if mapping or "not enough arguments" not in str(e):
                    return [type(e).__name__ + ": " + str(e), log]

    def percent_rows(formats):
        rows = [[f, m] for f in formats for m in (False, True)]
        return [r for r in rows if "not enough" not in percent_pieces(*r)[0]]

    # Numbers under random conversions.
    def conversion(verbs, stars=False):
        choose = RANDOM.choice
        c = "%" + "".join(choose(["", "", "-", "+", " ", "#", "0"]) for _ in range(3)) + choose(["", "", "1", "5", "8", "12"])
        return c + choose(["", "", ".", ".0", ".1", ".3", ".7", ".20"]) + choose(["", "", "", "l", "h", "L"]) + choose(verbs)

    percent = {"percent int": [], "percent float": [], "percent text": []}
    percent["percent int"] = [[conversion("diuoxXdxeEfFgGc"), RANDOM.choice(INTS)] for _ in range(600)] + [["%.2147483647d", 1], ["%y", 1]]
    percent["percent float"] = [[conversion("eEfFgG"), RANDOM.choice(FLOATS)] for _ in range(600)]
    percent["percent text"] = [[conversion("ssra"), RANDOM.choice(short)] for _ in range(200)] + [[conversion("c"), c] for c in "aé日" for _ in range(10)]

    formats = ["", "a", "%s", "%", "%%", "%5%", "a%sb%%c%s", "%y", "%ü", "%\n", "日%ü", "%(a)s", "%(a(b)c)s %(d)s", "%()s", "%(a", "%(a(b)s", "%(a)", "%-", "%5", "%.", "%l", "%ll", "%hhs", "%99999999999999999999s", "%.99999999999s", "%s%y", "%y%s", "%(a)%", "% %", "%-5s|%05s|%.1s", "%\x00", "%\ud800", "%日", "% -+#0s", "%5.3ls", "%.s", "%.%", "%ls%"]
    formats += ["".join(RANDOM.choice(["%", "%", "(a)", "(", ")", "s", "-", "0", "5", ".", "l", "é", "%%", " ", "y"]) for _ in range(RANDOM.randint(1, 8))) for _ in range(300)]

    def fields(text):
        out = []
        try:
            for literal, name, spec, conversion in _string.formatter_parser(text):
                out.append([literal, name, spec, conversion])
        except ValueError as e:
            out.append(str(e))
        return out

    def field_name(name):
        first, rest = _string.formatter_field_name_split(name)
        out = [str(first), isinstance(first, int)]
        try:
            for is_attr, key in rest:
                out.append([str(key), isinstance(key, int), is_attr])
        except ValueError as e:
            out.append(str(e))
        return out

    braces = ["", "a", "{}", "{{", "}}", "{", "}", "{a}", "{a!r}", "{a!r:x}", "{a:x{b}y}", "{!", "{!r", "{!}", "{!r:", "{!rx}", "{a[}", "{a[}]}", "{a[:]}", "{a[!]}", "{a{b}}", "{a:{", "{:}}", "{a}}}", "{{}}", "{{{}}}", "x{a}y{b}z", "{!日}", "{\ud800!\ud800:\ud800}", "{a:{b:{c}}}", "{]}", "{a]!r}", "{:}", "{0.a[b].c!s:>5}", "日{}日{{日"]
    braces += ["".join(RANDOM.choice(["{", "}", "{}", "a", "!", ":", "[", "]", ".", "0", "r", "é"]) for _ in range(RANDOM.randint(1, 9))) for _ in range(500)]
    names = ["", "0", "00", "a", "a.b", "0[1]", "a[b]c", "a[", "a[]", "a.", "a..b", ".a", "[0]", "٣", "9" * 30, "a[" + "9" * 30 + "]", "a." + "9" * 30, "0x", "a[1x]", "-1", "a[-1]", "a[b.c]", "a[[]", "a.b[c].d[0]", "a]b", "a[0][1].x", "a[b]]", "日.日[日]", "a[ 0]", "a.0"]
    names += ["".join(RANDOM.choice("ab01.[]") for _ in range(RANDOM.randint(1, 8))) for _ in range(200)]
    write("formats.json", {
        "str": (format, rows["str"]), "int": (format, rows["int"]), "float": (format, rows["float"]),
        "bool": (lambda o: format(True, o), [[o] for o in ODD_SPECS if o and len(o) != 18]),
        **{name: (lambda f, v: f % (v,), cases) for name, cases in percent.items()},
        "percent pieces": (percent_pieces, percent_rows(formats)),
        "fields": (fields, [[b] for b in braces]),
        "field name": (field_name, [[n] for n in names]),
    })  # fmt: skip


ENV_CONTEXT = type("EvalContext", (), {"autoescape": False})()


if __name__ == "__main__":
    write_code_points()
    write_str()
    write_numbers()
    write_wrap()
    write_html()
    write_formats()
