package value

import "context"

// Context is the context that ends the thread.
func (th *Thread) Context() context.Context { return th.ctx }

// String gives v as Python's str(v) does, for callers outside a render, under
// the default limits.
func String(v Value) (text string, err error) {
	th := new(Thread)
	th.Detach(Limits{})
	err = Try(func() { text = ToText(th, v) })
	return text, err
}
