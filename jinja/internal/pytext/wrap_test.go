package pytext

import "testing"

func TestWordWrap(t *testing.T) {
	t.Parallel()
	testPython(t, "wrap.json", map[string]function{
		"wordwrap": func(r row) (any, error) {
			return WordWrap(r.text(0), WrapOptions{Width: r.num(1), BreakWords: r.flag(2), BreakOnHyphen: r.flag(3), LineEnd: "|"}, nil)
		},
	})
}
