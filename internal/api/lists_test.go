package api_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// Lists within a record hold each thing once, whatever people send and however
// often they say it: every item may cost a look-up in the one transaction that
// all writers wait for.
func TestListsHoldThingsOnce(t *testing.T) {
	s := setup(t)
	var group, user struct {
		ID          int64    `json:"id"`
		Permissions []string `json:"permissions"`
		Groups      []struct {
			ID int64 `json:"id"`
		} `json:"groups"`
	}
	again := func(text string) string { return strings.TrimSuffix(strings.Repeat(text+",", 1000), ",") }

	s.ask(t, "POST", "/api/users/groups/", `{"name": "g", "permissions": ["dcim.view_site", "*", `+again(`"dcim.view_site"`)+`]}`, 201, &group)
	if got := fmt.Sprint(group.Permissions); got != "[dcim.view_site *]" {
		t.Errorf("permissions of the group: %s", got)
	}
	s.ask(t, "POST", "/api/users/users/", fmt.Sprintf(
		`{"username": "u", "password": "long enough to do", "groups": [{"name": "g"}, %s], "permissions": [%s]}`,
		again(strconv.FormatInt(group.ID, 10)), again(`"dcim.add_site"`),
	), 201, &user)
	if len(user.Groups) != 1 || user.Groups[0].ID != group.ID || fmt.Sprint(user.Permissions) != "[dcim.add_site]" {
		t.Errorf("user is %+v, which says things more than once", user)
	}
}
