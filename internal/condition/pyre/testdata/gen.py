#!/usr/bin/env python3
"""Write cases.json: what Python's re.match says to patterns and texts.

Each case is a pattern with either Python's error message or the texts (by
index into "texts") that it matches. Run with Python 3.11.5 to 3.13: earlier
ones get possessive repetition wrong, later ones change \\B on the empty text.
"""

import json
import pathlib
import random
import re
import warnings

warnings.simplefilter("ignore")

TEXTS = [
    "", "a", "b", "ab", "aab", "abab", "aaa", "A", "AB", "ba", "\n", "a\n", "ab\n", "a\nb", "a\n\n", "\nab",
    "abc", "abcabc", "a b", " a", "a.b", "a-b", "a_b", "0", "12", "1a", "a1", "123-456", "{", "a{2}", "a{,2}", "{}", "a{}", "]", "[",
    "^", "$", "-", "\\", "a]b", "#", "a#b", "é", "É", "été", "ß", "ẞ", "ſ", "K", "k", "s", "S", "i", "I", "İ", "ı", "σ", "ς", "Σ",
    "٣", "١٢", "²", "Ⅷ", "½", "一", "a\u0301", "\u0301", "‿", "\u00a0", "\u2003", "\x1c", "\x85", "\u200b", "😀", "a😀b", "\x00", "\b", "\t",
    "Site 1", "site-1", "SITE 1", "fra1-leaf-01", "10.0.0.1/24", "foo bar", "foobar", "barfoo", "xay", "aXbX", "aa bb", "«q»",
]

PATTERNS = r"""
a
ab|ba
a$
^a$
^ab$
a$\n
a\Z
a$b|a
(a$|b)\n
(?:a|b$)
(?m)a$
(?m)a$\nb
(?m)^a$\n^b$
(?m)\A\n^ab
.
.*b
(?s).*b
(?s)a.b
a.b
\d
\d+$
\D
\w+$
\W
\s
\S
(?a)\d
(?a)\w+$
(?a)\W
(?a)\s
[\d]
[^\d]
[\W]
[^\W]
[^\Wa]
[\W\d]
[\S]
[^\S]
[\D\d]
[^\D\d]
[\w.-]+$
[a-c]+
[^a-c]
[]a]+
[^]a]
[a\]b]+
[a-]
[-a]
[a\-c]
[\b]
[\x41-\x43]
[[]
[^^]
\^
\$
\[
\]
\\
\x61
\u00e9
\U0001f600
\101
\0
\141
\07
\08
[\141-\143]
[\0]
\t
\a
\e
\q
\_
\-
\#
\xg1
\x1
\u12
\U00110000
\N{DIGIT ONE}
\400
\8
\1
(a)\1
(a)(b)\2\1
(a|b)*\1
(a)?\1b
(a)?b\1
(?P<x>a)(?P=x)
(?P<x>a)(b)\2
(b)?(?P<x>a)\2
(?P<x>a)(?P<x>b)
(?P<1>a)
(?P<>a)
(?P<x
(?P=y)
(?P=x
(?Px)
(a\1)
(?P<x>a(?P=x))
(?i)(a)\1
(?i)a
(?i)K
(?i)k
(?i)s
(?i)ſ
(?i)i
(?i)I
(?i)İ
(?i)ı
(?i)[i]
(?i)[h-j]
(?i)[^i]
(?i)σ
(?i)ß
(?i)É
(?i)[a-z]+$
(?i)[^a-z]
(?i)[à-ý]
(?ai)k
(?ai)[a-z]+$
(?ai)É
(?ai)[é]
(?i:a)b
a(?i:b)
(?i)a(?-i:b)
(?-i:a)
a(?i)b
a|(?i)b
(?i)(?m)^A$
(?x) a b # comment
(?x)a\ b
(?x)[ ]?a
(?x) a {2}
(?x:a b)c
(?x)a(?-x: b)
(?x)a#b
(?#comment)a
(?#comment
a(?#c)*
(?i)*
(?L)a
(?u)\d
(?au)a
(?a-a:b)
(?i-
(?i-:a)
(?-)
(?-:a)
(?z)a
(?iz)
(?i
(?
(
)
a)
(a
(?:a
(?:a|b)+c
(?=a)a
(?!a).
(?=ab)a
(?!ab)a
a(?=b)
a(?!b)
(?<=a)b
a(?<=a)b
ab(?<!b)
a(?<!b)
(?<=a|bc)x
(?<=a+)b
(?<=a?)b
(?<=(a))b
(?<=a{2})b
aa(?<=a{2})b
(?<a)b
(?<=
(a)?(?(1)b|c)
(a)?(?(1)b)
(?(1)a|b)
(?P<n>a)?(?(n)b|ba)
(?(n)a|b)
(?(0)a)
(a)(?(1)b|c|d)
(?(2)a|b)(c)
(?>a+)b
(?>a|ab)c
(?>a*)a
a++b
a*+a
a?+a
a{1,2}+a
(?:ab)++a
a*?b
a+?b
a??b
a{1,2}?b
a**
a*+*
a+?*
*
+a
?
|*
^*
$*
\b*
\A+
(?=a)*a
(?:a)*b
(|a)+b
(a*)*b
(a*)+$
a{2}
a{2,}
a{,2}$
a{,}$
a{}
a{
a{2
a{2,
a{a}
a{2,1}
a{,2}b
{
{}
{2}
{,2}
x{0}a
a{1000}
a{1001}
a{0,2000}$
(?:a{0,50}){0,50}$
a{99999999999}
a{1,99999999999}
\bab\b
\ba
a\b
a\B
\B
\Ba
a\Bb
(?a)\bé
\bé\b
(?a)a\b
été\b
a\b\u0301
\w\b\W
a|b|
|a
()
()a
a||b
[
[]
[^
[^]
[a
[b-a]
[a-\d]
[\d-a]
[a-
[z-a
\
[\
[\q]
[\8]
[\400]
(?P<é>a)(?P=é)
(?P<a b>a)
a.c
.*leaf-\d+$
(?!Foo)Site
Site \d
(?i)site\s\d+$
^(fra|ams)\d-(leaf|spine)-\d{2}$
\d+\.\d+\.\d+\.\d+/\d+
[^\s]+ [^\s]+
«.»
""".strip("\n").split("\n")

