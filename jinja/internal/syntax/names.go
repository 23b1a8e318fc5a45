package syntax

import (
	_ "embed"
	"strconv"
	"strings"
)

// runeNames has a line "NAME\tHEX" for each name that \N{NAME} knows, sorted by
// bytes. testdata/names.py makes it.
//
//go:embed names.txt
var runeNames string

// runeByName returns the character with a name of Unicode, written in any case.
// It searches the text itself: an index would cost every process that never
// needs it.
func runeByName(name string) (rune, bool) {
	// Only ASCII's letters have two cases here; ToUpper would map others to them.
	if countRunes(name) != len(name) {
		return 0, false
	}
	key := strings.ToUpper(name) + "\t"
	low, high := 0, len(runeNames)
	for low < high {
		middle := low + (high-low)/2
		begin := low + strings.LastIndexByte(runeNames[low:middle], '\n') + 1
		end := begin + strings.IndexByte(runeNames[begin:], '\n')
		line := runeNames[begin:end]
		if code, ok := strings.CutPrefix(line, key); ok {
			r, err := strconv.ParseUint(code, 16, 32)
			return rune(r), err == nil
		}
		if line < key {
			low = end + 1
		} else {
			high = begin
		}
	}
	return 0, false
}
