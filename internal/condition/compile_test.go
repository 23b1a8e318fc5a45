package condition_test

import (
	"errors"
	"strings"
	"testing"

	"bellhop/internal/condition"
)

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	const (
		keys      = "Incorrect key(s) informed. Please check documentation."
		logic     = "Invalid logic type: must be 'AND' or 'OR'. Please check documentation."
		operators = "Must be one of: eq, gt, gte, lt, lte, in, contains, regex, changed, unchanged"
	)
	cases := []struct{ name, definition, path, message string }{
		{"list", `[1]`, "conditions", "Ruleset must be a dictionary, not <class 'list'>."},
		{"text", `"and"`, "conditions", "Ruleset must be a dictionary, not <class 'str'>."},
		{"true", `true`, "conditions", "Ruleset must be a dictionary, not <class 'bool'>."},
		{"number", `1.5`, "conditions", "Ruleset must be a dictionary, not <class 'float'>."},
		{"not JSON", `{"and": [}`, "conditions", "Conditions are not valid JSON: line 1, column 10: "},
		{"other logic", `{"not": []}`, "conditions", logic},
		{"upper case", `{"AND": []}`, "conditions", logic},
		{"attr alone", `{"attr": "x"}`, "conditions", logic},
		{"two logics", `{"and": [], "or": []}`, "conditions", keys},
		{"nested upper case", `{"and": [{"OR": []}]}`, "conditions.and[0]", keys},
		{"members as object", `{"or": {"attr": "x"}}`, "conditions.or", "The value of 'or' must be a list, not <class 'dict'>."},
		{"members null", `{"and": [{"or": null}]}`, "conditions.and[0].or", "The value of 'or' must be a list, not <class 'NoneType'>."},
		{"member text", `{"and": [{"attr": "a", "value": 1}, "b"]}`, "conditions.and[1]", "Condition must be a dictionary, not <class 'str'>."},
		{"empty member", `{"and": [{}]}`, "conditions.and[0]", keys},
		{"unknown key", `{"and": [{"attr": "a", "value": 1, "vlaue": 2}]}`, "conditions.and[0]", keys},
		{"no value", `{"attr": "a", "op": "gt"}`, "conditions", keys},
		{"attr is a number", `{"or": [{"and": [{"attr": 1, "value": 1}]}]}`, "conditions.or[0].and[0].attr", "Invalid attr: must be a string, not <class 'int'>."},
		{"unknown operator", `{"and": [{"attr": "a", "value": 1, "op": "neq"}]}`, "conditions.and[0].op", "Unknown operator: neq. " + operators},
		{"operator null", `{"and": [{"attr": "a", "value": 1, "op": null}]}`, "conditions.and[0].op", "Unknown operator: null. " + operators},
		{"object as value", `{"and": [{"attr": "a", "value": {}}]}`, "conditions.and[0].value", "Unsupported value type: <class 'dict'>"},
		{"gt text", `{"and": [{"attr": "a", "value": "1", "op": "gt"}]}`, "conditions.and[0].value", "Invalid type for gt operation: <class 'str'>"},
		{"lte boolean", `{"and": [{"attr": "a", "value": true, "op": "lte"}]}`, "conditions.and[0].value", "Invalid type for lte operation: <class 'bool'>"},
		{"in text", `{"and": [{"attr": "a", "value": "b", "op": "in"}]}`, "conditions.and[0].value", "Invalid type for in operation: <class 'str'>"},
		{"contains null", `{"and": [{"attr": "a", "value": null, "op": "contains"}]}`, "conditions.and[0].value", "Invalid type for contains operation: <class 'NoneType'>"},
		{"regex number", `{"and": [{"attr": "a", "value": 1, "op": "regex"}]}`, "conditions.and[0].value", "Invalid type for regex operation: <class 'int'>"},
		{"bad regex", `{"and": [{"attr": "a", "value": "(a", "op": "regex"}]}`, "conditions.and[0].value", "Invalid regular expression: missing ), unterminated subpattern at position 0"},
		{"changed with a value", `{"attr": "a", "value": null, "op": "changed"}`, "conditions.value", "The changed operator does not take a value."},
		{"unchanged in a snapshot", `{"attr": "snapshots.prechange.a", "op": "unchanged"}`, "conditions.attr", "The unchanged operator compares both snapshots"},
		{"too long", `{"attr": "` + strings.Repeat("a", condition.MaxDefinition) + `", "value": 1}`, "conditions", "Conditions are longer than 65536 bytes."},
		{"too deep", strings.Repeat(`{"and": [`, 300) + strings.Repeat(`]}`, 300), "conditions", "Conditions are not valid JSON: "},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := condition.Compile([]byte(tc.definition))
			refused, ok := errors.AsType[*condition.DefinitionError](err)
			if !ok {
				t.Fatalf("got %v, want a DefinitionError", err)
			}
			if refused.Path != tc.path || !strings.HasPrefix(refused.Message, tc.message) {
				t.Errorf("got  %s: %s\nwant %s: %s", refused.Path, refused.Message, tc.path, tc.message)
			}
			if !strings.Contains(err.Error(), "(at "+tc.path+")") {
				t.Errorf("text without the path: %s", err)
			}
		})
	}
}

func TestCompileEmpty(t *testing.T) {
	t.Parallel()
	for _, definition := range []string{"", "null", "{}", "[]", `""`, "0", "false", " 0.0 "} {
		set, err := condition.Compile([]byte(definition))
		if err != nil {
			t.Errorf("%q: %v", definition, err)
			continue
		}
		if verdict := set.Evaluate(nil, nil); !set.IsEmpty() || verdict.Result != condition.Fired || verdict.Tree != nil {
			t.Errorf("%q: empty %v, verdict %+v", definition, set.IsEmpty(), verdict)
		}
	}
}
