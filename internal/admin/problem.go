package admin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"bellhop/internal/condition"
	"bellhop/internal/render"
	"bellhop/internal/webhook"
	"bellhop/jinja"
)

// Problem is something wrong with a webhook that is being written, at its place
// in the text of a field.
type Problem struct {
	// Field is the REST name of the webhook's field.
	Field string
	// Line and Column count from 1, columns in code points; 0 where the problem
	// has no place.
	Line, Column int
	// Message is a text for the webhook's author. It may quote the change.
	Message string
	// Suggestions are known names close to an unknown one, best first.
	Suggestions []string
}

// requestFields are those of Validate's fields that concern the request itself.
// The others only matter when a draft is saved.
var requestFields = []string{"payload_url", "http_method", "http_content_type"}

// problems says what is wrong with a draft before it is rendered.
func problems(wh *webhook.Webhook, checks webhook.Checks) []Problem {
	var list []Problem
	for _, text := range []struct {
		field, source string
		compile       func(string) error
	}{
		{"payload_url", wh.PayloadURL, checks.Template},
		{"additional_headers", wh.AdditionalHeaders, checks.Headers},
		{"body_template", wh.BodyTemplate, checks.Template},
	} {
		if err := text.compile(text.source); err != nil {
			list = append(list, problemOf(text.field, err))
		}
	}
	if _, err := condition.Compile(wh.Conditions); err != nil {
		list = append(list, conditionProblem(wh.Conditions, err))
	}
	// The templates are done; without them Validate has the rest of the rules.
	err := wh.Validate(webhook.Checks{})
	if refused, ok := errors.AsType[*webhook.Error](err); ok {
		for _, field := range slices.Sorted(maps.Keys(refused.Fields)) {
			if !slices.Contains(requestFields, field) {
				continue
			}
			for _, message := range refused.Fields[field] {
				list = append(list, Problem{Field: field, Message: message})
			}
		}
	}
	return list
}

// renderProblem is the problem of a webhook that gives no request.
func renderProblem(err error) Problem {
	if at, ok := errors.AsType[*render.Error](err); ok {
		return problemOf(at.Field, at.Err)
	}
	return Problem{Message: err.Error()}
}

// problemOf takes the place out of a template's error.
func problemOf(field string, err error) Problem {
	fault, ok := errors.AsType[*jinja.Error](err)
	if !ok {
		return Problem{Field: field, Message: err.Error()}
	}
	return Problem{
		Field: field, Line: fault.Line, Column: fault.Column,
		Message: fmt.Sprintf("%s error: %s", fault.Kind, fault.Message), Suggestions: fault.Suggestions,
	}
}

// conditionProblem finds the place where a definition stops being JSON. Faults
// beyond JSON name the element in their text.
func conditionProblem(definition []byte, err error) Problem {
	p := Problem{Field: "conditions", Message: err.Error()}
	var ignored any
	if fault, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(definition, &ignored)); ok {
		before := definition[:min(max(int(fault.Offset)-1, 0), len(definition))]
		p.Line = 1 + bytes.Count(before, []byte("\n"))
		p.Column = 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
		p.Message = "This is not JSON: " + fault.Error()
	}
	return p
}
