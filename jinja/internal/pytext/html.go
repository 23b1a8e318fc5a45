package pytext

import (
	"html"
	"strings"
)

// Escape is markupsafe's escape of text: &, <, >, " and ' become references,
// the quotes &#34; and &#39;.
func Escape(s string) string { return html.EscapeString(s) }

// StripTags is markupsafe's Markup.striptags: comments and tags vanish, white
// space becomes single spaces, and then references are resolved.
func StripTags(s string) string {
	s = cutBetween(s, "<!--", "-->")
	s = cutBetween(s, "<", ">")
	var out strings.Builder
	out.Grow(len(s))
	for s = LStrip(s); s != ""; s = LStrip(s) {
		if out.Len() > 0 {
			out.WriteByte(' ')
		}
		end := indexFunc(s, IsSpace)
		out.WriteString(s[:end])
		s = s[end:]
	}
	return Unescape(out.String())
}

// cutBetween removes everything from each opening to the next closing. What is
// never closed stays.
func cutBetween(s, opening, closing string) string {
	var out strings.Builder
	for {
		start := strings.Index(s, opening)
		if start < 0 {
			break
		}
		inside := start + len(opening)
		end := strings.Index(s[inside:], closing)
		if end < 0 {
			break
		}
		out.WriteString(s[:start])
		s = s[inside+end+len(closing):]
	}
	if out.Len() == 0 {
		return s
	}
	out.WriteString(s)
	return out.String()
}

// Unescape is Python's html.unescape, as Markup.unescape uses it. It resolves
// references as HTML 5 does, except that invalid numeric ones may vanish.
func Unescape(s string) string {
	var out strings.Builder
	for {
		before, after, ok := strings.Cut(s, "&")
		if !ok {
			break
		}
		out.WriteString(before)
		text, size := reference(after)
		if size == 0 {
			text = "&"
		}
		out.WriteString(text)
		s = after[size:]
	}
	if out.Len() == 0 {
		return s
	}
	out.WriteString(s)
	return out.String()
}

// reference resolves the character reference that s starts with, after the
// ampersand. The size is 0 if there is none.
func reference(s string) (text string, size int) {
	if strings.HasPrefix(s, "#") {
		return numericReference(s)
	}
	// A name is up to 32 code points long, and any will do but these.
	const notInName = "\t\n\f <&#;"
	name := 0
	for runes := 0; runes < 32 && name < len(s) && strings.IndexByte(notInName, s[name]) < 0; runes++ {
		_, n := DecodeRune(s[name:])
		name += n
	}
	if strings.HasPrefix(s[name:], ";") && name > 0 {
		if text, ok := entity(s[:name]); ok {
			return text, name + 1
		}
	}
	// The old names do without a semicolon, and even with letters behind them:
	// the longest one that fits counts. None is longer than six letters.
	for end := min(name, 6); end >= 2; end-- {
		if text, ok := oldEntity(s[:end]); ok {
			return text, end
		}
	}
	return "", 0
}

// entity looks up a name of the standard's table, which Go has but does not
// export, as "&name;". It is there if all of that was replaced. No text of a
// reference ends with a semicolon, but the semicolon's own.
func entity(name string) (text string, ok bool) {
	switch name { // the two that Go lacks
	case "nLt":
		return "\u226A\u20D2", true
	case "nGt":
		return "\u226B\u20D2", true
	}
	ref := "&" + name + ";"
	text = html.UnescapeString(ref)
	return text, text != ref && (name == "semi" || !strings.HasSuffix(text, ";"))
}

// oldEntity looks up a name that may stand without a semicolon.
func oldEntity(name string) (text string, ok bool) {
	text, ok = entity(name)
	return text, ok && html.UnescapeString("&"+name) == text
}

// numericReference resolves "#123;" and "#x7b;" with or without the semicolon.
func numericReference(s string) (text string, size int) {
	at, radix := 1, rune(10)
	if len(s) > 1 && s[1]|0x20 == 'x' {
		at, radix = 2, 16
	}
	start := at
	code := rune(0)
	for ; at < len(s); at++ {
		v, ok := digitValue(s[at])
		if !ok || rune(v) >= radix {
			break
		}
		code = min(code*radix+rune(v), 0x110000) // anything above is as good
	}
	if at == start {
		return "", 0
	}
	if at < len(s) && s[at] == ';' {
		at++
	}
	return referredText(code), at
}

// referredText returns what a numeric reference to code stands for.
func referredText(code rune) string {
	switch {
	case code == 0 || code > 0x10FFFF || surrogateMin <= code && code <= surrogateMax:
		return "\uFFFD"
	case 0x80 <= code && code <= 0x9F:
		// Windows-1252 was meant, says the standard; Go has that table.
		return html.UnescapeString("&#" + itoa(int(code)) + ";")
	case isInvalidReference(code):
		return ""
	}
	return RuneString(code)
}

// isInvalidReference reports whether code is a control character or one of the
// code points that Unicode has set aside as no characters.
func isInvalidReference(code rune) bool {
	switch {
	case code < ' ':
		return code != '\t' && code != '\n' && code != '\f' && code != '\r'
	case code == 0x7F, 0xFDD0 <= code && code <= 0xFDEF:
		return true
	}
	return code&0xFFFE == 0xFFFE
}
