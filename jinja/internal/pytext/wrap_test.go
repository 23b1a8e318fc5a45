package pytext

import "testing"

func TestWordWrap(t *testing.T) {
	t.Parallel()
	testPython(t, "wrap.json", map[string]function{
		"wordwrap": func(r row) (any, error) {
			return WordWrap(r.text(0), WrapOptions{r.num(1), r.flag(2), r.flag(3), "|"}, nil)
		},
	})
}
