package pytext

import (
	"hash/crc32"
	"strings"
	"testing"
)

func TestHTML(t *testing.T) {
	t.Parallel()
	testPython(t, "html.json", map[string]function{
		"escape": onText(Escape), "striptags": onText(StripTags), "unescape": onText(Unescape),
		"entities": func(r row) (any, error) {
			var all []byte
			for name := range strings.SplitSeq(r.text(0), "\n") {
				all = append(all, Unescape("&"+name)+" "+Unescape("&"+strings.TrimRight(name, ";"))+"\n"...)
			}
			return int(crc32.ChecksumIEEE(all)), nil
		},
		"urlize": func(r row) (any, error) {
			o := URLizeOptions{Rel: r.text(2), Target: r.text(3), ExtraSchemes: r.texts(4)}
			if limit := r.optNum(1); limit != nil {
				o.Trim = func(url string) string {
					if RuneCount(url) <= *limit {
						return url
					}
					shown, _ := Slice(url, nil, limit, 1)
					return shown + "..."
				}
			}
			escaped := o
			escaped.Escaped = true
			if got, want := URLize(Escape(r.text(0)), escaped, nil), URLize(r.text(0), o, nil); got != want {
				t.Errorf("escaped %+q gives %+q, else %+q", r.text(0), got, want)
			}
			return URLize(r.text(0), o, nil), nil
		},
		"urlencode":    func(r row) (any, error) { return QuoteURL(r.text(0), r.flag(2)) },
		"xmlattr name": func(r row) (any, error) { return nil, CheckAttributeName(r.text(0)) },
		"scheme":       onText(IsURIScheme),
	})
}
