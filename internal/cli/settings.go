package cli

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
)

// envPrefix and a flag's name in capitals make the name of its variable.
const envPrefix = "BELLHOP_"

// settings gives flags that are not on the command line the value of their
// environment variable or else of the configuration file. Kong's own support
// for the environment is not used: it would let the file win.
//
// A flag with the tag `setting:"-"` takes part in neither. Such flags name the
// input of one call; a variable of that name means something else, as
// BELLHOP_DATA does, the directory of serve, to the condition command.
type settings struct {
	lookupEnv func(string) (string, bool)
	file      map[string]any // by name of flag
	path      string         // of the file, for messages
}

// addSettings reads the configuration file, if one is named, and makes it and
// the environment known to the parser. Every error has exit code 3.
func addSettings(parsed *kong.Context, lookupEnv func(string) (string, bool)) error {
	s := &settings{lookupEnv: lookupEnv}
	for _, flag := range parsed.Model.Flags {
		if flag.Name == "config" {
			s.path, _ = parsed.FlagValue(flag).(string)
		}
	}
	if s.path == "" {
		s.path, _ = lookupEnv(envPrefix + "CONFIG")
	}
	if s.path != "" {
		if err := s.read(parsed.Model.Node); err != nil {
			return &exitError{code: ExitConfig, err: err}
		}
	}
	parsed.AddResolver(s)
	return nil
}

// read loads the file and refuses names that no command knows: a misspelt name
// that were passed over would leave a default in force unnoticed.
func (s *settings) read(app *kong.Node) error {
	content, err := os.ReadFile(s.path)
	if err != nil {
		return fmt.Errorf("configuration file: %w", err)
	}
	if err := yaml.Unmarshal(content, &s.file); err != nil {
		return fmt.Errorf("configuration file %s: %s", s.path, strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	known := map[string]bool{}
	collectSettings(app, known)
	for _, name := range slices.Sorted(maps.Keys(s.file)) {
		if !known[name] {
			return fmt.Errorf("configuration file %s: unknown setting %q; known are %s",
				s.path, name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
	}
	return nil
}

func collectSettings(node *kong.Node, known map[string]bool) {
	for _, flag := range node.Flags {
		if isSetting(flag) && flag.Name != "config" {
			known[flag.Name] = true
		}
	}
	for _, child := range node.Children {
		collectSettings(child, known)
	}
}

func isSetting(flag *kong.Flag) bool {
	return flag.Name != "help" && flag.Tag.Get("setting") != "-"
}

// envName returns the name of the variable that stands in for a flag.
func envName(flag *kong.Flag) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
}

// Validate has nothing to say: the file was checked when it was read.
func (s *settings) Validate(*kong.Application) error { return nil }

// Resolve returns the value for a flag, or nil if nobody set one. It tries the
// value on the flag's type, so that a bad one is reported with its origin.
func (s *settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if !isSetting(flag) || flag.Name == "config" {
		return nil, nil
	}
	var value any
	origin := envName(flag)
	if text, set := s.lookupEnv(origin); set {
		value = text
	} else if value = s.file[flag.Name]; value != nil {
		origin = "configuration file " + s.path
		if _, isList := value.([]any); !isList {
			value = fmt.Sprint(value)
		}
	} else {
		return nil, nil
	}
	scratch := reflect.New(flag.Target.Type()).Elem()
	scan := kong.Scan().PushTyped(value, kong.FlagValueToken)
	if err := flag.Mapper.Decode(&kong.DecodeContext{Value: flag.Value, Scan: scan}, scratch); err != nil {
		return nil, &exitError{code: ExitConfig, err: fmt.Errorf("%s: %w", origin, err)}
	}
	return value, nil
}

// describeFlag adds the name of the environment variable to a flag's help.
func describeFlag(value *kong.Value) string {
	if value.Flag == nil || !isSetting(value.Flag) {
		return value.Help
	}
	return fmt.Sprintf("%s ($%s)", value.Help, envName(value.Flag))
}
