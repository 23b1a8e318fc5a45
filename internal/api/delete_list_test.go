package api_test

import "testing"

// A list that names deliveries is refused item by item, in the words of this API.
func TestDeleteListOfDeliveries(t *testing.T) {
	s := setup(t)
	const path, fine = "/api/extras/deliveries/", `{"id": "01890000-0000-7000-8000-000000000001"}`
	for _, try := range []struct{ name, body, want string }{
		{"a number", `[` + fine + `, {"id": 5}]`, `{"detail": "1 of 2 objects could not be deleted.",
			"errors": [{"index": 1, "errors": {"id": ["Must be a valid UUID."]}}]}`},
		{"a word", `[{"id": "five"}]`, `{"detail": "1 of 1 objects could not be deleted.",
			"errors": [{"index": 0, "errors": {"id": ["Must be a valid UUID."]}}]}`},
		{"nothing", `[{"id": null}, {}]`, `{"detail": "2 of 2 objects could not be deleted.", "errors": [
			{"index": 0, "errors": {"id": ["Must be a valid UUID."]}}, {"index": 1, "errors": {"id": ["This field is required."]}}]}`},
		{"no object", `[7]`, `{"detail": "1 of 1 objects could not be deleted.", "errors": [
			{"index": 0, "errors": {"non_field_errors": ["Invalid data. Expected a dictionary, but got int."]}}]}`},
		{"no list", fine, `{"non_field_errors": ["Expected a list of items but got type \"dict\"."]}`},
	} {
		got := s.ask(t, "DELETE", path, try.body, 400, nil)
		t.Log(try.name)
		sameJSON(t, got.body, try.want)
	}
	s.ask(t, "DELETE", path, `[`+fine+`]`, 204, nil) // what is gone is deleted
}
