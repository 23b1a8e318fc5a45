package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// processOnly are the trees that may know the process they run in.
var processOnly = []string{"cmd", "internal/cli", "internal/app"}

// reservedNames are identifiers of other packages that only some trees may use
// outside tests.
var reservedNames = []struct {
	names []string
	by    []string
	why   string
}{
	{
		[]string{"os.Getenv", "os.LookupEnv", "os.Environ", "os.ExpandEnv", "os.Setenv", "os.Exit", "os.Args", "os.Stdin", "os.Stdout", "os.Stderr"},
		processOnly, "settings and streams are handed down",
	},
	{
		[]string{"slog.Default", "slog.SetDefault", "slog.Debug", "slog.Info", "slog.Warn", "slog.Error", "slog.Log", "slog.With"},
		processOnly, "the logger is handed down",
	},
	{
		// The engine and conditions compute on constants, which waits for nobody.
		[]string{"context.Background", "context.TODO"},
		append([]string{"jinja", "internal/condition"}, processOnly...), "contexts come from the caller",
	},
	{
		[]string{
			"http.Client", "http.Transport", "http.DefaultClient", "http.DefaultTransport",
			"http.Get", "http.Post", "http.PostForm", "http.Head",
		},
		// Package client serves commands, which go where the person who runs
		// them says; package bench calls its own processes.
		[]string{"internal/send", "internal/client", "internal/bench"},
		"requests go out under the rules of package send",
	},
	{
		[]string{"http.DefaultServeMux", "http.Handle", "http.HandleFunc", "http.ListenAndServe"},
		nil, "they are global",
	},
	{
		[]string{"time.Sleep"},
		nil, "it cannot be ended; wait with a timer and a context",
	},
}

func TestReservedNames(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if withinAny(p.name(), testOnly) {
			continue
		}
		reserved := map[string]string{}
		for _, rule := range reservedNames {
			if withinAny(p.name(), rule.by) {
				continue
			}
			for _, name := range rule.names {
				reserved[name] = rule.why
			}
		}
		for _, file := range p.GoFiles {
			checkFile(t, filepath.Join(p.Dir, file), p.name(), reserved)
		}
	}
}

// checkFile reports every use of a reserved name, under whatever name the file
// imports the package.
func checkFile(t *testing.T, filename, packageName string, reserved map[string]string) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, filename, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Errorf("%s: %v", packageName, err)
		return
	}
	imported := map[string]string{} // local name to the package's own
	for _, spec := range file.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil || strings.Contains(importPath, ".") {
			continue // the rules speak of the standard library
		}
		local := path.Base(importPath)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		imported[local] = path.Base(importPath)
	}
	ast.Inspect(file, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		qualifier, ok := selector.X.(*ast.Ident)
		if !ok {
			return true
		}
		name := imported[qualifier.Name] + "." + selector.Sel.Name
		if why, found := reserved[name]; found {
			t.Errorf("%s:%d: %s uses %s: %s", filepath.Base(filename), files.Position(node.Pos()).Line, packageName, name, why)
		}
		return true
	})
}
