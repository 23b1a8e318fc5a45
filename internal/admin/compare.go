package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"bellhop/internal/sign"
	"bellhop/internal/webhook"
)

// DiffLine is a line of a comparison.
type DiffLine struct {
	// Sign is '+' for a line of the second text, '-' for one of the first, ' '
	// for one of both, and '@' where lines of both are left out.
	Sign byte
	Text string
}

// CompareRequests compares two requests line by line: method and URL, headers,
// and the body, indented when it is JSON. What is new in every request (id,
// moment and signatures) is left out. There are no lines when they are the same.
func CompareRequests(before, after *webhook.SentRequest) []DiffLine {
	return CompareTexts(requestText(before), requestText(after))
}

// CompareTexts compares two texts line by line, with three lines of what is the
// same around each difference. There are no lines when they are the same.
func CompareTexts(before, after string) []DiffLine {
	// The library tells a last line without an end by a line of its own.
	document := diff.Diff("", withEnd(before), "", withEnd(after))
	var lines []DiffLine
	for i, line := range strings.Split(strings.TrimSuffix(string(document), "\n"), "\n") {
		const heads = 3 // the command and the two names
		switch {
		case i < heads:
		case strings.HasPrefix(line, "@@ "):
			if len(lines) > 0 {
				lines = append(lines, DiffLine{Sign: '@'})
			}
		default:
			lines = append(lines, DiffLine{Sign: line[0], Text: line[1:]})
		}
	}
	return lines
}

func withEnd(text string) []byte {
	if text == "" || strings.HasSuffix(text, "\n") {
		return []byte(text)
	}
	return []byte(text + "\n")
}

func requestText(r *webhook.SentRequest) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", r.Method, r.URL)
	for _, h := range r.Header {
		switch strings.ToLower(h.Name) {
		case sign.IDHeader, sign.TimestampHeader, sign.SignatureHeader, strings.ToLower(sign.HookHeader):
		default:
			fmt.Fprintf(&b, "%s: %s\n", h.Name, h.Value)
		}
	}
	b.WriteByte('\n')
	var indented bytes.Buffer
	if json.Indent(&indented, r.Body, "", "  ") == nil {
		b.Write(indented.Bytes())
	} else {
		b.WriteString(strings.ToValidUTF8(string(r.Body), "\ufffd"))
	}
	return b.String()
}
