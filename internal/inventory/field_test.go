package inventory_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/inventory"
	"bellhop/internal/webhook"
)

// everyKind has one field of each kind.
const everyKind = `
- name: test.thing
  plural: things
  fields:
    - {name: text, kind: text, max_length: 5}
    - {name: needed, kind: text, required: true}
    - {name: maybe, kind: text, nullable: true, unique: true}
    - {name: slug, kind: text}
    - {name: int, kind: integer, nullable: true, min: 1, max: 10}
    - {name: dec, kind: decimal, nullable: true, places: 2, min: -1.5, max: 100}
    - {name: flag, kind: boolean}
    - {name: day, kind: date, nullable: true}
    - {name: at, kind: datetime, nullable: true}
    - {name: one, kind: choice, choices: {a: A, 10: Ten}}
    - {name: must, kind: choice, required: true, choices: {x: X}}
    - {name: many, kind: multichoice, choices: {a: A, b: B}}
    - {name: ref, kind: reference, to: test.thing, nullable: true}
    - {name: refs, kind: references, to: test.thing}
    - {name: ip, kind: ipaddress, nullable: true}
    - {name: net, kind: ipprefix, nullable: true}
    - {name: any, kind: json}
`

func setupThings(t testing.TB) *world {
	t.Helper()
	w := setup(t)
	types, err := inventory.ParseTypes([]byte(everyKind))
	if err != nil {
		t.Fatal(err)
	}
	w.putType(t, types[0])
	return w
}

// Accepted values and their representation: Django REST framework's rules.
func TestFieldValues(t *testing.T) {
	t.Parallel()
	w := setupThings(t)
	w.create(t, "test.thing", `{"needed": "first", "must": "x", "maybe": "m"}`)
	w.create(t, "test.thing", `{"needed": "second", "must": "x", "maybe": "  ", "int": 3}`)
	w.create(t, "test.thing", `{"needed": "twin", "must": "x", "int": 3}`)
	const brief = `{"id": 1, "url": "https://bh/api/test/things/1/", "display": "Thing 1", "slug": ""}`
	cases := []struct{ field, sent, shown string }{
		{"text", `"  ab "`, `"ab"`},
		{"text", `12.5`, `"12.5"`},
		{"text", `""`, `""`},
		{"text", `"üüüüü"`, `"üüüüü"`},
		{"maybe", `null`, `null`},
		{"maybe", `""`, `null`},
		{"slug", `"A-b_1"`, `"A-b_1"`},
		{"int", `" 7 "`, `7`},
		{"int", `7.0`, `7`},
		{"int", `null`, `null`},
		{"dec", `"1.5"`, `1.5`},
		{"dec", `1e1`, `10.0`},
		{"dec", `-1.5`, `-1.5`},
		{"dec", `0`, `0.0`},
		{"flag", `"Yes"`, `true`},
		{"flag", `0`, `false`},
		{"day", `"2024-02-29"`, `"2024-02-29"`},
		{"at", `"2024-02-29T12:00:00+02:00"`, `"2024-02-29T10:00:00.000000Z"`},
		{"at", `"2024-02-29 12:00"`, `"2024-02-29T12:00:00.000000Z"`},
		{"one", `"a"`, `{"value": "a", "label": "A"}`},
		{"one", `10`, `{"value": "10", "label": "Ten"}`},
		{"one", `""`, `null`},
		{"one", `null`, `null`},
		{"many", `["b", "a", "b"]`, `[{"value": "b", "label": "B"}, {"value": "a", "label": "A"}]`},
		{"ref", `1`, brief},
		{"ref", `"1"`, brief},
		{"ref", `{"id": 1, "display": "whatever"}`, brief},
		{"ref", `{"needed": "first", "must": "x"}`, brief},
		{"ref", `null`, `null`},
		{"refs", `[{"maybe": "m"}, 1]`, `[` + brief + `]`},
		{"refs", `[]`, `[]`},
		{"ip", `"10.0.0.1"`, `"10.0.0.1/32"`},
		{"ip", `"2001:DB8::1/64"`, `"2001:db8::1/64"`},
		{"net", `"10.0.0.0/8"`, `"10.0.0.0/8"`},
		{"any", `{"b" : [1,  2.50], "a": null}`, `{"b": [1, 2.50], "a": null}`},
	}
	for _, tc := range cases {
		object := w.create(t, "test.thing", fmt.Sprintf(`{"needed": "n", "must": "x", %q: %s}`, tc.field, tc.sent))
		var shown map[string]json.RawMessage
		if err := json.Unmarshal(object.Data, &shown); err != nil {
			t.Fatal(err)
		}
		equalJSON(t, tc.field+" = "+tc.sent, tc.shown, shown[tc.field])
	}
}

