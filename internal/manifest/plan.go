package manifest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"bellhop/internal/client"
	"bellhop/internal/webhook"
	"bellhop/internal/yamltext"
)

// Step is one thing that a plan does.
type Step struct {
	kind *kind
	name string
	// id is the server's, 0 for a new entry.
	id int64
	// fields are what is written.
	fields entry
}

// String says what the step does, for people.
func (s *Step) String() string {
	if s.id == 0 {
		return fmt.Sprintf("create %s %q", s.kind.noun, s.name)
	}
	names := slices.Sorted(maps.Keys(s.fields))
	for i, name := range names {
		if name == secretField {
			names[i] += " (cannot be compared)"
		}
	}
	return fmt.Sprintf("change %s %q: %s", s.kind.noun, s.name, strings.Join(names, ", "))
}

// Plan is what has to be done so that a server has what a file says.
type Plan struct {
	Steps []Step
	// Notes say what of the file has no place here, for people.
	Notes []string
	// webhooks are the ids of webhooks by name, as far as they are known.
	webhooks map[string]int64
}

// NewPlan compares a file with a server. It changes nothing.
func NewPlan(ctx context.Context, c *client.Client, file []byte) (*Plan, error) {
	wanted, err := parse(file)
	if err == nil && wanted.fromNetBox {
		err = wanted.leaveOutTypes(ctx, c)
	}
	if err != nil {
		return nil, err
	}
	p := &Plan{Notes: wanted.notes, webhooks: map[string]int64{}}
	for i := range kinds {
		k := &kinds[i]
		if len(wanted.sections[k.section]) == 0 && k.section != "webhooks" {
			continue
		}
		found, err := k.read(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k.section, err)
		}
		if k.section == "webhooks" {
			for name, e := range found.entries {
				p.webhooks[name] = idOf(e)
			}
		}
		var faults []error
		for at, e := range wanted.sections[k.section] {
			if err := p.add(k, found, e); err != nil {
				faults = append(faults, fmt.Errorf("%s[%d]: %w", k.section, at, err))
			}
		}
		if len(faults) > 0 {
			return nil, errors.Join(faults...)
		}
	}
	return p, nil
}

// maxFile bounds a file, in bytes.
const maxFile = 4 << 20

// contents are what a file has.
type contents struct {
	sections map[string][]entry
	// notes say what of the file has no place here, for people.
	notes []string
	// fromNetBox files may want object types that there are in NetBox only.
	fromNetBox bool
}

func (c *contents) note(format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}

// parse reads a file: one of ours, or webhooks and event rules as NetBox gives
// them, as a list, as an answer of REST, or as CSV.
func parse(file []byte) (*contents, error) {
	if entries, isCSV, err := parseCSV(file); isCSV {
		if err != nil {
			return nil, err
		}
		return translate(entries)
	}
	document, err := yamltext.ToJSON(file, maxFile)
	if err != nil {
		return nil, err
	}
	if entries, ok := parseREST(document); ok {
		return translate(entries)
	}
	var sections map[string][]entry
	if json.Unmarshal(document, &sections) != nil {
		return nil, errors.New("not a file of lists by section: object_types, webhooks and event_rules")
	}
	for name := range sections {
		if !slices.ContainsFunc(kinds, func(k kind) bool { return k.section == name }) {
			return nil, fmt.Errorf("unknown section %q; there are object_types, webhooks and event_rules", name)
		}
	}
	return &contents{sections: sections}, nil
}

// parseREST reads a list, or a page of one. ok is false for what is neither.
func parseREST(document []byte) (entries []entry, ok bool) {
	if json.Unmarshal(document, &entries) == nil && entries != nil {
		return entries, true
	}
	var page struct {
		Results []entry `json:"results"`
	}
	if json.Unmarshal(document, &page) == nil && page.Results != nil {
		return page.Results, true
	}
	return nil, false
}

// add puts what one entry needs into the plan.
func (p *Plan) add(k *kind, found *server, e entry) error {
	for _, field := range k.key {
		if isEmpty(e[field]) {
			return fmt.Errorf("%s is missing", field)
		}
	}
	name := k.name(e)
	if p.has(k, name) {
		return fmt.Errorf("%q is there twice", name)
	}
	for field := range e {
		if field != webhookField && !slices.Contains(found.writable, field) {
			return fmt.Errorf("%q: unknown field %q", name, field)
		}
	}
	before, exists := found.entries[name]
	if !exists && e[secretField] == webhook.MaskedSecret {
		return fmt.Errorf("%q: the file has no secret but what stands for one; write the secret itself, or none, since the webhook is new", name)
	}
	step := Step{kind: k, name: name, fields: maps.Clone(e)}
	if k.section == "webhooks" && !exists {
		p.webhooks[name] = 0 // has an id once it is made
	}
	if wanted, ok := e[webhookField]; ok {
		id, known := p.webhooks[fmt.Sprint(wanted)]
		if !known {
			return fmt.Errorf("%q: there is no webhook %q", name, wanted)
		}
		if exists && id != 0 && id == number(before[actionField]) {
			delete(step.fields, webhookField)
		}
	}
	if exists {
		step.id = idOf(before)
		maps.DeleteFunc(step.fields, func(field string, value any) bool {
			return field != webhookField && same(field, value, before[field])
		})
		if len(step.fields) == 0 {
			return nil
		}
	}
	p.Steps = append(p.Steps, step)
	return nil
}

func (p *Plan) has(k *kind, name string) bool {
	return slices.ContainsFunc(p.Steps, func(s Step) bool { return s.kind == k && s.name == name })
}

// Apply does the plan's steps in order and calls done after each. It stops at
// the first that fails; those before it stay done.
func (p *Plan) Apply(ctx context.Context, c *client.Client, done func(*Step)) error {
	for i := range p.Steps {
		step := &p.Steps[i]
		fields := maps.Clone(step.fields)
		if name, ok := fields[webhookField]; ok {
			delete(fields, webhookField)
			fields["action_type"], fields["action_object_type"] = "webhook", "extras.webhook"
			fields[actionField] = p.webhooks[fmt.Sprint(name)]
		}
		method, path := http.MethodPost, step.kind.path
		if step.id != 0 {
			method, path = http.MethodPatch, fmt.Sprintf("%s%d/", step.kind.path, step.id)
		}
		var answer entry
		if err := c.Do(ctx, method, path, fields, &answer); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
		if step.kind.section == "webhooks" {
			p.webhooks[step.name] = idOf(answer)
		}
		done(step)
	}
	return nil
}

func idOf(e entry) int64 { return number(e["id"]) }

// number is a JSON number that is an integer, or 0.
func number(v any) int64 {
	n, _ := v.(float64)
	return int64(n)
}
