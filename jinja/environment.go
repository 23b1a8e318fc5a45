package jinja

import (
	"errors"
	"fmt"
	"maps"
	"sync"

	"bellhop/jinja/internal/syntax"
	"bellhop/jinja/value"
)

// Limits bounds a render; see [value.Limits]. Zero fields mean the defaults.
type Limits = value.Limits

// UndefinedPolicy says what undefined values allow; see [value.UndefinedPolicy].
type UndefinedPolicy = value.UndefinedPolicy

// maxSource is the longest source that is compiled, in bytes.
const maxSource = 256 << 10

// ErrTemplateNotFound is what a [Loader] answers for a name it does not know.
var ErrTemplateNotFound = errors.New("template not found")

// Loader gives the sources of the templates that include, import and extends
// name. It is called while rendering, by several goroutines at once, and
// should be quick. For an unknown name it returns [ErrTemplateNotFound].
type Loader interface {
	Load(name string) (source string, err error)
}

// Environment holds what templates are compiled with. It never changes and is
// safe for concurrent use.
type Environment struct {
	filters    map[string]*filter
	tests      map[string]*test
	globals    map[string]value.Value
	loader     Loader
	limits     Limits
	undefined  UndefinedPolicy
	autoescape bool
	syntax     syntax.Options
	states     *sync.Pool
}

// Option sets up an [Environment].
type Option func(*Environment) error

// New makes an environment. Without options it is what NetBox renders its
// webhooks with: Jinja2's SandboxedEnvironment with default options and no
// loader, under the default limits.
func New(opts ...Option) (*Environment, error) {
	e := &Environment{
		filters: maps.Clone(builtinFilters), tests: maps.Clone(builtinTests),
		globals: maps.Clone(builtinGlobals), states: newStates(),
		limits: Limits{}.WithDefaults(),
		syntax: syntax.Options{MaxSource: maxSource},
	}
	for _, opt := range opts {
		if err := opt(e); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// WithLimits sets the limits of every render.
func WithLimits(l Limits) Option {
	return func(e *Environment) error {
		e.limits = l.WithDefaults()
		return nil
	}
}

// WithLoader gives the templates that others may include, import or extend.
// Without it these fail with "template not found".
func WithLoader(l Loader) Option {
	return func(e *Environment) error {
		e.loader = l
		return nil
	}
}

// WithUndefined sets what undefined values allow.
func WithUndefined(p UndefinedPolicy) Option {
	return func(e *Environment) error {
		e.undefined = p
		return nil
	}
}

// WithAutoescape switches HTML escaping on from the start.
func WithAutoescape() Option {
	return func(e *Environment) error {
		e.autoescape = true
		return nil
	}
}

// WithLoopControls switches the statements break and continue on, Jinja2's
// extension loopcontrols.
func WithLoopControls() Option {
	return func(e *Environment) error {
		e.syntax.LoopControls = true
		return nil
	}
}

// WithDo switches the statement do on, Jinja2's extension of that name.
func WithDo() Option {
	return func(e *Environment) error {
		e.syntax.Do = true
		return nil
	}
}

// WithGlobal adds a variable that every template sees. The value must not
// change afterwards; one from [value.ParseJSON] cannot.
func WithGlobal(name string, v value.Value) Option {
	return func(e *Environment) error {
		e.globals[name] = v
		return nil
	}
}

// Compile compiles a source. The error is an [*Error].
func (e *Environment) Compile(source string) (*Template, error) {
	return e.compileSource("", source)
}

// load gives the template of a name, compiled once a render.
func (st *state) load(env *Environment, name string) *Template {
	if t, ok := st.templates[name]; ok {
		return t
	}
	if env.loader == nil {
		notFound(name)
	}
	source, err := env.loader.Load(name)
	switch {
	case errors.Is(err, ErrTemplateNotFound):
		notFound(name)
	case err != nil:
		panic(&value.Error{Kind: value.Other, Message: fmt.Sprintf("template %s cannot be loaded", name), Err: err})
	}
	st.th.Alloc(len(source))
	t, err := env.compileSource(name, source)
	if err != nil {
		broken, _ := errors.AsType[*Error](err)
		panic(&value.Error{Kind: broken.Kind, Message: broken.Message, Err: &brokenTemplate{broken}})
	}
	if st.templates == nil {
		st.templates = make(map[string]*Template)
	}
	st.templates[name] = t
	return t
}

// brokenTemplate is the cause of an error that a loaded template's source has.
type brokenTemplate struct{ err *Error }

// Error implements error.
func (b *brokenTemplate) Error() string { return b.err.Error() }

func notFound(name string) { value.Raise(value.TemplateNotFound, "template %s not found", name) }
