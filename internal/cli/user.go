package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/app"
	"bellhop/internal/config"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// userCommand manages users in the database.
type userCommand struct {
	Create userCreateCommand `cmd:"" help:"Create a user."`
	List   userListCommand   `cmd:"" help:"List users."`
	Change userChangeCommand `cmd:"" help:"Change a user."`
	Delete userDeleteCommand `cmd:"" help:"Delete a user with all tokens."`
}

// userFields are what create and change set. Nil leaves a field alone.
type userFields struct {
	Email        *string  `setting:"-" placeholder:"ADDRESS" help:"E-mail address."`
	Superuser    *bool    `setting:"-" negatable:"" help:"Every permission, or not."`
	Active       *bool    `setting:"-" negatable:"" help:"May sign in and use tokens, or not."`
	Permission   []string `setting:"-" placeholder:"NAME" help:"Permissions such as extras.add_webhook, in place of those there were."`
	Group        []string `setting:"-" placeholder:"NAME" help:"Groups, in place of those there were."`
	PasswordFile string   `setting:"-" placeholder:"FILE" help:"File with the password in its first line; - is standard input."`
}

// apply sets the given fields of a user.
func (f *userFields) apply(ctx context.Context, b *app.Backend, p Process, user *webhook.User) error {
	if f.Email != nil {
		user.Email = *f.Email
	}
	if f.Superuser != nil {
		user.Superuser = *f.Superuser
	}
	if f.Active != nil {
		user.Active = *f.Active
	}
	if f.Permission != nil {
		user.Permissions = make([]webhook.Permission, len(f.Permission))
		for i, name := range f.Permission {
			user.Permissions[i] = webhook.Permission(name)
		}
	}
	if f.Group != nil {
		user.Groups = make([]int64, len(f.Group))
		for i, name := range f.Group {
			group, err := b.Admin.Groups.Find(ctx, "name", name)
			if err != nil {
				return fmt.Errorf("group %s: %w", name, err)
			}
			user.Groups[i] = group.ID
		}
	}
	if f.PasswordFile == "" {
		return nil
	}
	password, err := readInput(p, f.PasswordFile)
	if err != nil {
		return err
	}
	line, _, _ := strings.Cut(string(password), "\n")
	user.PasswordHash, err = admin.HashPassword(strings.TrimSuffix(line, "\r"))
	return err
}

type userCreateCommand struct {
	Database config.Database `embed:""`
	Name     string          `arg:"" help:"Name of the new user."`
	Fields   userFields      `embed:""`
}

// Run creates the user.
func (c *userCreateCommand) Run(ctx context.Context, p Process) error {
	return withAdmin(ctx, p, c.Database, func(b *app.Backend, by admin.Actor) error {
		user := webhook.User{Username: c.Name, Active: true}
		if err := c.Fields.apply(ctx, b, p, &user); err != nil {
			return err
		}
		_, err := b.Admin.Users.Create(ctx, by, []webhook.User{user})
		return first(err)
	})
}

type userChangeCommand struct {
	Database config.Database `embed:""`
	Name     string          `arg:"" help:"Name of the user."`
	Rename   string          `setting:"-" placeholder:"NAME" help:"New name."`
	Fields   userFields      `embed:""`
}

// Run changes the user.
func (c *userChangeCommand) Run(ctx context.Context, p Process) error {
	return withExisting(ctx, p, c.Database, func(b *app.Backend, by admin.Actor) error {
		user, err := findUser(ctx, b, c.Name)
		if err != nil {
			return err
		}
		// What was typed is read once: an edit may be applied more than once.
		if err := c.Fields.apply(ctx, b, p, &user); err != nil {
			return err
		}
		if c.Rename != "" {
			user.Username = c.Rename
		}
		_, err = b.Admin.Users.Update(ctx, by, []admin.Edit[webhook.User]{{
			ID: user.ID, Revision: user.Revision, Apply: func(stored *webhook.User) error {
				*stored = user
				return nil
			},
		}})
		return first(err)
	})
}

type userDeleteCommand struct {
	Database config.Database `embed:""`
	Name     string          `arg:"" help:"Name of the user."`
}

