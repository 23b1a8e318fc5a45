package pytext

import "strings"

// WordCount is Jinja2's filter wordcount: the number of runs of \w.
func WordCount(s string) int {
	n, inWord := 0, false
	for i := 0; i < len(s); {
		r, size := DecodeRune(s[i:])
		i += size
		word := IsWord(r)
		if word && !inWord {
			n++
		}
		inWord = word
	}
	return n
}

// TruncateOptions are the arguments of Jinja2's filter truncate, in code points.
type TruncateOptions struct {
	Length    int    // of the result with End
	KillWords bool   // cut inside a word, not at the last space
	End       string // put behind what is left
	Leeway    int    // how much longer than Length a text may be and stay whole
}

// Truncate is Jinja2's filter truncate. A Length below that of End or a Leeway
// below zero is an AssertionError.
func Truncate(s string, o TruncateOptions) (string, error) {
	kept := o.Length - RuneCount(o.End)
	if o.Length < 0 || kept < 0 {
		return "", &Error{"AssertionError", "expected length >= " + itoa(RuneCount(o.End)) + ", got " + itoa(o.Length)}
	}
	if o.Leeway < 0 {
		return "", &Error{"AssertionError", "expected leeway >= 0, got " + itoa(o.Leeway)}
	}
	if RuneCount(s) <= addSizes(o.Length, o.Leeway) {
		return s, nil
	}
	head := truncateRunes(s, kept)
	if space := strings.LastIndexByte(head, ' '); space >= 0 && !o.KillWords {
		head = head[:space]
	}
	return head + o.End, nil
}
