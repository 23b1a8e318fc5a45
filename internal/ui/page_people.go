package ui

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// maxPeople bounds the users and groups that a page names.
const maxPeople = 10_000

// peoplePages are users, groups and tokens.
func peoplePages() []page {
	return slices.Concat(userSpec().pages(), groupSpec().pages(), tokenSpec().pages())
}

func (v *view) groupNames() (map[int64]string, error) {
	found, err := v.ui.options.Admin.Groups.List(v.ctx, store.Query{Limit: maxPeople, NoCount: true, Order: []store.Order{{Path: "name"}}})
	names := make(map[int64]string, len(found.Items))
	for _, group := range found.Items {
		names[group.ID] = group.Name
	}
	return names, err
}

func (v *view) userNames() (map[int64]string, error) {
	found, err := v.ui.options.Admin.Users.List(v.ctx, store.Query{Limit: maxPeople, NoCount: true})
	names := make(map[int64]string, len(found.Items))
	for _, user := range found.Items {
		names[user.ID] = user.Username
	}
	return names, err
}

// namesOf are the known names of ids, in order.
func namesOf(ids []int64, names map[int64]string) []string {
	var list []string
	for _, id := range ids {
		if name, ok := names[id]; ok {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

func userSpec() *recordSpec[webhook.User] {
	return &recordSpec[webhook.User]{
		Kind: admin.KindUser, Path: "/users/users/", One: "user", Many: "users", Title: "Users",
		Empty: "A user is a person who signs in here, or a program that uses the REST API with a token.",
		List: func(*view) *listSpec {
			return &listSpec{
				Sort: "name", Search: []string{"username", "email"},
				Columns: []column{
					{Name: "name", Label: "User name", Sort: "username", Class: "name"},
					{Name: "email", Label: "Email", Sort: "email", Class: "name"},
					{Name: "groups", Label: "Groups", Class: "short"},
					{Name: "active", Label: "Active", Sort: "is_active"},
					{Name: "superuser", Label: "Superuser", Sort: "is_superuser"},
					{Name: "login", Label: "Last sign-in", Sort: "last_login"},
				},
				Filters: []listFilter{
					{Name: "active", Label: "Active", Choices: yesNo(), Path: "is_active"},
					{Name: "superuser", Label: "Superuser", Choices: yesNo(), Path: "is_superuser"},
				},
			}
		},
		Records:  func(a *admin.Admin) *admin.Records[webhook.User] { return a.Users },
		ID:       func(u *webhook.User) int64 { return u.ID },
		Name:     func(u *webhook.User) string { return u.Username },
		Revision: func(u *webhook.User) int64 { return u.Revision },
		Names:    (*view).groupNames,
		Cells: func(_ *view, groups map[int64]string, u *webhook.User) []cell {
			return []cell{
				textCell(u.Email), listCell(namesOf(u.Groups, groups)), yesCell(u.Active), yesCell(u.Superuser), timeCell(u.LastLogin),
			}
		},
		Facts:    userFacts,
		Sections: userSections,
		Read:     readUser,
		New:      func(*view) webhook.User { return webhook.User{Active: true} },
		Losses: func(v *view, u *webhook.User) ([]string, error) {
			tokens, err := v.ui.options.Admin.Tokens.List(v.ctx, store.Query{Where: store.Compare{Path: "user", Op: store.Eq, Value: u.ID}})
			facts := []string{"What they did stays in the audit log under their name."}
			if tokens.Count > 0 {
				facts = append(facts, plural(tokens.Count, "token stops", "tokens stop")+" working.")
			}
			return facts, err
		},
	}
}

func userFacts(v *view, u *webhook.User) ([]fact, error) {
	groups, err := v.groupNames()
	if err != nil {
		return nil, err
	}
	return []fact{
		{"User name", textCell(u.Username)},
		{"Email", textCell(u.Email)},
		{"Active", yesCell(u.Active)},
		{"Superuser", yesCell(u.Superuser)},
		{"Has a password", yesCell(u.PasswordHash != "")},
		{"Groups", listCell(namesOf(u.Groups, groups))},
		{"Permissions", listCell(permissionTexts(u.Permissions))},
		{"Joined", timeCell(u.Created)},
		{"Last sign-in", timeCell(u.LastLogin)},
	}, nil
}

func permissionTexts(permissions []webhook.Permission) []string {
	texts := make([]string, len(permissions))
	for i, p := range permissions {
		texts[i] = string(p)
	}
	return texts
}

func userSections(v *view, u *webhook.User, isNew bool) ([]section, error) {
	groups, err := v.ui.options.Admin.Groups.List(v.ctx, store.Query{Limit: maxPeople, NoCount: true, Order: []store.Order{{Path: "name"}}})
	if err != nil {
		return nil, err
	}
	var choices []choice
	var chosen []string
	for _, group := range groups.Items {
		choices = append(choices, choice{Value: strconv.FormatInt(group.ID, 10), Label: group.Name})
	}
	for _, id := range u.Groups {
		chosen = append(chosen, strconv.FormatInt(id, 10))
	}
	permissions, err := v.permissionField(u.Permissions)
	if err != nil {
		return nil, err
	}
	passwordHelp := "At least 8 characters. Leave it empty for a user who comes with tokens only."
	if !isNew {
		passwordHelp = "Leave it empty to keep the present one. A new one ends all sessions of the user."
	}
	sections := []section{
		{Title: "User", Fields: []*field{
			{Name: "username", Label: "User name", Kind: fieldText, Value: u.Username, Required: true, MaxLength: admin.MaxUsername, Autocomplete: "off"},
			{Name: "email", Label: "Email", Kind: fieldText, Value: u.Email, MaxLength: admin.MaxEmail, Autocomplete: "off"},
			{Name: "password", Label: "Password", Kind: fieldPassword, Help: passwordHelp, Autocomplete: "new-password"},
			{Name: "is_active", Label: "Active", Kind: fieldCheck, Value: strconv.FormatBool(u.Active), Help: "Who is not active can neither sign in nor use tokens."},
			{Name: "is_superuser", Label: "Superuser", Kind: fieldCheck, Value: strconv.FormatBool(u.Superuser), Disabled: !v.identity.Superuser, Help: "May do everything."},
		}},
		{Title: "Permissions", Help: "A user has the permissions of their groups and these.", Fields: []*field{permissions}},
	}
	if len(choices) > 0 {
		sections[1].Fields = append([]*field{{Name: "groups", Label: "Groups", Kind: fieldChecks, Choices: choices, Values: chosen}}, permissions)
	}
	return sections, nil
}

// permissionField is a table of everything that can be granted.
func (v *view) permissionField(granted []webhook.Permission) (*field, error) {
	all, err := v.ui.options.Admin.Permissions(v.ctx)
	if err != nil {
		return nil, err
	}
	f := &field{
		Name: "permissions", Label: "Permissions", Kind: fieldPermissions, Values: permissionTexts(granted),
		Help: "Whoever may add or change webhooks can make the server send requests to any address that the settings allow.",
	}
	for _, p := range all {
		app, rest, _ := strings.Cut(string(p), ".")
		action, model, _ := strings.Cut(rest, "_")
		f.Choices = append(f.Choices, choice{Value: string(p), Label: action, Group: app + "." + model})
	}
	f.Choices = append(f.Choices, choice{Value: "*", Label: "everything", Group: "Everything there is"})
	return f, nil
}

func readUser(v *view, values url.Values, _ bool) (func(*webhook.User) error, error) {
	groups, err := readIDs("groups", values["groups"])
	if err != nil {
		return nil, err
	}
	hash := ""
	if password := values.Get("password"); password != "" {
		if hash, err = admin.HashPassword(password); err != nil {
			return nil, err
		}
	}
	return func(u *webhook.User) error {
		u.Username, u.Email = strings.TrimSpace(values.Get("username")), strings.TrimSpace(values.Get("email"))
		u.Active, u.Groups, u.Permissions = values.Get("is_active") == "true", groups, readPermissions(values)
		if v.identity.Superuser {
			u.Superuser = values.Get("is_superuser") == "true"
		}
		if hash != "" {
			u.PasswordHash = hash
		}
		return nil
	}, nil
}

func readPermissions(values url.Values) []webhook.Permission {
	permissions := make([]webhook.Permission, 0, len(values["permissions"]))
	for _, text := range values["permissions"] {
		permissions = append(permissions, webhook.Permission(text))
	}
	return permissions
}

// readIDs reads the ids that a field was sent with.
func readIDs(name string, texts []string) ([]int64, error) {
	ids := make([]int64, len(texts))
	for i, text := range texts {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, &webhook.Error{
				Code: webhook.CodeInvalid, Fields: map[string][]string{name: {fmt.Sprintf("%q is no id.", cutText(40, text))}}, Err: err,
			}
		}
		ids[i] = id
	}
	return ids, nil
}

func groupSpec() *recordSpec[webhook.Group] {
	return &recordSpec[webhook.Group]{
		Kind: admin.KindGroup, Path: "/users/groups/", One: "group", Many: "groups", Title: "Groups",
		Empty: "A group gives its members permissions.",
		List: func(*view) *listSpec {
			return &listSpec{
				Sort: "name", Search: []string{"name", "description"},
				Columns: []column{{Name: "name", Label: "Name", Sort: "name", Class: "name"}, {Name: "description", Label: "Description"}, {Name: "permissions", Label: "Permissions", Class: "num"}},
			}
		},
		Records:  func(a *admin.Admin) *admin.Records[webhook.Group] { return a.Groups },
		ID:       func(g *webhook.Group) int64 { return g.ID },
		Name:     func(g *webhook.Group) string { return g.Name },
		Revision: func(g *webhook.Group) int64 { return g.Revision },
		Cells: func(_ *view, _ map[int64]string, g *webhook.Group) []cell {
			return []cell{textCell(g.Description), numberCell(len(g.Permissions))}
		},
		Facts: func(v *view, g *webhook.Group) ([]fact, error) {
			members, err := v.members(g.ID)
			return []fact{
				{"Name", textCell(g.Name)},
				{"Description", textCell(g.Description)},
				{"Members", listCell(members)},
				{"Permissions", listCell(permissionTexts(g.Permissions))},
			}, err
		},
		Sections: func(v *view, g *webhook.Group, _ bool) ([]section, error) {
			permissions, err := v.permissionField(g.Permissions)
			return []section{{Fields: []*field{
				{Name: "name", Label: "Name", Kind: fieldText, Value: g.Name, Required: true, MaxLength: admin.MaxGroupName},
				{Name: "description", Label: "Description", Kind: fieldText, Value: g.Description, MaxLength: webhook.MaxDescriptionLength},
				permissions,
			}}}, err
		},
		Read: func(_ *view, values url.Values, _ bool) (func(*webhook.Group) error, error) {
			return func(g *webhook.Group) error {
				g.Name, g.Description, g.Permissions = strings.TrimSpace(values.Get("name")), strings.TrimSpace(values.Get("description")), readPermissions(values)
				return nil
			}, nil
		},
		New: func(*view) webhook.Group { return webhook.Group{} },
		Losses: func(v *view, g *webhook.Group) ([]string, error) {
			members, err := v.members(g.ID)
			if len(members) == 0 {
				return nil, err
			}
			return []string{plural(len(members), "member loses", "members lose") + " its permissions."}, err
		},
	}
}

// members are the names of a group's users.
func (v *view) members(group int64) ([]string, error) {
	found, err := v.ui.options.Admin.Users.List(v.ctx, store.Query{
		Where: store.Has{Path: "groups", Value: group}, Order: []store.Order{{Path: "username"}}, Limit: maxPeople, NoCount: true,
	})
	names := make([]string, len(found.Items))
	for i, user := range found.Items {
		names[i] = user.Username
	}
	return names, err
}
