package syntax

import "testing"

// TestChars: the boundaries where Python's str.isspace and str.isidentifier
// differ from Go's notions; the whole range was compared with Python 3.11.
func TestChars(t *testing.T) {
	t.Parallel()
	tests := []struct {
		r                  rune
		space, start, part bool
	}{
		{'\t', true, false, false},
		{'\v', true, false, false},
		{'\r', true, false, false},
		{0x1b, false, false, false},
		{0x1c, true, false, false},
		{0x1f, true, false, false},
		{' ', true, false, false},
		{0x85, true, false, false},
		{0xa0, true, false, false},
		{0x180e, false, false, false}, // Mongolian vowel separator
		{0x200b, false, false, false}, // zero width space
		{0x2003, true, false, false},
		{0x2029, true, false, false},
		{0x205f, true, false, false},
		{0x3000, true, false, false},
		{0xfeff, false, false, false},
		{'_', false, true, true},
		{'0', false, false, true},
		{'$', false, false, false},
		{'·', false, false, true},
		{'é', false, true, true},
		{'²', false, false, false},
		{'٣', false, false, true},
		{0x0301, false, false, true},  // combining acute accent
		{0x037a, false, false, false}, // its normal form begins with a space
		{'℘', false, true, true},
		{'゛', false, false, false},
		{0x0e33, false, false, true},
		{0xff9e, false, false, true},
		{0xfe70, false, false, false},
		{0xfe71, false, true, true},
		{0x20bb7, false, true, true},
		{0x1f44d, false, false, false},
	}
	for _, tt := range tests {
		if space, start, part := isSpace(tt.r), isNameStart(tt.r), isNamePart(tt.r); space != tt.space || start != tt.start || part != tt.part {
			t.Errorf("%U: space %t, start %t, part %t; want %t, %t, %t", tt.r, space, start, part, tt.space, tt.start, tt.part)
		}
	}
}

func TestRuneByName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		want rune // 0 if there is no such name
	}{
		{"BULLET", '•'},
		{"bullet", '•'},
		{"Latin Small Letter E With Acute", 'é'},
		{"ABACUS", 0x1f9ee},                     // the first line of the table
		{"ZWSP", 0x200b},                        // an alias
		{"LF", '\n'},                            // a control character, by an alias
		{"LATIN SMALL LETTER GHA", 0x01a3},      // a corrected name
		{"ZERO WIDTH NO-BREAK SPACE", 0xfeff},   // near the end
		{"KEYCAP DIGIT ONE", 0},                 // a sequence
		{"BULLET ", 0},                          // not stripped
		{"BULLE", 0},                            // half a name
		{"BULLET\t2022", 0},                     // a line of the table
		{"\n", 0},                               // nearly one
		{"", 0},                                 // none
		{"bıllet", 0},                           // ToUpper would find letters
		{"LATIN SMALL LETTER LONG ſ", 0},        // here too
		{"LATIN SMALL LETTER DOTLESS I", 0x131}, // a prefix of others
	}
	for _, tt := range tests {
		got, ok := runeByName(tt.name)
		if got != tt.want || ok != (tt.want != 0) {
			t.Errorf("runeByName(%q) = %U, %t, want %U", tt.name, got, ok, tt.want)
		}
	}
}

// TestSurrogates: literals may make lone surrogates, and templates may hold them.
func TestSurrogates(t *testing.T) {
	t.Parallel()
	const d83d, de00 = "\xed\xa0\xbd", "\xed\xb8\x80"
	tests := []struct{ source, want string }{
		{`{{ '\ud83d\ude00' }}`, d83d + de00},
		{"{{ '" + d83d + "' }}", d83d},
		{`{{ '\` + d83d + "' }}", `\ud83d`},
		{`{{ '\U0001f600' }}`, "😀"},
		{"{{ '\\\xff' }}", "\\\xff"}, // no text at all: kept as it is
	}
	for _, tt := range tests {
		tpl, err := Parse(tt.source, Options{})
		if err != nil {
			t.Errorf("Parse(%q): %v", tt.source, err)
			continue
		}
		if got := tpl.Body[0].(*Output).Items[0].(*Const).Value; got != tt.want {
			t.Errorf("Parse(%q) = %q, want %q", tt.source, got, tt.want)
		}
	}
}
