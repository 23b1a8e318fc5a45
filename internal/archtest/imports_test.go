package archtest

import (
	"slices"
	"strings"
	"testing"
)

// layers lists every tree of packages from the bottom to the top. A package
// imports packages of lower layers, and of its own tree; never its neighbours.
var layers = [][]string{
	{"jinja/internal/pytext", "jinja/internal/syntax"},
	{"jinja/value"},
	{"jinja"},
	{"internal/webhook", "internal/condition", "internal/sign", "internal/pyjson", "internal/rawjson", "internal/yamltext"},              // pure
	{"internal/render", "internal/send", "internal/receiver", "internal/store", "internal/client", "internal/jsondiff", "internal/wire"}, // one technique each
	{"internal/inventory", "internal/intake", "internal/dispatch", "internal/admin", "internal/manifest"},                                // use cases
	{"internal/api", "internal/ui", "internal/bench"},                                                                                    // surfaces
	{"internal/config"}, // composition
	{"internal/app", "internal/bench"},
	{"internal/cli"},
	{"cmd"},
}

// testOnly trees may be imported by tests alone, and import what they like.
var testOnly = []string{"internal/archtest", "internal/faulttest", "internal/testkit", "internal/store/storetest", "jinja/internal/difftest"}

// layerOf returns the layer and the tree of a package: the longest tree that
// it is within.
func layerOf(name string) (layer int, tree string) {
	layer = -1
	for i, trees := range layers {
		for _, candidate := range trees {
			if within(name, candidate) && len(candidate) > len(tree) {
				layer, tree = i, candidate
			}
		}
	}
	return layer, tree
}

func TestImportsPointDown(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name := p.name()
		if withinAny(name, testOnly) {
			continue
		}
		layer, tree := layerOf(name)
		if layer < 0 {
			t.Errorf("%s: is in no layer; say in imports_test.go and docs where it belongs", name)
			continue
		}
		for _, imported := range own(p.Imports) {
			if withinAny(imported, testOnly) {
				t.Errorf("%s imports %s, which is for tests", name, imported)
				continue
			}
			lower, other := layerOf(imported)
			if tree != other && lower >= layer {
				t.Errorf("%s (layer %d) imports %s (layer %d)", name, layer, imported, lower)
			}
		}
	}
}

// reservedImports are packages that only some trees may import outside tests.
// An import path that ends in "/..." stands for everything below it.
var reservedImports = []struct {
	path string
	by   []string // trees of packages
	why  string
}{
	{"testing/...", testOnly, "it is for tests"},
	{"bellhop/internal/store/sqlite", []string{"internal/app", "internal/store/sqlite"}, "all others know the contract only"},
	{"database/sql/...", []string{"internal/store"}, "SQL is the stores' business"},
	{"modernc.org/sqlite/...", []string{"internal/store"}, "SQL is the stores' business"},
	{"log", []string{"cmd"}, "it is the default logger, which cmd/bellhop switches off; a *slog.Logger is handed down"},
	{"reflect", []string{"internal/config", "internal/cli"}, "code that needs it is slow and hard to read"},
	{"unsafe", nil, "nothing here is worth it"},
	{"C", nil, "the binary is static"},
	{"github.com/alecthomas/kong", []string{"internal/cli"}, "only the command line knows it"},
	{"github.com/prometheus/...", []string{"internal/app"}, "packages below count for themselves and are asked"},
}

func TestReservedImports(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for _, rule := range reservedImports {
			if withinAny(p.name(), rule.by) {
				continue
			}
			for _, imported := range p.Imports {
				if matches(imported, rule.path) {
					t.Errorf("%s imports %s: %s", p.name(), imported, rule.why)
				}
			}
		}
	}
}

// matches reports whether an import path is the pattern, or below it when the
// pattern ends in "/...".
func matches(path, pattern string) bool {
	tree, isTree := strings.CutSuffix(pattern, "/...")
	return path == tree || isTree && strings.HasPrefix(path, tree+"/")
}

// The engine is for anybody to use, so it brings nothing along.
func TestEngineUsesStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if !within(p.name(), "jinja") || withinAny(p.name(), testOnly) {
			continue
		}
		for _, imported := range p.Imports {
			first, _, _ := strings.Cut(imported, "/")
			if strings.Contains(first, ".") || first == module && !within(strings.TrimPrefix(imported, module+"/"), "jinja") {
				t.Errorf("%s imports %s", p.name(), imported)
			}
		}
	}
}

func TestEveryPackageHasComment(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if len(p.GoFiles) == 0 {
			continue // tests only
		}
		words := []string{"Package ", "Command "}
		if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(p.Doc, w) }) {
			t.Errorf("%s: no package comment", p.name())
		}
	}
}
