package inventory_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/inventory"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// The names and URL words that NetBox's clients know.
func TestBuiltinTypes(t *testing.T) {
	t.Parallel()
	builtin, err := inventory.BuiltinTypes()
	if err != nil {
		t.Fatal(err)
	}
	types, err := inventory.NewTypes(builtin)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"dcim/regions": "dcim.region", "dcim/sites": "dcim.site", "dcim/locations": "dcim.location", "dcim/racks": "dcim.rack",
		"dcim/manufacturers": "dcim.manufacturer", "dcim/device-types": "dcim.devicetype", "dcim/device-roles": "dcim.devicerole",
		"dcim/devices": "dcim.device", "dcim/interfaces": "dcim.interface", "ipam/vrfs": "ipam.vrf", "ipam/vlans": "ipam.vlan",
		"ipam/prefixes": "ipam.prefix", "ipam/ip-addresses": "ipam.ipaddress", "tenancy/tenants": "tenancy.tenant",
		"virtualization/clusters": "virtualization.cluster", "virtualization/virtual-machines": "virtualization.virtualmachine",
		"circuits/providers": "circuits.provider", "circuits/circuits": "circuits.circuit",
	}
	for path, name := range want {
		app, plural, _ := strings.Cut(path, "/")
		if got := types.ByPath(app, plural); got == nil || got.Name() != name || !got.BuiltIn {
			t.Errorf("%s: got %+v, want %s", path, got, name)
		}
	}
	if len(types.List()) != len(want) {
		t.Errorf("%d types, want %d", len(types.List()), len(want))
	}
	if got := types.Get("dcim.site").Field("status").Label; got != "Status" {
		t.Errorf("label %q", got)
	}
}

