package pytext

import (
	"slices"
	"testing"
	"unicode/utf8"
)

func TestDecodeRune(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		text string
		want []rune
	}{
		{"empty", "", nil},
		{"ascii", "ab", []rune{'a', 'b'}},
		{"all widths", "aß語👍", []rune{'a', 'ß', '語', '👍'}},
		{"lone surrogates", "\xed\xa0\x80x\xed\xbf\xbf", []rune{0xD800, 'x', 0xDFFF}},
		{"a pair stays two", "\xed\xa0\xbd\xed\xb8\x80", []rune{0xD83D, 0xDE00}},
		{"last code point before the surrogates", "\xed\x9f\xbf", []rune{0xD7FF}},
		{"broken bytes", "\xff\xed\xa0", []rune{utf8.RuneError, utf8.RuneError, utf8.RuneError}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := RuneCount(tt.text); got != len(tt.want) {
				t.Errorf("RuneCount(%q) = %d, want %d", tt.text, got, len(tt.want))
			}
			rest := tt.text
			for i, want := range tt.want {
				r, size := DecodeRune(rest)
				if r != want || size == 0 {
					t.Fatalf("code point %d = %U (%d bytes), want %U", i, r, size, want)
				}
				rest = rest[size:]
			}
			for i, v := range slices.Backward(tt.want) {
				r, size := DecodeLastRune(tt.text)
				if r != v || size == 0 {
					t.Fatalf("backwards: code point %d = %U (%d bytes), want %U", i, r, size, v)
				}
				tt.text = tt.text[:len(tt.text)-size]
			}
		})
	}
}

func TestAppendRuneIsReadBack(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= utf8.MaxRune; r++ {
		s := RuneString(r)
		if got, size := DecodeRune(s); got != r || size != len(s) {
			t.Fatalf("DecodeRune(RuneString(%U)) = %U (%d bytes of %d)", r, got, size, len(s))
		}
	}
}
