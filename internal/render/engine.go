package render

import (
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"bellhop/internal/webhook"
	"bellhop/jinja"
	"bellhop/jinja/value"
)

// Options configure an [Engine].
type Options struct {
	// UserAgent is sent unless a template sets another.
	UserAgent string
	// Environment are the patterns (as path.Match has them) of the environment
	// variables that templates may read, and LookupEnv reads one. Without both
	// the env filter gives none for every name.
	Environment []string
	LookupEnv   func(name string) (string, bool)
	// Limits bound every render; zero fields mean the engine's defaults.
	Limits jinja.Limits
}

// Engine compiles webhooks. It is safe for concurrent use.
type Engine struct {
	userAgent string
	text      *jinja.Environment
	header    *jinja.Environment
	// textOptions are what text was made with.
	textOptions []jinja.Option
}

// New returns an engine. It fails for a pattern that is malformed.
func New(options Options) (*Engine, error) {
	for _, pattern := range options.Environment {
		if _, err := path.Match(pattern, ""); err != nil {
			return nil, fmt.Errorf("environment pattern %q: %w", pattern, err)
		}
	}
	textOptions := []jinja.Option{jinja.WithLimits(options.Limits), jinja.WithFilter("env", jinja.Filter{Func: options.env})}
	text, err := jinja.New(textOptions...)
	if err != nil {
		return nil, fmt.Errorf("template environment: %w", err)
	}
	header, err := jinja.New(append(slices.Clip(textOptions), jinja.WithFilter("header_safe", jinja.Filter{Func: headerSafe}))...)
	if err != nil {
		return nil, fmt.Errorf("header environment: %w", err)
	}
	return &Engine{userAgent: options.UserAgent, text: text, header: header, textOptions: textOptions}, nil
}

// env is NetBox 4.6.2's filter: the value of an environment variable whose name
// matches a pattern, else none.
func (o Options) env(_ context.Context, v value.Value, _ []value.Value) (value.Value, error) {
	name, ok := value.Text(v)
	if !ok || o.LookupEnv == nil {
		return value.None, nil
	}
	for _, pattern := range o.Environment {
		if match, _ := path.Match(pattern, name); match {
			if text, ok := o.LookupEnv(name); ok {
				return value.Str(text), nil
			}
		}
	}
	return value.None, nil
}

// headerSafe is NetBox 4.6.6's filter: the text without control characters.
func headerSafe(_ context.Context, v value.Value, _ []value.Value) (value.Value, error) {
	text, err := value.String(v)
	if err != nil {
		return nil, err
	}
	return value.Str(strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return -1
		}
		return r
	}, text)), nil
}

// CheckText reports why a URL or body template does not compile.
func (e *Engine) CheckText(source string) error {
	_, err := e.text.Compile(source)
	return err
}

// CheckHeaders reports why a headers template does not compile.
func (e *Engine) CheckHeaders(source string) error {
	_, err := e.header.Compile(source)
	return err
}

// Error says which part of a webhook gave no request.
type Error struct {
	// Field is the REST name of the webhook's field.
	Field string
	Err   error
}

// Error names the field.
func (e *Error) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap returns the cause, a *[jinja.Error] for a template's fault.
func (e *Error) Unwrap() error { return e.Err }

// Plan is a compiled webhook.
type Plan struct {
	method, contentType, userAgent string

	url, headers, body part
	// target is the URL when it needs no rendering, or targetErr what is wrong
	// with it.
	target    *url.URL
	targetErr error
}

// part is a template, or text that needs none.
type part struct {
	field    string
	source   string
	template *jinja.Template
}

// Compile returns the plan for a webhook. The error is an *[Error].
func (e *Engine) Compile(wh *webhook.Webhook) (*Plan, error) {
	p := &Plan{method: wh.HTTPMethod, contentType: wh.HTTPContentType, userAgent: e.userAgent}
	var err error
	if p.url, err = compile(e.text, "payload_url", wh.PayloadURL); err != nil {
		return nil, err
	}
	if p.url.template == nil {
		p.target, p.targetErr = parseURL(p.url.source)
	}
	if p.headers, err = compile(e.header, "additional_headers", wh.AdditionalHeaders); err != nil {
		return nil, err
	}
	if p.body, err = compile(e.text, "body_template", wh.BodyTemplate); err != nil {
		return nil, err
	}
	return p, nil
}

// compile leaves text without template marks and line ends alone, which any
// template engine would print as it is.
func compile(env *jinja.Environment, field, source string) (part, error) {
	p := part{field: field, source: source}
	if !webhook.IsTemplate(source) && !strings.ContainsAny(source, "\r\n") {
		return p, nil
	}
	template, err := env.Compile(source)
	if err != nil {
		return p, &Error{Field: field, Err: err}
	}
	p.template = template
	return p, nil
}

func (p *part) render(ctx context.Context, in *Input) (string, error) {
	if p.template == nil {
		return p.source, nil
	}
	vars, err := in.variables()
	if err != nil {
		return "", err
	}
	text, err := p.template.RenderString(ctx, vars)
	if err != nil {
		return "", &Error{Field: p.field, Err: err}
	}
	return text, nil
}
