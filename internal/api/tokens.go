package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/webhook"
)

// tokenList is /api/users/tokens/.
type tokenList struct {
	*resource[webhook.Token]
}

func (a *API) tokens() tokenList {
	type token = webhook.Token
	owner := custom("user", "User", kindReference, showOwner,
		func(t *token, raw json.RawMessage) (err error) {
			t.UserID, err = decodeInteger(raw) // an id, after resolve
			return err
		}, unlisted, help("Yourself, unless you say otherwise."))
	owner.resolve = func(c *call, raw json.RawMessage) (json.RawMessage, error) {
		user, err := find(c, c.api.options.Admin.Users, raw, "username")
		if err != nil {
			return nil, err
		}
		return encode(user.ID)
	}
	expires := custom("expires", "Expires", kindTime,
		func(_ *call, t *token) any { return showTime(t.Expires) },
		func(t *token, raw json.RawMessage) (err error) {
			t.Expires, err = decodeTime(raw)
			return err
		}, nullable)
	return tokenList{newResource(description{
		kind: admin.KindToken, path: "users/tokens", name: "token", plural: "tokens", schema: "Token",
		brief: []string{"key", "write_enabled", "description"}, search: []string{"description"},
		filters: []filter{idFilter("user_id", "user")},
	}, a.options.Admin.Tokens, resource[token]{
		fields: []field[token]{
			owner,
			moment("created", "Created", func(t *token) time.Time { return t.Created }),
			expires,
			moment("last_used", "Last used", func(t *token) time.Time { return t.LastUsed }),
			keyField(),
			boolean("write_enabled", "Write enabled", func(t *token) *bool { return &t.WriteEnabled }),
			allowedIPs(),
			text("description", "Description", func(t *token) *string { return &t.Description }, longest(webhook.MaxDescriptionLength)),
		},
		fresh:    func() token { return token{WriteEnabled: true} },
		complete: completeToken,
		id:       func(t *token) int64 { return t.ID }, revision: func(t *token) int64 { return t.Revision },
	}, hiddenKey)}
}

// hiddenKey is how a token is shown later: by the end of its key.
func hiddenKey(t *webhook.Token) string { return strings.Repeat("*", 4) + t.KeyHint }

// allowedIPs are networks; an address stands for itself.
func allowedIPs() field[webhook.Token] {
	return custom("allowed_ips", "Allowed IPs", kindTexts,
		func(_ *call, t *webhook.Token) any { return notNil(t.AllowedIPs) },
		func(t *webhook.Token, raw json.RawMessage) error {
			t.AllowedIPs = nil
			if isNull(raw) {
				return nil
			}
			texts, err := decodeTexts(raw)
			if err != nil {
				return err
			}
			for _, text := range texts {
				prefix, _, err := parseNetwork(text)
				if err != nil {
					return err
				}
				t.AllowedIPs = append(t.AllowedIPs, prefix.Masked())
			}
			return nil
		}, unlisted, nullable, help("Networks from which the token may be used; none means from everywhere."))
}

// keyField is shown in full only in the answer that makes the token.
func keyField() field[webhook.Token] {
	return custom("key", "Key", kindText,
		func(c *call, t *webhook.Token) any {
			if key, ok := c.shown[t.KeyHash]; ok {
				return key
			}
			return hiddenKey(t)
		},
		func(t *webhook.Token, raw json.RawMessage) error {
			key, err := decodeText(raw, true)
			if err != nil || key == hiddenKey(t) {
				return err
			}
			return admin.SetTokenKey(t, key)
		}, unlisted, help("40 hexadecimal digits; made up if you give none. Shown only once."))
}

func showOwner(c *call, t *webhook.Token) any {
	user, err := c.api.options.Admin.Users.Get(c.ctx, t.UserID)
	if err != nil {
		return nil
	}
	return object{
		{"id", user.ID},
		{"url", c.base() + "/api/users/users/" + strconv.FormatInt(user.ID, 10) + "/"},
		{"display", user.Username},
		{"username", user.Username},
	}
}

// routes adds what NetBox has beside the usual: a token for name and password.
func (l tokenList) routes() []route {
	return append(l.resource.routes(), route{path: "/api/" + l.path + "/provision/", about: l.description, operations: []operation{{
		method: http.MethodPost, summary: "Get a token for a name and password", access: public,
		handle: l.provision, takes: shapeFree, takesNamed: namedLogin, gives: shapeOne, status: http.StatusCreated,
	}}})
}

// completeToken gives a new token a key and an owner where the client gave none.
func completeToken(c *call, doc document) error {
	if raw, given := doc["user"]; !given || isNull(raw) {
		doc["user"] = json.RawMessage(strconv.FormatInt(c.identity.UserID, 10))
	}
	return c.giveKey(doc)
}

// giveKey makes a key up if there is none, and remembers it for the answer.
func (c *call) giveKey(doc document) error {
	raw, given := doc["key"]
	key := ""
	var err error
	if given && !isNull(raw) {
		if key, err = decodeText(raw, true); err != nil {
			return fieldFault("key", msgString)
		}
	}
	if key == "" {
		if key, err = admin.NewTokenKey(); err != nil {
			return err
		}
		doc["key"] = json.RawMessage(strconv.Quote(key))
	}
	var token webhook.Token
	if err := admin.SetTokenKey(&token, key); err != nil {
		return err
	}
	if c.shown == nil {
		c.shown = make(map[string]string)
	}
	c.shown[token.KeyHash] = key
	return nil
}

// provision is NetBox's /api/users/tokens/provision/.
func (l tokenList) provision(c *call) error {
	docs, isList, err := c.documents()
	switch {
	case err != nil:
		return err
	case isList:
		return errNoList()
	}
	doc := docs[0]
	var errs webhook.FieldErrors
	credential := func(name string) string {
		raw, given := doc[name]
		if !given {
			errs.Add(name, "%s", msgRequired)
			return ""
		}
		text, err := decodeText(raw, false)
		if err != nil {
			errs.Add(name, "%s", msgString)
		}
		return text
	}
	username, password := credential("username"), credential("password")
	if err := errs.Err(); err != nil {
		return err
	}
	peer, err := c.peer()
	if err != nil {
		return err
	}
	identity, err := c.api.options.Admin.Login(c.ctx, username, password, peer)
	if err != nil {
		return err
	}
	c.identity = identity
	delete(doc, "user")
	return l.createFrom(c, docs, false)
}
