// Package syntax reads Jinja2 templates: source text becomes a tree.
//
// It follows the lexer and parser of Jinja2 3.1 (3.1.6 where the patch releases
// differ, which is only tuples with namespace attributes in set) under the
// options that NetBox uses: the usual delimiters, no trim_blocks, no
// lstrip_blocks, one trailing newline dropped, no extensions unless [Options]
// asks for them. It also makes those checks that Jinja2 leaves to its code
// generator or to Python's compiler but that need nothing but the tree: blocks
// defined twice, repeated parameters and keyword arguments, extends in an inner
// scope, assignments to loop, slices inside of subscript tuples.
//
// The package knows no values, filters or tests: whether a filter exists is the
// compiler's question. It imports nothing but the standard library.
//
// # Invariants
//
//   - [Parse] returns either a tree or an [*Error], never both, and never panics.
//   - The source's size, the number of tokens and the depth of the tree are
//     bounded, so that recursive code over the tree needs no guard of its own.
//   - Time and memory are linear in the source's size.
//
// # Text
//
// Go strings hold WTF-8: UTF-8 in which a lone surrogate, which a Python string
// can hold, is its three-byte form. A string literal may make such surrogates
// ('\ud800'); two of them stay two code points, as in Python.
//
// # Differences to Jinja2
//
//   - \N{NAME} knows Unicode's names and aliases of the blocks listed in
//     testdata/names.py (Latin, Greek, Cyrillic, punctuation, currency, arrows,
//     mathematics, box drawing, shapes, symbols, emoji), not all of Unicode.
//   - Identifiers are not NFKC-normalised: Python's compiler makes one variable
//     of "ﬁ" and "fi", here they are two.
//   - A keyword argument given twice is always an error. Jinja2 takes the last
//     one if it can fold the call at load time or if a name in it is a keyword
//     of Python.
//   - What follows a second extends is checked like anything else. Jinja2 does
//     not compile it.
//   - Messages are our own; they name the place and what was expected.
package syntax