// No object is above itself, as in NetBox's trees.
func TestParents(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for i, parent := range []string{"null", "1", "2"} {
		w.create(t, "dcim.region", fmt.Sprintf(`{"name": "r%[1]d", "slug": "r%[1]d", "parent": %[2]s}`, i, parent))
	}
	for _, tc := range []struct {
		id     int64
		parent string
		ok     bool
	}{
		{1, "1", false}, {1, "2", false}, {1, "3", false}, {2, "3", false}, {3, "1", true}, {2, "3", true}, {3, "2", false}, {2, "null", true},
	} {
		err := w.Do(t.Context(), inventory.Request{}, func(s *inventory.Session) error {
			_, err := s.Update("dcim.region", tc.id, []byte(`{"parent": `+tc.parent+`}`), false)
			return err
		})
		if tc.ok {
			if err != nil {
				t.Errorf("region %d below %s: %v", tc.id, tc.parent, err)
			}
			continue
		}
		refused, ok := errors.AsType[*webhook.Error](err)
		if !ok || len(refused.Fields["parent"]) != 1 || refused.Fields["parent"][0] != "Cannot assign self or child region as parent." {
			t.Errorf("region %d below %s: error %v, want a refusal", tc.id, tc.parent, err)
		}
	}
}

// Decimals are shown as Python's json.dumps(float(d)) writes them.
func TestDecimalsAsPythonShowsThem(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for i, tc := range []struct{ sent, shown string }{
		{"0.000001", "1e-06"}, {"-0.0001", "-0.0001"}, {"50.110000", "50.11"}, {"89.999999", "89.999999"}, {"-0", "0.0"},
	} {
		site := w.create(t, "dcim.site", fmt.Sprintf(`{"name": "s%[1]d", "slug": "s%[1]d", "latitude": %[2]s}`, i, tc.sent))
		var shown struct{ Latitude json.RawMessage }
		if err := json.Unmarshal(site.Data, &shown); err != nil || string(shown.Latitude) != tc.shown {
			t.Errorf("%s is shown as %s, error %v; want %s", tc.sent, shown.Latitude, err, tc.shown)
		}
	}
}

