package pytext

import (
	"math"
	"math/big"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzParseSpec(f *testing.F) {
	for _, seed := range []string{"", "*^10", "日=+#020,.3f", "z08_x", ".5s", "\xed\xa0\x80<3c", ",%"} {
		f.Add(seed, 1234.5)
	}
	f.Fuzz(func(t *testing.T, text string, number float64) {
		check := func(spec Spec, got string, err error) {
			if err == nil && RuneCount(got) < spec.Width {
				t.Errorf("%q gives %q, shorter than the width %d", text, got, spec.Width)
			}
		}
		for _, typeName := range []string{"str", "int", "float"} {
			spec, err := ParseSpec(text, typeName)
			if err != nil || spec.Width > 1000 || spec.Prec > 1000 {
				continue
			}
			var got string
			switch typeName {
			case "str":
				got, err = FormatStr(text, spec, nil)
			case "int":
				n, _ := big.NewFloat(0).SetInt64(int64(math.Float64bits(number))).Int(nil)
				got, err = FormatInt(n, spec, nil)
			case "float":
				got, err = FormatFloatSpec(number, spec, nil)
			}
			check(spec, got, err)
		}
	})
}

func FuzzPercentPieces(f *testing.F) {
	for _, seed := range []string{"", "a%sb", "%%", "%(k(e)y)-+ #05.3ls", "%*.*d", "%(a", "%", "日%\xed\xa0\x80"} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, format string, mapping bool) {
		failed := false
		for piece, err := range PercentPieces(format, mapping) {
			if failed {
				t.Fatal("a piece follows an error")
			}
			failed = err != nil
			c := piece.Conversion
			switch {
			case c == nil && piece.Literal == "":
				t.Fatal("an empty piece")
			case c == nil || failed || c.Width > 1000 || c.Prec > 1000:
				continue
			case strings.ContainsRune("diuoxX", c.Verb):
				got, err := c.FormatInt(big.NewInt(-7), nil)
				if err != nil || len(got) < max(c.Width, c.Prec) {
					t.Errorf("%q of -7 is %q (%v)", format, got, err)
				}
			case strings.ContainsRune("eEfFgG", c.Verb):
				if got := c.FormatFloat(-0.5, nil); len(got) < c.Width || !strings.Contains(got, "-") {
					t.Errorf("%q of -0.5 is %q", format, got)
				}
			default:
				if got := c.FormatText("日", nil); RuneCount(got) < c.Width {
					t.Errorf("%q of one character is %q", format, got)
				}
			}
		}
	})
}

func FuzzFormatPieces(f *testing.F) {
	for _, seed := range []string{"", "a{}b", "{{}}", "{0.a[b]!r:>{w}}", "{a[}", "{!", "日{\xed\xa0\x80}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, format string) {
		total, failed := 0, false
		for piece, err := range FormatPieces(format) {
			if failed {
				t.Fatal("a piece follows an error")
			}
			failed = err != nil
			total += len(piece.Literal)
			if piece.Field == nil {
				continue
			}
			total += len(piece.Field.Name) + len(piece.Field.Spec) + len("{}")
			if _, rest, err := SplitFieldName(piece.Field.Name); err == nil {
				for key, err := range rest {
					if err == nil && key.Name == "" {
						t.Errorf("%q has an empty key", piece.Field.Name)
					}
				}
			}
		}
		if total > len(format) {
			t.Errorf("the pieces of %d bytes have %d", len(format), total)
		}
	})
}

func FuzzNumbers(f *testing.F) {
	for _, seed := range []float64{0, 1e16, 1e-5, 5e-324, math.MaxFloat64, math.Inf(-1)} {
		f.Add(seed, "0x_1f", 0)
	}
	f.Fuzz(func(t *testing.T, number float64, text string, base int) {
		if back, err := ParseFloat(FormatFloat(number)); err != nil || back != number && !math.IsNaN(number) {
			t.Errorf("%v is read back from %q as %v (%v)", number, FormatFloat(number), back, err)
		}
		n, err := ParseInt(text, base)
		if err != nil {
			return
		}
		digits, err := IntText(n)
		if err != nil {
			return
		}
		if back, err := ParseInt(digits, 10); err != nil || back.Cmp(n) != 0 {
			t.Errorf("%s is read back from %q as %v (%v)", n, digits, back, err)
		}
	})
}

// FuzzText checks the bound that the package promises for functions without a
// charge, and that what splits text loses none of it.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"", "a", "ΐ\u0390", "<!-- x --><b>&amp;&#1;&nGt;</b>", "\x00\u0085\u2028\U000e0001\xed\xa0\x80",
		"see (http://a.com/x_(y)), b@c.de", "the self-evident--e-mail\t\r\nx", "ΑΣ'Σ",
	} {
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		if !isText(s) {
			return
		}
		const quotes = len("''")
		for name, got := range map[string]string{
			"Upper": Upper(s), "Lower": Lower(s), "Title": Title(s), "Capitalize": Capitalize(s), "SwapCase": SwapCase(s),
			"CaseFold": CaseFold(s), "TitleFilter": TitleFilter(s), "Repr": Repr(s), "ASCII": ASCII(s), "ReprBytes": ReprBytes([]byte(s))[1:],
			"Escape": Escape(s), "StripTags": StripTags(s), "Unescape": Unescape(s),
		} {
			if len(got) > 5*len(s)+quotes {
				t.Errorf("%s makes %d bytes of %d", name, len(got), len(s))
			}
		}
		if got := strings.Join(SplitLines(s, true, nil), ""); got != s {
			t.Errorf("the lines of %q join to %q", s, got)
		}
		width := 1 + n&0x7F
		wrapped, err := WordWrap(s, WrapOptions{Width: width, BreakWords: true, BreakOnHyphen: n%2 == 0, LineEnd: "\n"}, nil)
		if err != nil {
			t.Error(err)
		}
		for line := range strings.SplitSeq(wrapped, "\n") {
			if RuneCount(line) > width {
				t.Errorf("a line of %q is wider than %d: %q", s, width, line)
			}
		}
		if got := URLize(s, URLizeOptions{}, nil); !strings.ContainsAny(s, ".:@") && got != Escape(s) {
			t.Errorf("urlize of %q, which has no link, is %q", s, got)
		}
	})
}

// isText reports whether s is what the package takes for text: UTF-8, but for
// surrogates.
func isText(s string) bool {
	return indexFunc(s, func(r rune) bool { return r == utf8.RuneError }) == len(s)
}
