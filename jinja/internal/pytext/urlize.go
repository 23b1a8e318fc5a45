package pytext

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// URLizeOptions are the arguments of Jinja2's urlize function.
type URLizeOptions struct {
	Trim         func(url string) string // what is shown of an URL; nil shows all
	Rel, Target  string                  // attributes of the links to URLs, left out if empty
	ExtraSchemes []string                // more prefixes that make a link; each an [IsURIScheme], lest links nest
	Escaped      bool                    // the text is HTML already
}

// URLize is Jinja2's urlize: text with HTML links in place of URLs and e-mail
// addresses. All else is escaped.
func URLize(text string, o URLizeOptions, charge Charge) string {
	var attrs string
	if o.Rel != "" {
		attrs += ` rel="` + Escape(o.Rel) + `"`
	}
	if o.Target != "" {
		attrs += ` target="` + Escape(o.Target) + `"`
	}
	out := builder{charge: charge}
	if !o.Escaped {
		text = Escape(text)
	}
	for rest := text; rest != ""; {
		word := rest[:indexFunc(rest, IsSpace)]
		rest = rest[len(word):]
		head, middle, tail := cutPunctuation(word)
		out.write(head, link(middle, attrs, o), tail)
		space := rest[:len(rest)-len(LStrip(rest))]
		rest = rest[len(space):]
		out.write(space)
	}
	return out.String()
}

// link returns the link that an escaped word makes, or the word.
func link(word, attrs string, o URLizeOptions) string {
	switch {
	case mayBeURL(word) && urlPattern().MatchString(word):
		href := word
		if !strings.HasPrefix(word, "https://") && !strings.HasPrefix(word, "http://") {
			href = "https://" + word
		}
		if o.Trim != nil {
			word = o.Trim(word)
		}
		return `<a href="` + href + `"` + attrs + `>` + word + `</a>`
	case strings.HasPrefix(word, "mailto:") && isEmail(word[len("mailto:"):]):
		return `<a href="` + word + `">` + word[len("mailto:"):] + `</a>`
	case !strings.HasPrefix(word, "www.") && !strings.Contains(word, ":") && isEmail(word):
		return `<a href="mailto:` + word + `">` + word + `</a>`
	}
	for _, scheme := range o.ExtraSchemes {
		if word != scheme && strings.HasPrefix(word, scheme) {
			word = `<a href="` + word + `"` + attrs + `>` + word + `</a>`
		}
	}
	return word
}

// cutPunctuation separates the brackets before and the punctuation after a word
// from it. Brackets at the end that close one inside stay in the word.
func cutPunctuation(word string) (head, middle, tail string) {
	at := 0
	for {
		rest := word[at:]
		if n := prefixLen(rest, "(", "<", "&lt;"); n > 0 {
			at += n
			continue
		}
		break
	}
	head, word = word[:at], word[at:]
	end := len(word)
	for {
		if n := suffixLen(word[:end], ")", ">", ".", ",", "&gt;"); n > 0 {
			end -= n
			continue
		}
		break
	}
	for _, pair := range [][2]string{{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}} {
		opened := strings.Count(word[:end], pair[0])
		if opened <= strings.Count(word[:end], pair[1]) {
			continue
		}
		for range opened {
			i := strings.Index(word[end:], pair[1])
			if i < 0 {
				break
			}
			end += i + len(pair[1])
		}
	}
	return head, word[:end], word[end:]
}

// prefixLen returns the length of the one of choices that s starts with, or 0.
func prefixLen(s string, choices ...string) int {
	i := slices.IndexFunc(choices, func(c string) bool { return strings.HasPrefix(s, c) })
	if i < 0 {
		return 0
	}
	return len(choices[i])
}

// suffixLen returns the length of the one of choices that s ends with, or 0.
func suffixLen(s string, choices ...string) int {
	i := slices.IndexFunc(choices, func(c string) bool { return strings.HasSuffix(s, c) })
	if i < 0 {
		return 0
	}
	return len(choices[i])
}

// mayBeURL sorts out most words without the regular expression.
func mayBeURL(word string) bool { return strings.Contains(word, ".") || strings.Contains(word, "://") }

// urlPattern is what Jinja2 takes for a URL, in Go's syntax. Python's \w, \d and
// case-insensitive letters are wider than Go's; a word has no white space.
var urlPattern = sync.OnceValue(func() *regexp.Regexp {
	const (
		word  = `\pL\pN_`
		i     = `[iıİ]`
		port  = `(?::\p{Nd}{1,5})?`
		path  = `(?s:[/?#].*)?`
		named = `(?:https?://|www\.)(?:(?:[` + word + `%-]+\.)+)?(?:[a-zıİ]{2,63}|xn--[` + word + `%]{2,59})`
		known = `(?:[` + word + `%-]{2,63}\.)+(?:com|net|` + i + `nt|edu|gov|org|` + i + `nfo|m` + i + `l)`
		v4    = `\p{Nd}{1,3}(?:\.\p{Nd}{1,3}){3}`
		v6    = `\[(?:[\p{Nd}a-f]{0,4}:){2}(?:[\p{Nd}a-f]{0,4}:?){1,6}\]`
	)
	return regexp.MustCompile(`(?i)^(?:` + named + `|` + known + `|https?://(?:` + v4 + `|` + v6 + `))` + port + path + `$`)
})

// isEmail reports whether s, a word without white space, matches what Jinja2
// takes for an e-mail address: \S+@\w[\w.-]*\.\w+ with the last @ that fits.
func isEmail(s string) bool {
	// No @ may stand in what follows the right one, so that is the last.
	at := strings.LastIndexByte(s, '@')
	if at < 1 {
		return false
	}
	host := s[at+1:]
	dot := strings.LastIndexByte(host, '.')
	if dot < 0 || !all(host[dot+1:], IsWord) {
		return false
	}
	first, size := DecodeRune(host)
	return IsWord(first) && size <= dot &&
		(size == dot || all(host[size:dot], func(r rune) bool { return IsWord(r) || r == '.' || r == '-' }))
}

// IsURIScheme reports whether s is a prefix such as "tel:" or "ftp://", which
// Jinja2's filter urlize demands of its extra schemes.
func IsURIScheme(s string) bool {
	name, slashes, ok := strings.Cut(s, ":")
	return ok && len(slashes) <= 2 && strings.Trim(slashes, "/") == "" && RuneCount(name) >= 2 &&
		all(name, func(r rune) bool { return IsWord(r) || r == '.' || r == '+' || r == '-' })
}
