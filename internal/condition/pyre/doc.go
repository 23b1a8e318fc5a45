// Package pyre answers one question: does Python's re.match(pattern, text) find
// a match? Conditions are written by people who know Python's regular
// expressions, and NetBox evaluates them with re.match, anchored at the start.
//
// A pattern is parsed by Python 3.12's rules into a small tree and written out
// again for one of two engines. Go's regexp takes every pattern that it can run
// with the same meaning: it needs time linear in the text. Patterns with
// look-around, references to groups, atomic groups, Unicode word boundaries or
// a $ that is not last go to regexp2, which backtracks, under a time limit.
// Because only the existence of a match is asked for, greediness makes no
// difference to the first engine.
//
// What is Python's and not the engines' own: \d, \w, \s and \b are Unicode's
// unless (?a) is set; $ also matches before a final newline; case is ignored by
// Unicode's simple folding plus the dotted and dotless i; classes, repetition
// counts such as {,3}, possessive repetition, inline flags, verbose mode and
// groups are read and refused as Python does, with its messages.
//
// Not supported, and refused: \N{NAME}. The time limit makes the package use a
// clock; nothing else here does, and nothing here starts input or output.
package pyre
