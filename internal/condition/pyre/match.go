package pyre

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
)

const (
	// MaxPattern is the longest pattern that is accepted, in bytes.
	MaxPattern = 4096
	// MaxTime is how long a pattern may backtrack over one text.
	MaxTime = 100 * time.Millisecond

	maxText    = 1 << 20    // bytes
	maxProgram = 20_000     // instructions of a pattern for Go's regexp
	maxWork    = 50_000_000 // instructions times bytes of text: about half a second
)

var (
	// ErrTooLong says that a text is too long for the pattern.
	ErrTooLong = errors.New("text is too long for this regular expression")
	// ErrTimeout says that a match took longer than MaxTime.
	ErrTimeout = fmt.Errorf("regular expression took longer than %v", MaxTime)
)

// Pattern is a compiled pattern. It may be used concurrently.
type Pattern struct {
	linear       *regexp.Regexp // nil if the pattern needs backtracking
	program      int            // instructions of linear
	backtracking *regexp2.Regexp
}

// Compile reads a pattern as Python's re.compile does. The error is an [*Error]
// for a pattern that Python refuses too, or says which of our limits it breaks.
func Compile(pattern string) (*Pattern, error) {
	if len(pattern) > MaxPattern {
		return nil, fmt.Errorf("pattern is longer than %d bytes", MaxPattern)
	}
	tree, err := parse(pattern)
	if err != nil {
		return nil, err
	}
	if p := compileLinear(tree); p != nil {
		return p, nil
	}
	w := writer{backtracking: true}
	w.WriteString(`\A(?:`)
	w.write(tree, true)
	w.WriteByte(')')
	compiled, err := regexp2.Compile(w.String(), regexp2.None)
	if err != nil {
		return nil, fmt.Errorf("pattern is not supported: %w", err)
	}
	compiled.MatchTimeout = MaxTime
	return &Pattern{backtracking: compiled}, nil
}

// compileLinear returns nil if Go's regexp cannot run the pattern, or only with
// a program so large that it would be slow.
func compileLinear(tree node) *Pattern {
	w := writer{}
	w.WriteString(`\A(?:`)
	w.write(tree, true)
	w.WriteByte(')')
	if w.unsupported {
		return nil
	}
	parsed, err := syntax.Parse(w.String(), syntax.Perl)
	if err != nil {
		return nil // more than 1,000 repetitions
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(program.Inst) > maxProgram {
		return nil
	}
	compiled, err := regexp.Compile(w.String())
	if err != nil {
		return nil
	}
	return &Pattern{linear: compiled, program: len(program.Inst)}
}

// Match reports whether the pattern matches at the start of the text. The text
// may hold lone surrogates in their three-byte form; each counts as one
// character, but is equal to no other. The error is [ErrTooLong] or
// [ErrTimeout].
func (p *Pattern) Match(text string) (bool, error) {
	if !utf8.ValidString(text) {
		text = replaceSurrogates(text)
	}
	if p.linear != nil {
		if len(text)*p.program > maxWork {
			return false, ErrTooLong
		}
		return p.linear.MatchString(text), nil
	}
	if len(text) > maxText {
		return false, ErrTooLong
	}
	matched, err := p.backtracking.MatchString(text)
	if err != nil {
		return false, ErrTimeout // the only error there is
	}
	return matched, nil
}

// replaceSurrogates makes each three-byte surrogate one replacement character,
// where the engines would see three.
func replaceSurrogates(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 && len(text) >= 3 && text[0] == 0xed && text[1] >= 0xa0 && text[2]&0xc0 == 0x80 {
			size = 3
		}
		b.WriteRune(r)
		text = text[size:]
	}
	return b.String()
}
