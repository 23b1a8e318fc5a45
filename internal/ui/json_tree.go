package ui

import (
	"fmt"
	"strconv"
	"strings"

	"bellhop/internal/rawjson"
)

// jsonNode is a member of a JSON document, for the component "json-tree".
type jsonNode struct {
	Name string
	// Path is how a template or a condition reaches it ("data.site.name").
	Path string
	// Kind is string, number, literal, object or list.
	Kind string
	// Text is the value, or what a container holds.
	Text     string
	Children []jsonNode
	// Open says that its children show at first.
	Open bool
}

const (
	// maxJSONNodes bounds a tree; what comes after is left out.
	maxJSONNodes = 2000
	maxJSONText  = 200 // characters of a value
	openDepth    = 2
)

// jsonTree takes a JSON object apart, in its order and with numbers as they are.
func jsonTree(document []byte) []jsonNode {
	left := maxJSONNodes
	return jsonChildren(document, "", 0, &left)
}

func jsonChildren(document []byte, path string, depth int, left *int) []jsonNode {
	var nodes []jsonNode
	add := func(name, path string, value []byte) bool {
		if *left == 0 {
			return false
		}
		*left--
		nodes = append(nodes, jsonLeaf(name, path, value, depth, left))
		return true
	}
	if kindOfJSON(document) == "list" {
		i := 0
		for value := range rawjson.Elements(document) {
			if !add(strconv.Itoa(i), fmt.Sprintf("%s[%d]", path, i), value) {
				break
			}
			i++
		}
		return nodes
	}
	for name, value := range rawjson.Members(document) {
		if !add(string(name), memberPath(path, string(name)), value) {
			break
		}
	}
	return nodes
}

func jsonLeaf(name, path string, value []byte, depth int, left *int) jsonNode {
	n := jsonNode{Name: name, Path: path, Kind: kindOfJSON(value), Text: cutText(maxJSONText, string(value))}
	switch n.Kind {
	case "string":
		if text, ok := rawjson.Text(value); ok {
			n.Text = cutText(maxJSONText, text)
		}
	case "object", "list":
		n.Children = jsonChildren(value, path, depth+1, left)
		n.Open = depth+1 < openDepth && len(n.Children) > 0
		n.Text = plural(len(n.Children), "member", "members")
		if n.Kind == "list" {
			n.Text = plural(len(n.Children), "item", "items")
		}
	}
	return n
}

func kindOfJSON(value []byte) string {
	if len(value) == 0 {
		return "literal"
	}
	switch value[0] {
	case '"':
		return "string"
	case '{':
		return "object"
	case '[':
		return "list"
	case 't', 'f', 'n':
		return "literal"
	}
	return "number"
}

// memberPath is the path of a member in a template: with a dot where the name
// allows it.
func memberPath(path, name string) string {
	plain := name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}) && (name[0] < '0' || name[0] > '9')
	switch {
	case path == "":
		return name
	case plain:
		return path + "." + name
	}
	return path + "['" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(name) + "']"
}