ATOMS = ["a", "b", ".", r"\d", r"\w", r"\s", r"\W", "[ab]", "[^a]", "é", r"\.", " ", "-", r"\n", "1"]
ENDS = ["", "", "", "$", r"\Z", r"\b"]


def grow(rng, depth):
    """Return a random pattern."""
    kind = rng.randrange(12 if depth else 3)
    if kind < 4:
        return rng.choice(ATOMS)
    if kind < 6:
        return grow(rng, depth - 1) + grow(rng, depth - 1)
    if kind == 6:
        return "(%s|%s)" % (grow(rng, depth - 1), grow(rng, depth - 1))
    if kind == 7:
        return "(?:%s)%s" % (grow(rng, depth - 1), rng.choice(["*", "+", "?", "{1,2}", "{2}", "{,2}", "*?", "?+"]))
    if kind == 8:
        return "(?%s%s)" % (rng.choice(["=", "!"]), grow(rng, depth - 1))
    if kind == 9:
        return "(%s)%s" % (grow(rng, depth - 1), rng.choice([r"\1", "$", "^", r"\b", r"\B", ""]))
    if kind == 10:
        return "(?%s:%s)" % (rng.choice(["i", "s", "m", "a", "-i", "x"]), grow(rng, depth - 1))
    return grow(rng, depth - 1) + rng.choice(["$", "^", r"\Z", r"\b", "(?<=a)", "(?<!b)"]) + grow(rng, depth - 1)


def case(pattern):
    """Return what Python says to one pattern."""
    try:
        compiled = re.compile(pattern)
    except re.error as e:
        return {"pattern": pattern, "error": str(e)}
    except (OverflowError, RecursionError) as e:
        return {"pattern": pattern, "error": str(e)}
    return {"pattern": pattern, "matches": [i for i, text in enumerate(TEXTS) if compiled.match(text)]}


def main():
    rng = random.Random(20261122)
    grown = [rng.choice(["", "", "", "(?i)", "(?m)", "(?s)", "(?a)"]) + grow(rng, 4) + rng.choice(ENDS) for _ in range(2500)]
    cases = [case(p) for p in dict.fromkeys(PATTERNS + grown)]
    lines = ",\n".join(json.dumps(c) for c in cases)
    text = '{"texts": %s,\n"cases": [\n%s\n]}\n' % (json.dumps(TEXTS), lines)
    (pathlib.Path(__file__).parent / "cases.json").write_text(text)


main()
