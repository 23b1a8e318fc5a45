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

	"bellhop/internal/config"
)

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
	origins   origins
}

// origins say where the values of flags came from; those that are missing have
// their defaults.
type origins map[string]config.Origin

// add reads the configuration file, if one is named, and makes it and the
// environment known to the parser. Every error has exit code 3.
func (s *settings) add(parsed *kong.Context) error {
	for _, path := range parsed.Path {
		if path.Flag != nil {
			s.origins[path.Flag.Name] = config.OriginFlag
		}
	}
	for _, flag := range parsed.Model.Flags {
		if flag.Name == "config" {
			s.path, _ = parsed.FlagValue(flag).(string)
		}
	}
	if s.path == "" {
		s.path, _ = s.lookupEnv(config.EnvName("config"))
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

// Validate has nothing to say: the file was checked when it was read.
func (s *settings) Validate(*kong.Application) error { return nil }

// Resolve returns the value for a flag, or nil if nobody set one. It tries the
// value on the flag's type, so that a bad one is reported with its origin.
func (s *settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if !isSetting(flag) || flag.Name == "config" {
		return nil, nil
	}
	value, origin, err := s.find(flag)
	if value == nil || err != nil {
		return nil, err
	}
	scratch := reflect.New(flag.Target.Type()).Elem()
	scan := kong.Scan().PushTyped(value, kong.FlagValueToken)
	if err := flag.Mapper.Decode(&kong.DecodeContext{Value: flag.Value, Scan: scan}, scratch); err != nil {
		return nil, &exitError{code: ExitConfig, err: fmt.Errorf("%s: %w", origin, err)}
	}
	return value, nil
}

// find returns the value for a flag and where it stands, for messages; nil if
// nobody set one.
func (s *settings) find(flag *kong.Flag) (value any, origin string, err error) {
	origin = config.EnvName(flag.Name)
	if text, set := s.lookupEnv(origin); set {
		s.origins[flag.Name] = config.OriginEnvironment
		return text, origin, nil
	}
	if isSecret(flag.Value) {
		origin = config.SecretFileEnvName(flag.Name)
		if path, set := s.lookupEnv(origin); set {
			s.origins[flag.Name] = config.OriginEnvironment
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, origin, &exitError{code: ExitConfig, err: fmt.Errorf("%s: %w", origin, err)}
			}
			return strings.TrimRight(string(text), "\r\n"), origin, nil
		}
	}
	value = s.file[flag.Name]
	if value == nil {
		return nil, "", nil
	}
	s.origins[flag.Name] = config.OriginFile
	origin = "configuration file " + s.path
	switch value.(type) {
	case map[string]any:
		return nil, origin, &exitError{code: ExitConfig, err: fmt.Errorf("%s: takes a value, not names with values", origin)}
	case []any:
		if !flag.IsSlice() {
			return nil, origin, &exitError{code: ExitConfig, err: fmt.Errorf("%s: takes one value, not a list", origin)}
		}
	default:
		value = fmt.Sprint(value)
	}
	return value, origin, nil
}

func isSecret(value *kong.Value) bool {
	return value.Target.Type() == reflect.TypeFor[config.Secret]()
}

// describeFlag adds the default, unless the flag's placeholder is it, and the name
// of the environment variable to a flag's help.
func describeFlag(value *kong.Value) string {
	text := value.Help
	if value.Flag == nil {
		return text
	}
	if value.HasDefault && value.Flag.PlaceHolder != "" {
		text += fmt.Sprintf(" Default: %s.", value.Default)
	}
	if isSetting(value.Flag) {
		text += fmt.Sprintf(" ($%s)", config.EnvName(value.Flag.Name))
	}
	return text
}
