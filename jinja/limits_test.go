package jinja_test

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bellhop/jinja"
	"bellhop/jinja/value"
)

// TestLimits spends each limit alone, the others being far away, and comes
// close to it.
func TestLimits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		limits    jinja.Limits
		stays     string
		goes      string
		wantKind  jinja.Kind
		wantWords string
	}{
		{"steps", jinja.Limits{Steps: 5000}, "{% for i in range(1000) %}{% endfor %}", "{% for i in range(9000) %}{% endfor %}", jinja.KindLimit, "5000 steps"},
		{"steps of filters", jinja.Limits{Steps: 5000}, "{{ range(1000)|sum }}", "{{ range(90000)|sum }}", jinja.KindLimit, "5000 steps"},
		{"steps of a filter chain", jinja.Limits{Steps: 5000}, "{{ range(100)|map('string')|select|list|length }}", "{{ range(9000)|map('string')|select|list|length }}", jinja.KindLimit, "5000 steps"},
		{"memory of a text", jinja.Limits{Memory: 1 << 20}, "{% set n = 500_000 %}{{ ('x' * n)|length }}", "{% set n = 2_000_000 %}{{ ('x' * n)|length }}", jinja.KindLimit, "1048576 bytes of memory"},
		{"memory of a list", jinja.Limits{Memory: 1 << 20}, "{% set n = 10_000 %}{{ ([0] * n)|length }}", "{% set n = 1_000_000 %}{{ ([0] * n)|length }}", jinja.KindLimit, "1048576 bytes of memory"},
		{"memory bit by bit", jinja.Limits{Memory: 1 << 20}, "{% set l = [] %}{% for i in range(1000) %}{% set _ = l.append('ab' ~ i) %}{% endfor %}", "{% set l = [] %}{% for i in range(99_000) %}{% set _ = l.append('ab' ~ i) %}{% endfor %}", jinja.KindLimit, "1048576 bytes of memory"},
		{"output", jinja.Limits{Output: 1000}, "{% for i in range(100) %}1234567890{% endfor %}", "{% for i in range(100) %}1234567890{% endfor %}!", jinja.KindLimit, "1000 bytes"},
		{"output of a value", jinja.Limits{Output: 1000}, "{{ 'x' * 1000 }}", "{{ 'x' * 1001 }}", jinja.KindLimit, "1000 bytes"},
		{"depth of macros", jinja.Limits{Depth: 50}, macroOf(40), macroOf(60), jinja.KindOther, "recursion"},
		{"depth of a value", jinja.Limits{Depth: 50}, nestedList(40) + "{{ ns.x|length }}", nestedList(60) + "{{ ns.x }}", jinja.KindOther, "recursion"},
		{"integers", jinja.Limits{IntBits: 256}, "{{ 2 ** 200 }}", "{% set n = 2 %}{{ n ** 300 }}", jinja.KindLimit, "256 bits"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.limits.Time == 0 {
				tt.limits.Time = time.Minute // only the limit in question counts
			}
			env := newEnv(t, jinja.WithLimits(tt.limits))
			if _, err := render(env, tt.stays, nil); err != nil {
				t.Errorf("%s: %v", tt.stays, err)
			}
			_, err := render(env, tt.goes, nil)
			je, ok := errors.AsType[*jinja.Error](err)
			if !ok || je.Kind != tt.wantKind || je.Phase != jinja.PhaseRender || !strings.Contains(je.Message, tt.wantWords) {
				t.Errorf("%s: got %v, want kind %s naming %q", tt.goes, err, tt.wantKind, tt.wantWords)
			}
		})
	}
}

// macroOf calls itself depth times.
func macroOf(depth int) string {
	return "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(" + strconv.Itoa(depth) + ") }}"
}

// nestedList sets ns.x to a list in a list in a list.
func nestedList(depth int) string {
	return "{% set ns = namespace(x=[]) %}{% for i in range(" + strconv.Itoa(depth) + ") %}{% set ns.x = [ns.x] %}{% endfor %}"
}

// TestTimeLimit lets a filter take longer than the render may, on a clock that
// only the filter moves.
func TestTimeLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleep := jinja.Filter{Func: func(_ context.Context, v value.Value, _ []value.Value) (value.Value, error) {
			time.Sleep(2 * time.Second)
			return v, nil
		}}
		loop := "{{ 1|sleep }}{% for i in range(5000) %}{% endfor %}"
		for limit, want := range map[time.Duration]jinja.Kind{0: jinja.KindLimit, time.Second: jinja.KindLimit, 3 * time.Second: ""} {
			env := newEnv(t, jinja.WithFilter("sleep", sleep), jinja.WithLimits(jinja.Limits{Time: limit}))
			_, err := render(env, loop, nil)
			je, _ := errors.AsType[*jinja.Error](err)
			switch {
			case want == "" && err != nil:
				t.Errorf("limit %v: %v", limit, err)
			case want != "" && (je == nil || je.Kind != want || !strings.Contains(je.Message, "longer than")):
				t.Errorf("limit %v: got %v, want kind %s", limit, err, want)
			}
		}
	})
}

