package wire

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"bellhop/internal/sign"
	"bellhop/internal/webhook"
)

// bodyFile is where [Curl] expects a body that no shell text can hold.
const bodyFile = "body.bin"

// Curl returns shell commands (POSIX, with curl, and openssl where a signature is
// needed) that send a request again. What was masked stays a variable: the
// webhook's secret is $SECRET, from which the signatures are computed anew, and
// the value of a masked header such as Authorization is $AUTHORIZATION.
func Curl(request *webhook.SentRequest) string {
	var b strings.Builder
	text := isShellText(request.Body)
	body := "--data-binary @" + bodyFile
	if text {
		b.WriteString("body=" + shellQuote(string(request.Body)) + "\n")
		body = `--data-binary "$body"`
	}
	signed := false
	var headers []string
	for _, h := range request.Header {
		if strings.EqualFold(h.Name, "Host") || strings.EqualFold(h.Name, "Content-Length") {
			continue // curl knows better when somebody changes the URL or the body
		}
		value := shellQuote(h.Name + ": " + h.Value)
		switch name := strings.ToLower(h.Name); {
		case h.Value == "":
			value = shellQuote(h.Name + ";") // curl's way to send an empty one
		case name == sign.TimestampHeader && signs(request.Header):
			value = `"` + sign.TimestampHeader + `: $now"`
		case h.Value == webhook.MaskedSecret && name == strings.ToLower(sign.HookHeader):
			value, signed = `"`+h.Name+`: $(content | openssl dgst -sha512 -mac HMAC -macopt hexkey:$(printf %s "$SECRET" | hex) -r | cut -d' ' -f1)"`, true
		case h.Value == webhook.MaskedSecret && name == sign.SignatureHeader:
			value, signed = `"`+h.Name+`: v1,$( (printf %s "$id.$now."; content) | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(key) -binary | base64)"`, true
		case h.Value == webhook.MaskedSecret:
			value = `"` + h.Name + `: $` + variable(h.Name) + `"`
		}
		headers = append(headers, "  --header "+value)
	}
	if signed {
		b.WriteString(signing(request.Header, text))
	}
	b.WriteString("curl --globoff --request " + shellQuote(request.Method) + " " + shellQuote(request.URL))
	for _, h := range headers {
		b.WriteString(" \\\n" + h)
	}
	if len(request.Body) > 0 {
		b.WriteString(" \\\n  " + body)
	}
	b.WriteByte('\n')
	return b.String()
}

// signing are the definitions that signatures are computed with. A secret that
// begins with whsec_ is the key in base64, as in Standard Webhooks.
func signing(header []webhook.Header, text bool) string {
	content := `content() { cat ` + bodyFile + `; }`
	if text {
		content = `content() { printf %s "$body"; }`
	}
	return `: "${SECRET:?set SECRET to the secret of the webhook}"
now=$(date +%s) id=` + shellQuote(value(header, sign.IDHeader)) + `
` + content + `
hex() { od -An -v -tx1 | tr -d ' \n'; }
key() { case $SECRET in whsec_*) printf %s "${SECRET#whsec_}" | base64 -d;; *) printf %s "$SECRET";; esac | hex; }
`
}

// signs reports whether a request had the signature that covers the timestamp.
func signs(header []webhook.Header) bool { return value(header, sign.SignatureHeader) != "" }

// value returns the first value of a header.
func value(header []webhook.Header, name string) string {
	for _, h := range header {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// isShellText reports whether a shell's variable can hold the bytes.
func isShellText(body []byte) bool {
	return utf8.Valid(body) && !bytes.ContainsRune(body, 0)
}

// shellQuote makes one word of a text, whatever is in it.
func shellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// variable makes the name of a shell variable of a header's name, which holds
// nothing but the characters of an HTTP token.
func variable(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
			return r
		}
		return '_'
	}, name)
}
