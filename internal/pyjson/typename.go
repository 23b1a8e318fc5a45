package pyjson

import "bytes"

// TypeName names the type that Python gives a JSON text, such as "dict", as the
// messages of Django REST framework do. The text must be valid.
func TypeName(text []byte) string {
	switch c := bytes.TrimSpace(text)[0]; {
	case c == '"':
		return "str"
	case c == '[':
		return "list"
	case c == '{':
		return "dict"
	case c == 't' || c == 'f':
		return "bool"
	case c == 'n':
		return "NoneType"
	case bytes.ContainsAny(text, ".eE"):
		return "float"
	}
	return "int"
}