// endless templates would take days.
var endless = map[string]string{
	"loops":     "{{ 1|stop }}{% for i in range(99999) %}{% for j in range(99999) %}{{ 1|tick }}{% endfor %}{% endfor %}",
	"macros":    "{% macro m(n) %}{{ 1|tick }}{% for i in range(2) %}{{ m(n - 1) if n }}{% endfor %}{% endmacro %}{{ 1|stop }}{{ m(60) }}",
	"filters":   "{{ 1|stop }}{% for i in range(99999) %}{{ range(99999)|map('tick')|list|length }}{% endfor %}",
	"recursion": "{{ 1|stop }}{% for x in [1, 2] recursive %}{{ 1|tick }}{{ loop([1, 2]) if loop.depth < 60 }}{% endfor %}",
}

// TestCancel ends the context in the middle of a render: it must stop within
// the steps between two looks at the context.
func TestCancel(t *testing.T) {
	t.Parallel()
	cause := errors.New("the server stops")
	for name, source := range endless {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancelCause(t.Context())
			ticks := 0
			env := newEnv(t,
				jinja.WithLimits(jinja.Limits{Time: time.Hour, Steps: 1 << 60, Memory: 1 << 50, Output: 1 << 30}),
				jinja.WithFilter("stop", jinja.Filter{Func: func(_ context.Context, v value.Value, _ []value.Value) (value.Value, error) {
					cancel(cause)
					return v, nil
				}}),
				jinja.WithFilter("tick", jinja.Filter{Func: func(context.Context, value.Value, []value.Value) (value.Value, error) {
					ticks++
					return value.Str(""), nil
				}}))
			tpl, err := env.Compile(source)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err = tpl.Render(ctx, &out, nil)
			je, ok := errors.AsType[*jinja.Error](err)
			if !ok || je.Kind != jinja.KindLimit || !errors.Is(err, context.Canceled) || !strings.Contains(je.Message, cause.Error()) {
				t.Errorf("got %v, want a limit error for %v", err, context.Canceled)
			}
			if ticks > 1100 {
				t.Errorf("went on for %d turns after the context ended", ticks)
			}
			if out.Len() > 0 {
				t.Errorf("wrote %d bytes", out.Len())
			}
		})
	}
}

// TestEndedContext renders under a context that is over already. Templates too
// short to look at it may succeed; long ones must not.
func TestEndedContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), -time.Second)
	defer cancel()
	tpl, err := newEnv(t).Compile("{% for i in range(5000) %}{% endfor %}")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tpl.RenderString(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
}

// brokenWriter fails.
type brokenWriter struct{ writes int }

func (w *brokenWriter) Write([]byte) (int, error) {
	w.writes++
	return 0, errBrokenWriter
}

var errBrokenWriter = errors.New("disk full")

// TestNothingWrittenAfterError renders what fails late.
func TestNothingWrittenAfterError(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	for _, source := range []string{
		"text{{ 1 // 0 }}", strings.Repeat("long ", 10_000) + "{{ nope.x }}",
		"{% macro m() %}text{{ nope.x }}{% endmacro %}a{{ m() }}", "a{% for i in range(1000000) %}{% endfor %}",
	} {
		tpl, err := env.Compile(source)
		if err != nil {
			t.Fatal(err)
		}
		w := &brokenWriter{}
		if err := tpl.Render(t.Context(), w, nil); err == nil || errors.Is(err, errBrokenWriter) {
			t.Errorf("%.40s: got %v", source, err)
		}
		if w.writes > 0 {
			t.Errorf("%.40s: wrote before it failed", source)
		}
	}
	tpl, err := env.Compile("text")
	if err != nil {
		t.Fatal(err)
	}
	if err := tpl.Render(t.Context(), &brokenWriter{}, nil); !errors.Is(err, errBrokenWriter) {
		t.Errorf("got %v, want the writer's error", err)
	}
}

// TestStateIsForgotten fails in the middle of things; the next render of the
// environment must start clean.
func TestStateIsForgotten(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	for _, source := range []string{
		"{% set x %}captured {{ nope.x }}{% endset %}", "{% autoescape true %}{{ nope.x }}{% endautoescape %}",
		"{% filter upper %}{{ nope.x }}{% endfilter %}", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
		"{{ dict(a=1, b=nope.x) }}", "{{ [1, 2]|join(nope.x) }}", "{% filter length %}{% endfilter %}",
	} {
		if _, err := render(env, source, nil); err == nil {
			t.Errorf("%s: no error", source)
		}
		if got, err := render(env, "{{ '<' }}{{ [1]|join(',') }}", nil); err != nil || got != "<1" {
			t.Errorf("after %s: %q, %v", source, got, err)
		}
	}
}
