package pytext

// WordCount is Jinja2's filter wordcount: the number of runs of \w.
func WordCount(s string) int {
	n, inWord := 0, false
	for i := 0; i < len(s); {
		r, size := DecodeRune(s[i:])
		i += size
		word := IsWord(r)
		if word && !inWord {
			n++
		}
		inWord = word
	}
	return n
}
