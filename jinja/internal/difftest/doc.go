// Package difftest holds the engine against the real Jinja2: it makes random
// templates from a grammar over realistic webhook contexts, renders them with
// Debian's python3-jinja2 and with package jinja, and compares the bytes or the
// kind and phase of the error.
//
// It runs with "make difftest", which needs Python; the tests have the build
// tag difftest. What it finds becomes a case in jinja/testdata/found.json. A
// change is held against a fixed range of templates, see .ci/run: a random one
// would fail whoever happens to meet what has been wrong all along.
package difftest