func TestLoadIsStable(t *testing.T) {
	t.Parallel()
	w := setup(t)
	revisions := func() map[string]int64 {
		out := map[string]int64{}
		for _, t := range w.Types().List() {
			out[t.Name()] = t.ID*1000 + t.Revision
		}
		return out
	}
	before := revisions()
	if err := w.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, revisions()); diff != "" {
		t.Errorf("loading again wrote types (-before +after):\n%s", diff)
	}
	// A type of an earlier version is brought up to date, and keeps its id.
	err := w.store.Update(t.Context(), func(tx store.Tx) error {
		old, err := tx.ObjectTypes().Find("name", "dcim.site")
		if err != nil {
			return err
		}
		old.Fields = old.Fields[:1]
		return tx.ObjectTypes().Update(&old)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	before["dcim.site"] += 2
	if diff := cmp.Diff(before, revisions()); diff != "" {
		t.Errorf("after an upgrade (-want +got):\n%s", diff)
	}
	if w.Types().Get("dcim.site").Field("slug") == nil {
		t.Error("the field is not back")
	}
}

func TestOwnTypes(t *testing.T) {
	t.Parallel()
	w := setup(t)
	save := func(ty webhook.ObjectType) (webhook.ObjectType, error) {
		err := w.do(t, func(s *inventory.Session) error { return s.SaveType(&ty) })
		return ty, err
	}
	rule, err := save(webhook.ObjectType{AppLabel: "fw", Model: "rule", Plural: "rules", Fields: []webhook.Field{
		{Name: "name", Kind: webhook.FieldText, Required: true},
		{Name: "device", Kind: webhook.FieldReference, To: "dcim.device", Nullable: true},
	}})
	if err != nil || rule.ID == 0 || w.Types().ByPath("fw", "rules").LabelPlural != "rules" {
		t.Fatalf("%+v, %v", rule, err)
	}
	w.create(t, "fw.rule", `{"name": "any"}`)
	rule.Fields = append(rule.Fields, webhook.Field{Name: "hits", Kind: webhook.FieldInteger, Default: webhook.RawJSON("0")})
	if rule, err = save(rule); err != nil {
		t.Fatal(err)
	}
	object := w.update(t, "fw.rule", 1, `{"name": "some"}`)
	if !strings.Contains(string(object.Data), `"hits":0,`) {
		t.Errorf("an older object lacks the new field's default: %s", object.Data)
	}

	renamed := rule
	renamed.Model = "policy"
	site := *w.Types().Get("dcim.site")
	for name, tc := range map[string]struct {
		ty   webhook.ObjectType
		code webhook.Code
	}{
		"renamed":      {renamed, webhook.CodeInvalid},
		"built in":     {site, webhook.CodeConflict},
		"unknown id":   {webhook.ObjectType{ID: 999, AppLabel: "a", Model: "b", Plural: "c"}, webhook.CodeNotFound},
		"name taken":   {webhook.ObjectType{AppLabel: "fw", Model: "rule", Plural: "others"}, webhook.CodeInvalid},
		"plural taken": {webhook.ObjectType{AppLabel: "fw", Model: "other", Plural: "rules"}, webhook.CodeInvalid},
	} {
		if _, err := save(tc.ty); webhook.CodeOf(err) != tc.code {
			t.Errorf("%s: %v, want %s", name, err, tc.code)
		}
	}

	remove := func(name string) error {
		return w.do(t, func(s *inventory.Session) error { return s.DeleteType(name) })
	}
	if err := remove("fw.rule"); webhook.CodeOf(err) != webhook.CodeConflict {
		t.Errorf("type with objects: %v", err)
	}
	if err := remove("dcim.site"); webhook.CodeOf(err) != webhook.CodeConflict {
		t.Errorf("built-in type: %v", err)
	}
	if err := w.do(t, func(s *inventory.Session) error { return s.Delete("fw.rule", 1) }); err != nil {
		t.Fatal(err)
	}
	if err := remove("fw.rule"); err != nil || w.Types().Get("fw.rule") != nil {
		t.Errorf("empty type: %v", err)
	}
}

func TestTypeFiles(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, file, want string }{
		{"unknown key", "- name: a.b\n  plural: bs\n  colour: red\n", `unknown field "colour"`},
		{"not a list", "name: a.b\n", "object types: "},
		{"no name", "- plural: bs\n", "app_label: Enter lower-case letters"},
		{"reserved app", "- {name: extras.b, plural: bs}\n", `app_label: "extras" is reserved.`},
		{"plural", "- {name: a.b, plural: B s}\n", "plural: Enter lower-case letters, digits and hyphens."},
		{"reserved field", "- {name: a.b, plural: bs, fields: [{name: tags, kind: text}]}\n", `fields: "tags" is reserved.`},
		{"field twice", "- {name: a.b, plural: bs, fields: [{name: x, kind: text}, {name: x, kind: text}]}\n", `fields: "x" is there twice.`},
		{"kind", "- {name: a.b, plural: bs, fields: [{name: x, kind: float}]}\n", `"x": "float" is not a valid choice.`},
		{"choice without choices", "- {name: a.b, plural: bs, fields: [{name: x, kind: choice}]}\n", `"x": choices belong to`},
		{"reference to nothing", "- {name: a.b, plural: bs, fields: [{name: x, kind: reference, to: a.c}]}\n", `"x": there is no object type "a.c".`},
		{"bad default", "- {name: a.b, plural: bs, fields: [{name: x, kind: integer, default: one}]}\n", `"x": default: A valid integer is required.`},
		{"unique list", "- {name: a.b, plural: bs, fields: [{name: x, kind: json, unique: true}]}\n", `"x": a field of kind json cannot be unique.`},
		{"display field", "- {name: a.b, plural: bs, display_field: x}\n", `display_field: There is no field "x".`},
		{"schemaless with fields", "- {name: a.b, plural: bs, schemaless: true, fields: [{name: x, kind: text}]}\n", "fields: A schemaless type has no fields."},
		{"same name", "- {name: a.b, plural: bs}\n- {name: a.b, plural: cs}\n", "name: object type with this name already exists."},
		{"same plural", "- {name: a.b, plural: bs}\n- {name: a.c, plural: bs}\n", "plural: object type with this plural already exists."},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			parsed, err := inventory.ParseTypes([]byte(tc.file))
			if err == nil {
				_, err = inventory.NewTypes(parsed)
				if refused, ok := errors.AsType[*webhook.Error](err); !ok || refused.Code != webhook.CodeInvalid {
					t.Errorf("got %v, want a webhook.Error", err)
				}
			}
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}
