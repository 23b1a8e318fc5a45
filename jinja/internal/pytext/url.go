package pytext

import "strings"

// QuoteURL is Jinja2's url_quote: percent-encoded UTF-8 of all but letters,
// digits and "_.-~". For a path "/" stays too; for a query it does not, and a
// space becomes "+". Surrogates are a UnicodeEncodeError.
func QuoteURL(s string, query bool) (string, error) {
	if err := CheckUTF8(s); err != nil {
		return "", err
	}
	var out strings.Builder
	out.Grow(len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case isUnreserved(c), c == '/' && !query:
			out.WriteByte(c)
		case c == ' ' && query:
			out.WriteByte('+')
		default:
			out.WriteByte('%')
			out.WriteByte(upperHex[c>>4])
			out.WriteByte(upperHex[c&0xF])
		}
	}
	return out.String(), nil
}

const upperHex = "0123456789ABCDEF"

func isUnreserved(c byte) bool {
	return IsWord(rune(c)) && c < 0x80 || c == '.' || c == '-' || c == '~'
}

// CheckAttributeName returns the ValueError of Jinja2's filter xmlattr for a
// name that would end the attribute or the tag.
func CheckAttributeName(name string) error {
	if strings.ContainsAny(name, " \t\n\v\f\r/>=") {
		return valueError("Invalid character in attribute name: %s", Repr(name))
	}
	return nil
}