// Refused values and the messages of Django REST framework and NetBox.
func TestFieldMessages(t *testing.T) {
	t.Parallel()
	w := setupThings(t)
	w.create(t, "test.thing", `{"needed": "first", "must": "x", "maybe": "m", "text": "same"}`)
	w.create(t, "test.thing", `{"needed": "second", "must": "x", "text": "same"}`)
	const neither = "Related objects must be referenced by numeric ID or by dictionary of attributes. Received an unrecognized value: "
	cases := []struct{ field, sent, message string }{
		{"text", `"abcdef"`, "Ensure this field has no more than 5 characters."},
		{"text", `"a\u0000"`, "Null characters are not allowed."},
		{"text", `true`, "Not a valid string."},
		{"text", `["a"]`, "Not a valid string."},
		{"text", `null`, "This field may not be null."},
		{"needed", `" "`, "This field may not be blank."},
		{"needed", `null`, "This field may not be null."},
		{"maybe", `"m"`, "thing with this maybe already exists."},
		{"slug", `"a b"`, `Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.`},
		{"int", `"x"`, "A valid integer is required."},
		{"int", `1.5`, "A valid integer is required."},
		{"int", `true`, "A valid integer is required."},
		{"int", `99999999999999999999`, "A valid integer is required."},
		{"int", `0`, "Ensure this value is greater than or equal to 1."},
		{"int", `11`, "Ensure this value is less than or equal to 10."},
		{"dec", `"abc"`, "A valid number is required."},
		{"dec", `"1/2"`, "A valid number is required."},
		{"dec", `"0x10"`, "A valid number is required."},
		{"dec", `1e999999999`, "A valid number is required."},
		{"dec", `1.234`, "Ensure that there are no more than 2 decimal places."},
		{"dec", `-1.51`, "Ensure this value is greater than or equal to -1.5."},
		{"flag", `"maybe"`, "Must be a valid boolean."},
		{"flag", `null`, "This field may not be null."},
		{"day", `"2023-02-29"`, "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."},
		{"at", `"yesterday"`, "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."},
		{"one", `"z"`, `"z" is not a valid choice.`},
		{"one", `{"value": "a"}`, `Value must be passed directly (e.g. "foo": 123); do not use a dictionary or list.`},
		{"must", `""`, "This field may not be blank."},
		{"must", `null`, "This field may not be null."},
		{"many", `"a"`, `Expected a list of items but got type "str".`},
		{"many", `["c"]`, `"c" is not a valid choice.`},
		{"ref", `99`, "Related object not found using the provided numeric ID: 99"},
		{"ref", `"first"`, neither + "first"},
		{"ref", `true`, neither + "true"},
		{"ref", `{"needed": "nope"}`, `Related object not found using the provided attributes: {"needed": "nope"}`},
		{"ref", `{"text": "same"}`, `Multiple objects match the provided attributes: {"text": "same"}`},
		{"ref", `{"nofield": 1}`, `Related object not found using the provided attributes: {"nofield": 1}`},
		{"ref", `{"needed": {"a": 1}}`, neither + `{"needed": {"a": 1}}`},
		{"refs", `1`, `Expected a list of items but got type "int".`},
		{"refs", `[null]`, neither + "null"},
		{"refs", `null`, "This field may not be null."},
		{"ip", `"10.0.0"`, "Invalid IP address format: 10.0.0"},
		{"ip", `"fe80::1%eth0"`, "Invalid IP address format: fe80::1%eth0"},
		{"net", `"10.0.0.1"`, "Invalid IP prefix format: 10.0.0.1"},
		{"net", `"10.0.0.1/8"`, "10.0.0.1/8 is not a valid prefix. Did you mean 10.0.0.0/8?"},
		{"tags", `["ops"]`, neither + "ops"},
		{"tags", `[{"slug": "nope"}]`, `Related object not found using the provided attributes: {"slug": "nope"}`},
		{"tags", `[{"slug": "ops", "name": "Other"}]`, `Related object not found using the provided attributes: {"slug": "ops", "name": "Other"}`},
		{"tags", `[77]`, "Related object not found using the provided numeric ID: 77"},
		{"tags", `null`, "This field may not be null."},
		{"custom_fields", `[]`, "Expected a dictionary, but got list."},
	}
	for _, tc := range cases {
		body := fmt.Appendf(nil, `{"needed": "n", "must": "x", %q: %s}`, tc.field, tc.sent)
		err := w.do(t, func(s *inventory.Session) error {
			_, err := s.Create("test.thing", body)
			return err
		})
		if diff := cmp.Diff(map[string][]string{tc.field: {tc.message}}, fields(err)); diff != "" {
			t.Errorf("%s = %s: %v (-want +got):\n%s", tc.field, tc.sent, err, diff)
		}
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	w := setup(t)
	for body, want := range map[string]string{
		`{"name": `:            "JSON parse error - unexpected end of JSON input",
		``:                     "JSON parse error - unexpected end of JSON input",
		`{"name": NaN}`:        "JSON parse error - invalid character 'N' looking for beginning of value",
		"{\"name\": \"\xff\"}": "JSON parse error - the text is not UTF-8",
		`"x"`:                  "non_field_errors: Invalid data. Expected a dictionary, but got str.",
		`null`:                 "non_field_errors: Invalid data. Expected a dictionary, but got NoneType.",
		`{"custom_fields": ` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`: "JSON is nested more than 100 levels deep.",
	} {
		err := w.do(t, func(s *inventory.Session) error {
			_, err := s.Create("dcim.site", []byte(body))
			return err
		})
		if err == nil || err.Error() != want {
			t.Errorf("%.40q: got %v, want %s", body, err, want)
		}
	}
}

// FuzzCreate holds what is stored, shown and recorded for any body to being
// JSON; every fault must be the client's.
func FuzzCreate(f *testing.F) {
	for _, body := range []string{
		`{"needed": "n", "must": "x", "any": {"a": [1e5, "\ud800"]}, "dec": 1.50, "refs": [1], "tags": [{"slug": "ops"}]}`,
		`{"needed": "n", "must": "x", "needed": "m", "custom_fields": {"": {"": null}}, "at": "2024-01-01T00:00:00.1Z"}`,
		`{"needed": "\u0000", "ip": "::/0", "net": "0.0.0.0/0", "int": "1.", "ref": {}}`, `[`, `null`, ``,
	} {
		f.Add([]byte(body))
	}
	w := setupThings(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		var object inventory.Object
		err := w.do(t, func(s *inventory.Session) (err error) {
			if object, err = s.Create("test.thing", body); err == nil {
				err = s.Delete("test.thing", object.ID)
			}
			return err
		})
		if err != nil {
			if webhook.CodeOf(err) != webhook.CodeInvalid {
				t.Errorf("%q: %v", body, err)
			}
			return
		}
		if !json.Valid(object.Data) {
			t.Errorf("%q: shown as %q", body, object.Data)
		}
	})
}
