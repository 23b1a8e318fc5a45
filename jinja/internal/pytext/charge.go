package pytext

import (
	"math"
	"strings"
)

// Charge is told how many bytes a function is about to allocate. A charge that
// refuses must not return: the template engine unwinds by a panic that its
// render call recovers. A size that does not fit an int is reported as
// [math.MaxInt]. A nil Charge allows everything and is for sizes that the
// caller has bounded already.
type Charge func(n int)

// bytes reports n bytes.
func (c Charge) bytes(n int) {
	if c != nil {
		c(n)
	}
}

// addSizes returns a+b for sizes that are not negative, or math.MaxInt.
func addSizes(a, b int) int {
	if a > math.MaxInt-b {
		return math.MaxInt
	}
	return a + b
}

// mulSizes returns a*b for sizes that are not negative, or math.MaxInt.
func mulSizes(a, b int) int {
	if a != 0 && b > math.MaxInt/a {
		return math.MaxInt
	}
	return a * b
}

// builder builds text whose size is not known before. It charges what it
// allocates whenever it grows, so that the charges sum up to more than the
// result.
type builder struct {
	text   strings.Builder
	charge Charge
}

// write appends the parts.
func (b *builder) write(parts ...string) {
	for _, part := range parts {
		if b.text.Cap()-b.text.Len() < len(part) {
			// This is how far Grow goes.
			b.charge.bytes(addSizes(mulSizes(b.text.Cap(), 2), len(part)))
			b.text.Grow(len(part))
		}
		b.text.WriteString(part)
	}
}

func (b *builder) String() string { return b.text.String() }
