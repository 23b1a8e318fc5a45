package cli

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
)

// versionCommand prints what the binary was built from.
type versionCommand struct {
	JSON bool `name:"json" setting:"-" help:"Print an object with version, revision, modified, go."`
}

// build is what the Go tool chain recorded in the binary.
type build struct {
	Version  string `json:"version"`            // of the module; "(devel)" outside a release
	Revision string `json:"revision,omitempty"` // of version control
	Modified bool   `json:"modified,omitempty"` // the work tree had changes
	Go       string `json:"go"`
}

func readBuild() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return build{Version: "(devel)"}
	}
	b := build{Version: info.Main.Version, Go: info.GoVersion}
	if b.Version == "" {
		b.Version = "(devel)"
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// Run prints the version.
func (c *versionCommand) Run(p Process) error {
	b := readBuild()
	if c.JSON {
		return json.NewEncoder(p.Stdout).Encode(b)
	}
	line := "bellhop " + b.Version
	if b.Revision != "" {
		line += " " + b.Revision[:min(12, len(b.Revision))]
	}
	if b.Modified {
		line += " (modified)"
	}
	_, err := fmt.Fprintf(p.Stdout, "%s %s\n", line, b.Go)
	return err
}
