// Package yamltext decodes YAML that people send. The parser by itself can be
// kept busy or brought down by a few lines: aliases multiply without limit, deep
// nesting takes time that grows with its square, and some texts make it panic.
// Texts like that are refused here, with the place.
//
// The package is pure and knows nothing of what the documents mean.
package yamltext

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// maxDepth bounds lists and mappings within each other.
const maxDepth = 50

// errInvalid is for texts on which the parser panics; hardly anybody writes them.
var errInvalid = errors.New("this is not valid YAML")

// Unmarshal decodes a text of at most limit bytes. An error is one line that
// begins with the place, "[3:7] ", where there is one.
func Unmarshal(text []byte, limit int, into any, options ...yaml.DecodeOption) error {
	return guarded(text, limit, func() error { return yaml.UnmarshalWithOptions(text, into, options...) })
}

// ToJSON turns a text of at most limit bytes into JSON. Errors are as those of
// [Unmarshal].
func ToJSON(text []byte, limit int) (document []byte, err error) {
	err = guarded(text, limit, func() (err error) {
		document, err = yaml.YAMLToJSON(text)
		return err
	})
	return document, err
}

// guarded runs the parser on a text that cannot harm it.
func guarded(text []byte, limit int, parse func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = errInvalid
		}
	}()
	if err := check(text, limit); err != nil {
		return err
	}
	if err := parse(); err != nil {
		// "[3:7] unknown field", and then the lines around it
		message, _, _ := strings.Cut(strings.TrimSpace(yaml.FormatError(err, false, false)), "\n")
		return errors.New(message)
	}
	return nil
}

// check refuses aliases, anchors, tags and deep nesting.
func check(text []byte, limit int) error {
	if len(text) > limit {
		return fmt.Errorf("this text has more than %d bytes", limit)
	}
	depth, dashes, line := 0, 0, 0
	for _, t := range lexer.Tokenize(string(text)) {
		switch t.Type {
		case token.AliasType, token.AnchorType, token.TagType:
			return fmt.Errorf("[%d:%d] anchors, aliases and tags are not taken", t.Position.Line, t.Position.Column)
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType: // several on a line are lists within each other
			if t.Position.Line != line {
				dashes, line = 0, t.Position.Line
			}
			dashes++
		}
		if depth > maxDepth || dashes > maxDepth {
			return fmt.Errorf("[%d:%d] lists and mappings are nested too deeply", t.Position.Line, t.Position.Column)
		}
	}
	return nil
}
