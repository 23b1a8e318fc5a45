package cli

import (
	"context"
	"fmt"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/app"
	"bellhop/internal/config"
	"bellhop/internal/webhook"
)

// tokenCommand manages tokens in the database.
type tokenCommand struct {
	Create tokenCreateCommand `cmd:"" help:"Create a token and print its key, which is shown only now."`
	List   tokenListCommand   `cmd:"" help:"List tokens."`
	Change tokenChangeCommand `cmd:"" help:"Change a token."`
	Delete tokenDeleteCommand `cmd:"" help:"Delete a token."`
}

// expiry is a moment given as a date, a moment or a time from now; "never" is
// the zero time.
type expiry struct{ time.Time }

// UnmarshalText reads an expiry.
func (e *expiry) UnmarshalText(text []byte) error {
	given := string(text)
	if given == "never" {
		e.Time = time.Time{}
		return nil
	}
	if span, err := time.ParseDuration(given); err == nil && span > 0 {
		e.Time = time.Now().Add(span).UTC().Truncate(time.Second)
		return nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if moment, err := time.Parse(layout, given); err == nil {
			e.Time = moment.UTC()
			return nil
		}
	}
	return fmt.Errorf("%q is none of 2027-01-31, 2027-01-31T12:00:00Z, 720h and never", given)
}

// tokenFields are what create and change set. Nil leaves a field alone.
type tokenFields struct {
	Description *string `setting:"-" placeholder:"TEXT" help:"What the token is for."`
	Write       *bool   `setting:"-" negatable:"" help:"May change things, or only read."`
	Expires     *expiry `setting:"-" placeholder:"WHEN" help:"Date, moment, time from now such as 720h, or never."`
}

func (f *tokenFields) apply(token *webhook.Token) {
	if f.Description != nil {
		token.Description = *f.Description
	}
	if f.Write != nil {
		token.WriteEnabled = *f.Write
	}
	if f.Expires != nil {
		token.Expires = f.Expires.Time
	}
}

type tokenCreateCommand struct {
	Database config.Database `embed:""`
	User     string          `arg:"" help:"Name of the user whom the token stands for."`
	Key      config.Secret   `setting:"-" placeholder:"HEX40" help:"Key to use instead of a random one."`
	Fields   tokenFields     `embed:""`
}

// Run creates the token.
func (c *tokenCreateCommand) Run(ctx context.Context, p Process) error {
	return withExisting(ctx, p, c.Database, func(b *app.Backend, by admin.Actor) error {
		user, err := findUser(ctx, b, c.User)
		if err != nil {
			return err
		}
		key := c.Key.Reveal()
		if key == "" {
			if key, err = admin.NewTokenKey(); err != nil {
				return err
			}
		}
		token := webhook.Token{UserID: user.ID, WriteEnabled: true}
		c.Fields.apply(&token)
		if err := admin.SetTokenKey(&token, key); err != nil {
			return err
		}
		if _, err := b.Admin.Tokens.Create(ctx, by, []webhook.Token{token}); err != nil {
			return first(err)
		}
		_, err = fmt.Fprintln(p.Stdout, key)
		return err
	})
}

type tokenChangeCommand struct {
	Database config.Database `embed:""`
	ID       int64           `arg:"" help:"Number of the token."`
	Fields   tokenFields     `embed:""`
}

// Run changes the token.
func (c *tokenChangeCommand) Run(ctx context.Context, p Process) error {
	return withExisting(ctx, p, c.Database, func(b *app.Backend, by admin.Actor) error {
		_, err := b.Admin.Tokens.Update(ctx, by, []admin.Edit[webhook.Token]{{
			ID: c.ID, Apply: func(token *webhook.Token) error {
				c.Fields.apply(token)
				return nil
			},
		}})
		return first(err)
	})
}

type tokenDeleteCommand struct {
	Database config.Database `embed:""`
	ID       int64           `arg:"" help:"Number of the token."`
}

// Run deletes the token.
func (c *tokenDeleteCommand) Run(ctx context.Context, p Process) error {
	return withExisting(ctx, p, c.Database, func(b *app.Backend, by admin.Actor) error {
		return first(b.Admin.Tokens.Delete(ctx, by, []admin.Edit[webhook.Token]{{ID: c.ID}}))
	})
}

type tokenListCommand struct {
	Database config.Database `embed:""`
	JSON     bool            `name:"json" setting:"-" help:"Print one JSON object a line."`
}

// shownToken is a token without its key's hash.
type shownToken struct {
	ID           int64     `json:"id"`
	User         string    `json:"user"`
	KeyEnd       string    `json:"key_end"`
	Description  string    `json:"description"`
	WriteEnabled bool      `json:"write_enabled"`
	Expires      time.Time `json:"expires,omitzero"`
	LastUsed     time.Time `json:"last_used,omitzero"`
}

// Run lists the tokens.
func (c *tokenListCommand) Run(ctx context.Context, p Process) error {
	return withExisting(ctx, p, c.Database, func(b *app.Backend, _ admin.Actor) error {
		users, err := all(ctx, b.Admin.Users)
		if err != nil {
			return err
		}
		names := make(map[int64]string, len(users))
		for _, u := range users {
			names[u.ID] = u.Username
		}
		tokens, err := all(ctx, b.Admin.Tokens)
		if err != nil {
			return err
		}
		rows := make([]shownToken, len(tokens))
		for i, t := range tokens {
			rows[i] = shownToken{t.ID, names[t.UserID], t.KeyHint, t.Description, t.WriteEnabled, t.Expires, t.LastUsed}
		}
		return printRows(p.Stdout, c.JSON, "ID\tUSER\tKEY\tWRITE\tEXPIRES\tLAST USED\tDESCRIPTION", rows, func(t shownToken) string {
			return fmt.Sprintf("%d\t%s\t...%s\t%t\t%s\t%s\t%s",
				t.ID, t.User, t.KeyEnd, t.WriteEnabled, shownTime(t.Expires), shownTime(t.LastUsed), t.Description)
		})
	})
}

func shownTime(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(time.RFC3339)
}
