package render

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"bellhop/internal/webhook"
	"bellhop/jinja"
	"bellhop/jinja/value"
)

// Undefined is a name in a template that stands for nothing and is printed as
// nothing, as Jinja2 does: hardly ever what somebody meant.
type Undefined struct {
	// Field is the REST name of the webhook's field.
	Field string
	// Line and Column count from 1, columns in code points; 0 where the place
	// is not known.
	Line, Column int
	// Name is what is written there, such as "data.nme"; empty where the place
	// is not known.
	Name string
	// Known are names that there are instead, at most maxKnown.
	Known []string
}

// maxKnown bounds the names that are told.
const maxKnown = 20

// Undefined returns the first name of each of a webhook's templates that a change
// leaves undefined and that is printed all the same. Templates that do not
// compile or render have none: their fault is another. It is for people who write
// templates, not for deliveries, and renders each template three times.
//
// Jinja2's DebugUndefined tells whether something undefined is printed: a test
// such as "if data.tenant" is fine. StrictUndefined tells where.
func (e *Engine) Undefined(ctx context.Context, wh *webhook.Webhook, in *Input) ([]Undefined, error) {
	vars, err := in.variables()
	if err != nil {
		return nil, err
	}
	var list []Undefined
	for _, text := range []struct {
		field, source string
		options       []jinja.Option
	}{
		{"payload_url", wh.PayloadURL, e.textOptions},
		// The filter of headers makes text of what is undefined; here it must not.
		{"additional_headers", wh.AdditionalHeaders, append(slices.Clip(e.textOptions), jinja.WithFilter("header_safe", jinja.Filter{Func: unchanged}))},
		{"body_template", wh.BodyTemplate, e.textOptions},
	} {
		if !webhook.IsTemplate(text.source) {
			continue
		}
		found, err := undefinedIn(ctx, text.source, text.options, vars)
		if err != nil {
			return nil, err
		}
		if found != nil {
			found.Field = text.field
			list = append(list, *found)
		}
	}
	return list, nil
}

func unchanged(_ context.Context, v value.Value, _ []value.Value) (value.Value, error) { return v, nil }

// undefinedIn looks at one template; nil means that nothing undefined is printed.
func undefinedIn(ctx context.Context, source string, options []jinja.Option, vars *value.Dict) (*Undefined, error) {
	lenient, err := renderUnder(ctx, source, options, value.Lenient, vars)
	if err != nil {
		return nil, ctx.Err()
	}
	debug, err := renderUnder(ctx, source, options, value.Debug, vars)
	if err != nil || debug == lenient {
		return nil, ctx.Err()
	}
	found := &Undefined{}
	_, err = renderUnder(ctx, source, options, value.Strict, vars)
	fault, ok := errors.AsType[*jinja.Error](err)
	if !ok || fault.Kind != jinja.KindUndefined {
		return found, ctx.Err()
	}
	// What is strict about may be a test; then the place is that of another name.
	last := lastQuoted(fault.Message)
	column, name := findPath(fault.Snippet, last)
	if name == "" || !strings.Contains(strings.ToLower(debug), strings.ToLower(last)) {
		return found, nil
	}
	owner := vars
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		owner = lookUp(vars, name[:i])
	}
	found.Line, found.Column, found.Name, found.Known = fault.Line, column, name, keys(owner)
	return found, nil
}

// renderUnder renders a template with another meaning of undefined.
func renderUnder(ctx context.Context, source string, options []jinja.Option, policy value.UndefinedPolicy, vars *value.Dict) (string, error) {
	env, err := jinja.New(append(slices.Clip(options), jinja.WithUndefined(policy))...)
	if err != nil {
		return "", err
	}
	template, err := env.Compile(source)
	if err != nil {
		return "", err
	}
	return template.RenderString(ctx, vars)
}

// lastQuoted returns what stands between the last two quotes of a message, such as
// "'dict object' has no attribute 'nme'".
func lastQuoted(message string) string {
	rest, ok := strings.CutSuffix(message[:strings.LastIndexByte(message, '\'')+1], "'")
	if !ok {
		return ""
	}
	return rest[strings.LastIndexByte(rest, '\'')+1:]
}

// findPath returns the first dotted path of a line that ends in a name, with the
// column where it begins.
func findPath(line, name string) (column int, path string) {
	if name == "" {
		return 0, ""
	}
	for at := 0; ; {
		i := strings.Index(line[at:], name)
		if i < 0 {
			return 0, ""
		}
		start, end := at+i, at+i+len(name)
		if (end == len(line) || !isWord(line[end])) && (start == 0 || !isWord(line[start-1])) {
			for start > 0 && (isWord(line[start-1]) || line[start-1] == '.') {
				start--
			}
			return 1 + utf8.RuneCountInString(line[:start]), line[start:end]
		}
		at = end
	}
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// lookUp follows a dotted path through objects; nil where it leads elsewhere.
func lookUp(vars *value.Dict, path string) *value.Dict {
	th := value.Detached(value.Limits{})
	for key := range strings.SplitSeq(path, ".") {
		next, _ := vars.Lookup(th, key)
		inner, ok := next.(*value.Dict)
		if !ok {
			return nil
		}
		vars = inner
	}
	return vars
}

func keys(d *value.Dict) []string {
	if d == nil {
		return nil
	}
	var list []string
	for key := range d.All(value.Detached(value.Limits{})) {
		if name, ok := value.Text(key); ok {
			list = append(list, name)
		}
		if len(list) == maxKnown {
			break
		}
	}
	return list
}
