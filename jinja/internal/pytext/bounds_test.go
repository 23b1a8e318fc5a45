package pytext

import (
	"math"
	"math/big"
	"strings"
	"testing"
)

// refusal is what the charge of refuseAfter panics with.
type refusal struct{}

// refuseAfter returns a charge that refuses more than limit bytes in all.
func refuseAfter(limit int) Charge {
	return func(n int) {
		if limit -= min(n, limit+1); limit < 0 {
			panic(refusal{})
		}
	}
}

// TestHugeResultsAreCharged lets every function that can make much of little
// try to, under a charge that refuses. Without the charge the tests would end
// for want of memory.
func TestHugeResultsAreCharged(t *testing.T) {
	t.Parallel()
	const huge = math.MaxInt
	long := strings.Repeat("\n", 1<<18)
	spec := func(text, typeName string) Spec {
		s, err := ParseSpec(text, typeName)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	const width = "9223372036854775807"
	bit := new(big.Int).Lsh(big.NewInt(1), 1<<23)
	tests := []struct {
		name string
		call func(refuse Charge)
	}{
		{"ljust", func(refuse Charge) { _, _ = LJust("a", huge, "日", refuse) }},
		{"rjust", func(refuse Charge) { _, _ = RJust("a", huge, " ", refuse) }},
		{"center", func(refuse Charge) { _, _ = Center("a", huge, " ", refuse) }},
		{"zfill", func(refuse Charge) { ZFill("-1", huge, refuse) }},
		{"expandtabs", func(refuse Charge) { ExpandTabs("\t\t\t", huge, refuse) }},
		{"replace", func(refuse Charge) { Replace(long, "\n", long, -1, refuse) }},
		{"replace nothing", func(refuse Charge) { Replace(long, "", long, -1, refuse) }},
		{"translate", func(refuse Charge) {
			Translate("ab", func(rune) (string, bool) { return strings.Repeat(long, 5), true }, refuse)
		}},
		{"split", func(refuse Charge) { _, _ = Split(long, "\n", -1, refuse) }},
		{"rsplit", func(refuse Charge) { _, _ = RSplit(long, "\n", huge, refuse) }},
		{"split space", func(refuse Charge) { SplitSpace(strings.Repeat("a ", 1<<18), huge, refuse) }},
		{"rsplit space", func(refuse Charge) { RSplitSpace(strings.Repeat("a ", 1<<18), -1, refuse) }},
		{"splitlines", func(refuse Charge) { SplitLines(long, false, refuse) }},
		{"format str", func(refuse Charge) { _, _ = FormatStr("a", spec(width, "str"), refuse) }},
		{"format str in the middle", func(refuse Charge) { _, _ = FormatStr("a", spec("日^"+width, "str"), refuse) }},
		{"format int", func(refuse Charge) { _, _ = FormatInt(big.NewInt(-1), spec(width, "int"), refuse) }},
		{"format int with zeros", func(refuse Charge) { _, _ = FormatInt(big.NewInt(-1), spec("0"+width, "int"), refuse) }},
		{"format int with grouped zeros", func(refuse Charge) { _, _ = FormatInt(big.NewInt(-1), spec("0"+width+",", "int"), refuse) }},
		{"format char", func(refuse Charge) { _, _ = FormatInt(big.NewInt(65), spec(width+"c", "int"), refuse) }},
		{"format int in bits", func(refuse Charge) { _, _ = FormatInt(bit, spec("b", "int"), refuse) }},
		{"format float", func(refuse Charge) { _, _ = FormatFloatSpec(1, spec("_>"+width, "float"), refuse) }},
		{"format float with grouped zeros", func(refuse Charge) { _, _ = FormatFloatSpec(1, spec("0"+width+"_f", "float"), refuse) }},
		{"format float with digits", func(refuse Charge) { _, _ = FormatFloatSpec(1, spec(".2147483647f", "float"), refuse) }},
		{"percent str", func(refuse Charge) { onlyConversion(t, "%"+width+"s").FormatText("a", refuse) }},
		{"percent int", func(refuse Charge) { _, _ = onlyConversion(t, "%"+width+"d").FormatInt(big.NewInt(1), refuse) }},
		{"percent int with zeros", func(refuse Charge) { _, _ = onlyConversion(t, "%-0"+width+"d").FormatInt(big.NewInt(1), refuse) }},
		{"percent int with digits", func(refuse Charge) { _, _ = onlyConversion(t, "%.2147483000x").FormatInt(big.NewInt(1), refuse) }},
		{"percent float with digits", func(refuse Charge) { onlyConversion(t, "%.2147483647e").FormatFloat(1, refuse) }},
		{"wordwrap", func(refuse Charge) {
			_, _ = WordWrap(strings.Repeat("a", 1<<10), WrapOptions{Width: 1, BreakWords: true, BreakOnHyphen: true, LineEnd: long}, refuse)
		}},
		{"urlize", func(refuse Charge) {
			URLize(strings.Repeat("ab.com ", 1<<10), URLizeOptions{Rel: long}, refuse)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if _, ok := recover().(refusal); !ok {
					t.Error("the result was not charged before it was made")
				}
			}()
			tt.call(refuseAfter(1 << 20))
		})
	}
}

// TestChargesCoverResults checks that what is charged is not less than what is
// returned.
func TestChargesCoverResults(t *testing.T) {
	t.Parallel()
	must := func(s string, _ error) string { return s }
	format := func(text, typeName string) Spec {
		spec, err := ParseSpec(text, typeName)
		if err != nil {
			t.Fatal(err)
		}
		return spec
	}
	const s = "日本 a\tb\n'x' http://a.com\n"
	tests := map[string]func(charge Charge) string{
		"ljust":        func(c Charge) string { return must(LJust(s, 100, "日", c)) },
		"center":       func(c Charge) string { return must(Center(s, 100, "日", c)) },
		"zfill":        func(c Charge) string { return ZFill("-1", 100, c) },
		"expandtabs":   func(c Charge) string { return ExpandTabs(s, 100, c) },
		"replace":      func(c Charge) string { return Replace(s, "a", "日本日本", -1, c) },
		"replace none": func(c Charge) string { return Replace(s, "", "日本日本", -1, c) },
		"translate":    func(c Charge) string { return Translate(s, func(rune) (string, bool) { return "日本", true }, c) },
		"format str":   func(c Charge) string { return must(FormatStr(s, format("日>100", "str"), c)) },
		"format int":   func(c Charge) string { return must(FormatInt(big.NewInt(-12345), format("0100,", "int"), c)) },
		"format fill":  func(c Charge) string { return must(FormatInt(big.NewInt(-12345), format("日=100,", "int"), c)) },
		"format bits":  func(c Charge) string { return must(FormatInt(big.NewInt(math.MinInt64), format("#_b", "int"), c)) },
		"format float": func(c Charge) string {
			return must(FormatFloatSpec(-math.MaxFloat64, format("0500,.100f", "float"), c))
		},
		"percent": func(c Charge) string { return onlyConversion(t, "%+100.80f").FormatFloat(-math.MaxFloat64, c) },
		"wordwrap": func(c Charge) string {
			return must(WordWrap(s, WrapOptions{Width: 2, BreakWords: true, BreakOnHyphen: true, LineEnd: "日本"}, c))
		},
		"urlize": func(c Charge) string { return URLize(s, URLizeOptions{Rel: "nofollow", Target: "_blank"}, c) },
	}
	for name, call := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			charged := 0
			if got := call(func(n int) { charged += n }); charged < len(got) {
				t.Errorf("%d bytes charged for %d: %q", charged, len(got), got)
			}
		})
	}
}
