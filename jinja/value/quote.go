package value

import (
	"bellhop/jinja/internal/pytext"
)

// quoteName is the repr of a name in a message.
func quoteName(name string) string {
	if plain(name) {
		return "'" + name + "'"
	}
	return pytext.Repr(name)
}

// shortRepr is the repr of a value for a message that is made where no thread
// is at hand; what is too large is shown by its type.
func shortRepr(v Value) string {
	text := "<" + v.TypeName() + " object>"
	small := Limits{Memory: 4 << 10, Steps: 1 << 10, Depth: 16}
	_ = Try(func() { text = Repr(Detached(small), v) })
	return text
}
