// Package pytext holds Python's text algorithms on Go strings: slicing by code
// point, case mapping, str methods, repr, number text, the format
// mini-languages, text wrapping and the HTML helpers of markupsafe and Jinja2.
// The reference is CPython 3.11 (Unicode 14), markupsafe 2.1 and Jinja2 3.1.
//
// # Text
//
// A Python str may hold lone surrogates, and even a high one beside a low one
// without the two becoming one character. Text is therefore kept as
// generalized UTF-8 (WTF-8 without its ban on pairs): UTF-8 in which a
// surrogate is its three-byte form. Such text can be cut, joined, searched and
// compared bytewise like UTF-8, but range loops and unicode/utf8 do not know
// the surrogates: code points are read with [DecodeRune] and counted with
// [RuneCount]. Order of bytes is order of code points, as Python compares.
//
// # Bounds
//
// Every function is linear in its input and output, or O(n log n). A function
// whose result may be more than five times as large as its input takes a
// [Charge] and calls it before it allocates; the result of any other function
// is within that factor.
//
// # Errors
//
// An error is always an [*Error] with the class and the message of the Python
// exception. No input makes a function panic.
//
// The package knows no values, filters or templates, does no I/O and depends on
// the standard library alone. All functions are safe for concurrent use.
package pytext
