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
	// One that people had made first stays theirs.
	own := *w.Types().Get("circuits.circuit")
	own.BuiltIn, own.Fields = false, own.Fields[:1]
	own = w.putType(t, own)
	if err := w.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := w.Types().Get("circuits.circuit"); got.BuiltIn || len(got.Fields) != 1 || got.Revision != own.Revision {
		t.Errorf("got %+v", got)
	}
}

func TestOwnTypes(t *testing.T) {
	t.Parallel()
	w := setup(t)
	rule := w.putType(t, webhook.ObjectType{AppLabel: "fw", Model: "rule", Plural: "rules", Label: "rule", Fields: []webhook.Field{
		{Name: "name", Kind: webhook.FieldText, Required: true},
		{Name: "device", Kind: webhook.FieldReference, To: "dcim.device", Nullable: true},
	}})
	if got := w.Types().ByPath("fw", "rules"); got == nil || got.ID != rule.ID {
		t.Fatalf("got %+v", got)
	}
	w.create(t, "fw.rule", `{"name": "any"}`)
	rule.Fields = append(rule.Fields, webhook.Field{Name: "hits", Kind: webhook.FieldInteger, Default: webhook.RawJSON("0")})
	w.putType(t, rule)
	object := w.update(t, "fw.rule", 1, `{"name": "some"}`)
	if !strings.Contains(string(object.Data), `"hits":0,`) {
		t.Errorf("an older object lacks the new field's default: %s", object.Data)
	}
}

// Between a change of a type and its reading, nothing may be written that fits
// only the old one.
func TestTypeChangedMeanwhile(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ty := w.putType(t, webhook.ObjectType{AppLabel: "fw", Model: "rule", Plural: "rules", Label: "rule", Schemaless: true})
	w.create(t, "fw.rule", `{"name": "one"}`)
	write := map[string]func(*inventory.Session) error{
		"create": func(s *inventory.Session) error {
			_, err := s.Create("fw.rule", []byte(`{"name": "two"}`))
			return err
		},
		"update": func(s *inventory.Session) error {
			_, err := s.Update("fw.rule", 1, []byte(`{"name": "two"}`), false)
			return err
		},
	}
	ty = w.putTypeUntold(t, ty)
	for name, fn := range write {
		if err := w.do(t, fn); webhook.CodeOf(err) != webhook.CodeConflict {
			t.Errorf("%s after a change: %v", name, err)
		}
	}
	if err := w.store.Update(t.Context(), func(tx store.Tx) error { return tx.ObjectTypes().Delete(ty.ID) }); err != nil {
		t.Fatal(err)
	}
	for name, fn := range write {
		if err := w.do(t, fn); webhook.CodeOf(err) != webhook.CodeConflict {
			t.Errorf("%s after a deletion: %v", name, err)
		}
	}
	if err := w.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := w.do(t, write["create"]); webhook.CodeOf(err) != webhook.CodeNotFound {
		t.Errorf("after loading: %v", err)
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
