package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"bellhop/internal/config"
	"bellhop/internal/render"
	"bellhop/jinja"
	"bellhop/jinja/value"
)

// renderCommand renders a template as a webhook would.
type renderCommand struct {
	Template   string           `setting:"-" placeholder:"FILE" help:"Template."`
	Context    string           `setting:"-" placeholder:"FILE" help:"Variables of the template as a JSON object."`
	ContextKey string           `setting:"-" placeholder:"NAME" help:"Take the variables from this member of the context, or of its member \"contexts\"."`
	Headers    bool             `setting:"-" help:"Render as additional headers, which know the filter header_safe."`
	JSON       bool             `name:"json" setting:"-" help:"Print an object with output or error."`
	Batch      string           `setting:"-" placeholder:"FILE" help:"Read one object a line (id, template, context, filters) and print one a line (id, output or error)."`
	Limits     config.Templates `embed:"" prefix:"template-"`
}

// headerSafe is the filter that headers have and other templates have not.
const headerSafe = "header_safe"

// Run renders one template, or a batch. A template that fails gives exit code
// 1, but not within a batch.
func (c *renderCommand) Run(ctx context.Context, p Process) error {
	engine, err := render.New(render.Options{Environment: c.Limits.Env, LookupEnv: p.LookupEnv})
	if err != nil {
		return &exitError{code: ExitConfig, err: err}
	}
	if c.Batch != "" {
		if c.Template != "" || c.Context != "" || c.ContextKey != "" {
			return usageError("--batch goes without --template, --context and --context-key")
		}
		return c.runBatch(ctx, p, engine)
	}
	if c.Template == "" || c.Context == "" {
		return usageError("--template and --context are needed, or --batch")
	}
	if c.Template == "-" && c.Context == "-" {
		return usageError("only one FILE can be standard input")
	}
	source, err := readInput(p, c.Template)
	if err != nil {
		return err
	}
	vars, err := c.readContext(p)
	if err != nil {
		return fmt.Errorf("context: %w", err)
	}
	output, err := renderSource(ctx, engine, string(source), c.Headers, vars)
	return c.print(p, output, err)
}

// readContext returns the variables that the command line names.
func (c *renderCommand) readContext(p Process) (*value.Dict, error) {
	text, err := readInput(p, c.Context)
	if err != nil {
		return nil, err
	}
	parsed, err := value.ParseJSON(text)
	if err != nil {
		return nil, err
	}
	vars, isObject := parsed.(*value.Dict)
	if isObject && c.ContextKey != "" {
		vars, isObject = namedContext(vars, c.ContextKey)
		if !isObject {
			return nil, fmt.Errorf("has no object %q", c.ContextKey)
		}
	}
	if !isObject {
		return nil, errors.New("is not a JSON object")
	}
	return vars, nil
}

// namedContext finds one of several contexts in a file, which has them at its
// top or under "contexts".
func namedContext(file *value.Dict, name string) (*value.Dict, bool) {
	if found, ok := member(file, name).(*value.Dict); ok {
		return found, true
	}
	all, ok := member(file, "contexts").(*value.Dict)
	if !ok {
		return nil, false
	}
	found, ok := member(all, name).(*value.Dict)
	return found, ok
}

// member returns the value of a key, or nil.
func member(object *value.Dict, name string) value.Value {
	found, _ := object.Lookup(new(value.Thread), name)
	return found
}

func renderSource(ctx context.Context, engine *render.Engine, source string, headers bool, vars *value.Dict) (string, error) {
	compile := engine.CompileText
	if headers {
		compile = engine.CompileHeaders
	}
	template, err := compile(source)
	if err != nil {
		return "", err
	}
	return template.RenderString(ctx, vars)
}

func (c *renderCommand) print(p Process, output string, failure error) error {
	text := []byte(output)
	if c.JSON {
		var err error
		if text, err = renderAnswer(nil, output, failure); err != nil {
			return err
		}
	}
	if failure == nil || c.JSON {
		if _, err := p.Stdout.Write(text); err != nil {
			return err
		}
	}
	if failure == nil {
		return nil
	}
	if !c.JSON {
		fmt.Fprintln(p.Stderr, failure)
	}
	return errSaid
}

// errSaid ends a command with exit code 1 that has said why.
var errSaid = &exitError{code: ExitFailed, err: errors.New("")}

// renderAnswer makes the line for a result: {"id", "output"} or {"id",
// "error"}, without id when it is nil. It is written by package value because
// text may hold lone surrogates, which encoding/json would replace.
func renderAnswer(id value.Value, output string, failure error) ([]byte, error) {
	answer := value.NewDict(2)
	if id != nil {
		answer.SetName("id", id)
	}
	if failure == nil {
		answer.SetName("output", value.Str(output))
	} else {
		answer.SetName("error", describeFailure(failure))
	}
	line, err := value.DumpJSON(answer)
	return append(line, '\n'), err
}

// describeFailure has a template's error as an object of its own.
func describeFailure(err error) *value.Dict {
	fault, ok := errors.AsType[*jinja.Error](err)
	if !ok {
		fault = &jinja.Error{Kind: jinja.KindOther, Phase: jinja.PhaseRender, Message: err.Error()}
	}
	d := value.NewDict(4)
	d.SetName("kind", value.Str(fault.Kind))
	d.SetName("message", value.Str(fault.Message))
	line := value.Value(value.None)
	if fault.Line > 0 {
		line = value.Int(int64(fault.Line))
	}
	d.SetName("line", line)
	d.SetName("phase", value.Str(fault.Phase))
	return d
}

// runBatch keeps one case in memory at a time. Each answer is written at once,
// so that a program can wait for it.
func (c *renderCommand) runBatch(ctx context.Context, p Process, engine *render.Engine) error {
	return eachLine(p, c.Batch, func(line []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		parsed, err := value.ParseJSON(bytes.TrimSpace(line))
		if err != nil {
			return err
		}
		request, ok := parsed.(*value.Dict)
		if !ok {
			return errors.New("not a JSON object")
		}
		output, failure, err := c.renderCase(ctx, engine, request)
		if err != nil {
			return err
		}
		id := member(request, "id")
		if id == nil {
			id = value.None
		}
		answer, err := renderAnswer(id, output, failure)
		if err != nil {
			return err
		}
		_, err = p.Stdout.Write(answer)
		return err
	})
}

// renderCase renders one line of a batch; err is for lines that make no sense.
func (c *renderCommand) renderCase(ctx context.Context, engine *render.Engine, request *value.Dict) (output string, failure, err error) {
	source, ok := member(request, "template").(value.Str)
	if !ok {
		return "", nil, errors.New("template is not a string")
	}
	vars := value.NewDict(0)
	switch given := member(request, "context").(type) {
	case nil, value.NoneType:
	case *value.Dict:
		vars = given
	default:
		return "", nil, errors.New("context is not an object")
	}
	headers := c.Headers
	switch given := member(request, "filters").(type) {
	case nil, value.NoneType:
	case *value.List:
		for _, name := range given.Items(new(value.Thread)) {
			if name != value.Str(headerSafe) {
				return "", nil, fmt.Errorf("unknown filter; the only one to add is %s", headerSafe)
			}
			headers = true
		}
	default:
		return "", nil, errors.New("filters is not a list")
	}
	output, failure = renderSource(ctx, engine, string(source), headers, vars)
	return output, failure, nil
}
