package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// module is the module's path; own packages are below it.
const module = "bellhop"

// goPackage is what "go list" says about one package.
type goPackage struct {
	ImportPath   string
	Dir          string
	Doc          string
	Standard     bool
	GoFiles      []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// name is the path within the module: "internal/api".
func (p *goPackage) name() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

// listOnce runs "go list" once for all tests.
var listOnce = sync.OnceValues(func() ([]goPackage, error) {
	if err := touchTree(); err != nil {
		return nil, err
	}
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Doc,GoFiles,Imports,TestImports,XTestImports", module+"/...").Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, errors.New(string(exit.Stderr))
	}
	if err != nil {
		return nil, err
	}
	var packages []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
})

// touchTree looks at every folder of the module. "go test" reuses a result while
// what the test itself has looked at is the same, and does not see what "go
// list" does.
func touchTree() error {
	return filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && len(entry.Name()) > 2 && strings.HasPrefix(entry.Name(), ".") {
			return fs.SkipDir
		}
		return err
	})
}

// packages returns every package of the module.
func packages(t *testing.T) []goPackage {
	t.Helper()
	list, err := listOnce()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	if len(list) < 10 {
		t.Fatalf("go list found %d packages; the rules would check nothing", len(list))
	}
	return list
}

// own returns those of the imports that are packages of the module, by name.
func own(imports []string) []string {
	var names []string
	for _, path := range imports {
		if name, ok := strings.CutPrefix(path, module+"/"); ok {
			names = append(names, name)
		}
	}
	return names
}

// within reports whether the package is the tree's root or below it.
func within(name, tree string) bool {
	return name == tree || strings.HasPrefix(name, tree+"/")
}

// withinAny reports whether the package is within one of the trees.
func withinAny(name string, trees []string) bool {
	for _, tree := range trees {
		if within(name, tree) {
			return true
		}
	}
	return false
}
