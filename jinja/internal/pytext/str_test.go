package pytext

import "testing"

// windowed makes a function of one on a text, a part and an optional range.
func windowed[T any](f func(s, sub string, start, end *int) T) function {
	return func(r row) (any, error) { return f(r.text(0), r.text(1), r.optNum(2), r.optNum(3)), nil }
}

func TestStrMethods(t *testing.T) {
	t.Parallel()
	stripped := func(f func(s, chars string) string) function {
		return func(r row) (any, error) { return f(r.text(0), r.text(1)), nil }
	}
	index := func(f func(s, sub string, start, end *int) (int, error)) function {
		return func(r row) (any, error) { return f(r.text(0), r.text(1), r.optNum(2), r.optNum(3)) }
	}
	split := func(f func(s, sep string, maxSplit int, charge Charge) ([]string, error)) function {
		return func(r row) (any, error) { return f(r.text(0), r.text(1), r.num(2), nil) }
	}
	partition := func(f func(s, sep string) (string, string, string, error)) function {
		return func(r row) (any, error) {
			before, found, after, err := f(r.text(0), r.text(1))
			return [3]string{before, found, after}, err
		}
	}
	justified := func(f func(s string, width int, fill string, charge Charge) (string, error)) function {
		return func(r row) (any, error) { return f(r.text(0), r.num(1), r.text(2), nil) }
	}
	translated := map[rune]string{'a': "xyz", 'b': "", '日': "\xed\xa0\x80", 0xDFFF: "s"}
	testPython(t, "str.json", map[string]function{
		"upper": onText(Upper), "lower": onText(Lower), "title": onText(Title), "capitalize": onText(Capitalize),
		"swapcase": onText(SwapCase), "casefold": onText(CaseFold), "title filter": onText(TitleFilter),
		"isalpha": onText(IsAlpha), "isalnum": onText(IsAlnum), "isdecimal": onText(IsDecimal), "isdigit": onText(IsDigit),
		"isnumeric": onText(IsNumeric), "isspace": onText(IsSpaceText), "isprintable": onText(IsPrintable),
		"islower": onText(IsLower), "isupper": onText(IsUpper), "istitle": onText(IsTitle),
		"isidentifier": onText(IsIdentifier), "isascii": onText(IsASCII),
		"repr": onText(Repr), "ascii": onText(ASCII),
		"repr bytes": onText(func(s string) string { return ReprBytes([]byte(s)) }),
		"encode":     func(r row) (any, error) { return len(r.text(0)), CheckUTF8(r.text(0)) },
		"len":        onText(RuneCount),
		"wordcount":  onText(WordCount),
		"at": func(r row) (any, error) {
			char, ok := At(r.text(0), r.num(1))
			if !ok {
				return nil, &Error{"IndexError", "string index out of range"}
			}
			return char, nil
		},
		"slice": func(r row) (any, error) { return Slice(r.text(0), r.optNum(1), r.optNum(2), r.num(3)) },
		"strip": onText(Strip), "lstrip": onText(LStrip), "rstrip": onText(RStrip),
		"strip chars": stripped(StripChars), "lstrip chars": stripped(LStripChars), "rstrip chars": stripped(RStripChars),
		"find": windowed(Find), "rfind": windowed(RFind), "index": index(Index), "rindex": index(RIndex),
		"count": windowed(Count), "startswith": windowed(HasPrefix), "endswith": windowed(HasSuffix),
		"split": split(Split), "rsplit": split(RSplit),
		"split space":  func(r row) (any, error) { return SplitSpace(r.text(0), r.num(1), nil), nil },
		"rsplit space": func(r row) (any, error) { return RSplitSpace(r.text(0), r.num(1), nil), nil },
		"splitlines":   func(r row) (any, error) { return SplitLines(r.text(0), r.flag(1), nil), nil },
		"partition":    partition(Partition), "rpartition": partition(RPartition),
		"replace": func(r row) (any, error) {
			return Replace(r.text(0), r.text(1), r.text(2), r.num(3), nil), nil
		},
		"expandtabs": func(r row) (any, error) { return ExpandTabs(r.text(0), r.num(1), nil), nil },
		"center":     justified(Center), "ljust": justified(LJust), "rjust": justified(RJust),
		"zfill": func(r row) (any, error) { return ZFill(r.text(0), r.num(1), nil), nil },
		"translate": onText(func(s string) string {
			return Translate(s, func(c rune) (string, bool) { to, ok := translated[c]; return to, ok }, nil)
		}),
	})
}