// Run deletes the user.
func (c *userDeleteCommand) Run(ctx context.Context, p Process) error {
	return withExisting(ctx, p, c.Database, func(b *app.Backend, by admin.Actor) error {
		user, err := findUser(ctx, b, c.Name)
		if err != nil {
			return err
		}
		return first(b.Admin.Users.Delete(ctx, by, []admin.Edit[webhook.User]{{ID: user.ID}}))
	})
}

type userListCommand struct {
	Database config.Database `embed:""`
	JSON     bool            `name:"json" setting:"-" help:"Print one JSON object a line."`
}

// shownUser is a user without what nobody should see.
type shownUser struct {
	ID          int64                `json:"id"`
	Username    string               `json:"username"`
	Email       string               `json:"email"`
	Active      bool                 `json:"is_active"`
	Superuser   bool                 `json:"is_superuser"`
	HasPassword bool                 `json:"has_password"`
	Permissions []webhook.Permission `json:"permissions"`
}

// Run lists the users.
func (c *userListCommand) Run(ctx context.Context, p Process) error {
	return withExisting(ctx, p, c.Database, func(b *app.Backend, _ admin.Actor) error {
		users, err := all(ctx, b.Admin.Users)
		if err != nil {
			return err
		}
		rows := make([]shownUser, len(users))
		for i, u := range users {
			rows[i] = shownUser{u.ID, u.Username, u.Email, u.Active, u.Superuser, u.PasswordHash != "", u.Permissions}
		}
		return printRows(p.Stdout, c.JSON, "ID\tNAME\tE-MAIL\tACTIVE\tSUPERUSER\tPERMISSIONS", rows, func(u shownUser) string {
			return fmt.Sprintf("%d\t%s\t%s\t%t\t%t\t%d", u.ID, u.Username, u.Email, u.Active, u.Superuser, len(u.Permissions))
		})
	})
}

func findUser(ctx context.Context, b *app.Backend, name string) (webhook.User, error) {
	user, err := b.Admin.Users.Find(ctx, "username", name)
	if webhook.CodeOf(err) == webhook.CodeNotFound {
		return user, fmt.Errorf("there is no user %q", name)
	}
	return user, err
}

// withExisting is withAdmin for commands that make no sense in a database that
// was not there: a slip in --data must not make one.
func withExisting(ctx context.Context, p Process, database config.Database, work func(*app.Backend, admin.Actor) error) error {
	if err := database.Check(); err != nil {
		return &exitError{code: ExitConfig, err: err}
	}
	switch exists, err := app.HasDatabase(database.Data); {
	case err != nil:
		return err
	case !exists:
		return fmt.Errorf("there is no database in %s; --data names the directory of one", database.Data)
	}
	return withAdmin(ctx, p, database, work)
}

// withAdmin opens a database for a command that does what administrators do.
func withAdmin(ctx context.Context, p Process, database config.Database, work func(*app.Backend, admin.Actor) error) error {
	return withBackend(ctx, p, database, func(b *app.Backend) error {
		requestID, err := b.IDs.Next(time.Now())
		if err != nil {
			return err
		}
		return work(b, admin.System(requestID))
	})
}

// first reduces the error of a list with one entry to that entry's.
func first(err error) error {
	if bulk, ok := err.(*admin.BulkError); ok { //nolint:errorlint // Unwrap gives the parts, which is what First does
		return bulk.First()
	}
	return err
}

// listLimit is how many records are read at once.
const listLimit = 1000

// all returns every record of a kind.
func all[T any](ctx context.Context, records *admin.Records[T]) ([]T, error) {
	var list []T
	for {
		page, err := records.List(ctx, store.Query{Limit: listLimit, Offset: len(list), NoCount: true})
		if err != nil {
			return nil, err
		}
		list = append(list, page.Items...)
		if len(page.Items) < listLimit {
			return list, nil
		}
	}
}

// printRows prints a table, or one JSON object a line.
func printRows[T any](w io.Writer, asJSON bool, head string, rows []T, line func(T) string) error {
	if asJSON {
		encoder := json.NewEncoder(w)
		for _, row := range rows {
			if err := encoder.Encode(row); err != nil {
				return err
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, head)
	for _, row := range rows {
		fmt.Fprintln(table, line(row))
	}
	return table.Flush()
}
