package assets

import (
	"bytes"
	"fmt"
	"strings"
)

// iconStyles turns a file of symbols into a style sheet that has each of them as
// the class i-NAME and as the variable --i-NAME. So a picture is a short element, or
// none where another class has it, in pages that show hundreds; and the browser
// fetches it once. Elements are painted with it as a mask, in the colour of text.
func iconStyles(symbols []byte) []byte {
	var variables, classes bytes.Buffer
	for line := range strings.Lines(string(symbols)) {
		rest, isSymbol := strings.CutPrefix(line, `<symbol id="`)
		if !isSymbol {
			continue
		}
		name, rest, _ := strings.Cut(rest, `"`)
		drawing := `<svg xmlns='http://www.w3.org/2000/svg' ` + strings.Replace(strings.TrimSpace(rest), "</symbol>", "</svg>", 1)
		fmt.Fprintf(&variables, "--i-%s:url(\"data:image/svg+xml,%s\");\n", name, inURL.Replace(drawing))
		fmt.Fprintf(&classes, ".i-%s{--icon:var(--i-%s)}\n", name, name)
	}
	return fmt.Appendf(nil, ":root{\n%s}\n%s", variables.Bytes(), classes.Bytes())
}

// inURL writes markup within a quoted URL of a style sheet.
var inURL = strings.NewReplacer(`"`, "'", "<", "%3C", ">", "%3E", "#", "%23")
