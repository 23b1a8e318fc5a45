package sqlite

import (
	"encoding/json"
	"strconv"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Kinds of records, named as NetBox names the models. Objects' kinds are their
// types' names, which cannot be any of these: object types may not use them.
const (
	kindWebhook    = "extras.webhook"
	kindEventRule  = "extras.eventrule"
	kindObjectType = "core.objecttype"
	kindTag        = "extras.tag"
	kindUser       = "users.user"
	kindGroup      = "users.group"
	kindToken      = "users.token"
	kindSession    = "users.session"
	kindAudit      = "core.auditentry"
)

// codec says how the records of a kind become rows.
type codec[T any] struct {
	kind string
	id   func(*T) *int64
	// revision points to the record's revision; nil for records without.
	revision func(*T) *int64
	keys     func(*T) []store.Key
	// references is nil for records that refer to none.
	references func(*T) []store.Reference
	encode     func(*T) ([]byte, error)
	decode     func([]byte, *T) error
}

func encodeJSON[T any](record *T) ([]byte, error)    { return json.Marshal(record) }
func decodeJSON[T any](data []byte, record *T) error { return json.Unmarshal(data, record) }

// Webhooks implements [store.Tx].
func (t *tx) Webhooks() store.Table[webhook.Webhook] {
	sealer := t.store.options.Sealer
	return table[webhook.Webhook]{t, codec[webhook.Webhook]{
		kind:     kindWebhook,
		id:       func(wh *webhook.Webhook) *int64 { return &wh.ID },
		revision: func(wh *webhook.Webhook) *int64 { return &wh.Revision },
		keys:     func(wh *webhook.Webhook) []store.Key { return []store.Key{{Name: "name", Value: wh.Name}} },
		encode: func(wh *webhook.Webhook) ([]byte, error) {
			sealed := *wh
			sealed.Secret = sealer.Seal(wh.Secret)
			return json.Marshal(sealed)
		},
		decode: func(data []byte, wh *webhook.Webhook) (err error) {
			if err := json.Unmarshal(data, wh); err != nil {
				return err
			}
			wh.Secret, err = sealer.Open(wh.Secret)
			return err
		},
	}}
}

// EventRules implements [store.Tx].
func (t *tx) EventRules() store.Table[webhook.EventRule] {
	return table[webhook.EventRule]{t, codec[webhook.EventRule]{
		kind:     kindEventRule,
		id:       func(r *webhook.EventRule) *int64 { return &r.ID },
		revision: func(r *webhook.EventRule) *int64 { return &r.Revision },
		keys:     func(r *webhook.EventRule) []store.Key { return []store.Key{{Name: "name", Value: r.Name}} },
		encode:   encodeJSON[webhook.EventRule],
		decode:   decodeJSON[webhook.EventRule],
	}}
}

// ObjectTypes implements [store.Tx]. Keys are "name" and "plural" (within the
// app label, as "dcim/sites").
func (t *tx) ObjectTypes() store.Table[webhook.ObjectType] {
	return table[webhook.ObjectType]{t, codec[webhook.ObjectType]{
		kind:     kindObjectType,
		id:       func(o *webhook.ObjectType) *int64 { return &o.ID },
		revision: func(o *webhook.ObjectType) *int64 { return &o.Revision },
		keys: func(o *webhook.ObjectType) []store.Key {
			return []store.Key{{Name: "name", Value: o.Name()}, {Name: "plural", Value: o.AppLabel + "/" + o.Plural}}
		},
		encode: encodeJSON[webhook.ObjectType],
		decode: decodeJSON[webhook.ObjectType],
	}}
}

// Tags implements [store.Tx]. Keys are "name" and "slug".
func (t *tx) Tags() store.Table[webhook.Tag] {
	return table[webhook.Tag]{t, codec[webhook.Tag]{
		kind:     kindTag,
		id:       func(g *webhook.Tag) *int64 { return &g.ID },
		revision: func(g *webhook.Tag) *int64 { return &g.Revision },
		keys: func(g *webhook.Tag) []store.Key {
			return []store.Key{{Name: "name", Value: g.Name}, {Name: "slug", Value: g.Slug}}
		},
		encode: encodeJSON[webhook.Tag],
		decode: decodeJSON[webhook.Tag],
	}}
}

// Users implements [store.Tx]. The key is "username".
func (t *tx) Users() store.Table[webhook.User] {
	return table[webhook.User]{t, codec[webhook.User]{
		kind:     kindUser,
		id:       func(u *webhook.User) *int64 { return &u.ID },
		revision: func(u *webhook.User) *int64 { return &u.Revision },
		keys:     func(u *webhook.User) []store.Key { return []store.Key{{Name: "username", Value: u.Username}} },
		encode:   encodeJSON[webhook.User],
		decode:   decodeJSON[webhook.User],
	}}
}

// Groups implements [store.Tx]. The key is "name".
func (t *tx) Groups() store.Table[webhook.Group] {
	return table[webhook.Group]{t, codec[webhook.Group]{
		kind:     kindGroup,
		id:       func(g *webhook.Group) *int64 { return &g.ID },
		revision: func(g *webhook.Group) *int64 { return &g.Revision },
		keys:     func(g *webhook.Group) []store.Key { return []store.Key{{Name: "name", Value: g.Name}} },
		encode:   encodeJSON[webhook.Group],
		decode:   decodeJSON[webhook.Group],
	}}
}

// Tokens implements [store.Tx]. The key is "key_hash".
func (t *tx) Tokens() store.Table[webhook.Token] {
	return table[webhook.Token]{t, codec[webhook.Token]{
		kind:     kindToken,
		id:       func(k *webhook.Token) *int64 { return &k.ID },
		revision: func(k *webhook.Token) *int64 { return &k.Revision },
		keys:     func(k *webhook.Token) []store.Key { return []store.Key{{Name: "key_hash", Value: k.KeyHash}} },
		encode:   encodeJSON[webhook.Token],
		decode:   decodeJSON[webhook.Token],
	}}
}

// Sessions implements [store.Tx]. The key is "key_hash".
func (t *tx) Sessions() store.Table[webhook.Session] {
	return table[webhook.Session]{t, codec[webhook.Session]{
		kind:     kindSession,
		id:       func(s *webhook.Session) *int64 { return &s.ID },
		revision: func(s *webhook.Session) *int64 { return &s.Revision },
		keys:     func(s *webhook.Session) []store.Key { return []store.Key{{Name: "key_hash", Value: s.KeyHash}} },
		encode:   encodeJSON[webhook.Session],
		decode:   decodeJSON[webhook.Session],
	}}
}

// Audit implements [store.Tx].
func (t *tx) Audit() store.Table[webhook.AuditEntry] {
	return table[webhook.AuditEntry]{t, codec[webhook.AuditEntry]{
		kind:   kindAudit,
		id:     func(e *webhook.AuditEntry) *int64 { return &e.ID },
		keys:   func(*webhook.AuditEntry) []store.Key { return nil },
		encode: encodeJSON[webhook.AuditEntry],
		decode: decodeJSON[webhook.AuditEntry],
	}}
}

// Objects implements [store.Tx].
func (t *tx) Objects(objectType string) store.Table[store.Object] {
	return table[store.Object]{t, codec[store.Object]{
		kind:       objectType,
		id:         func(o *store.Object) *int64 { return &o.ID },
		revision:   func(o *store.Object) *int64 { return &o.Revision },
		keys:       func(o *store.Object) []store.Key { return o.Keys },
		references: func(o *store.Object) []store.Reference { return o.References },
		encode:     func(o *store.Object) ([]byte, error) { return o.Document, nil },
		decode: func(data []byte, o *store.Object) error {
			o.Document = data
			return nil
		},
	}}
}

// Referrers implements [store.Tx].
func (t *tx) Referrers(objectType string, id int64, limit int) ([]store.Reference, int, error) {
	var list []store.Reference
	count := 0
	err := t.conn.query(func(r row) error {
		if count++; len(list) < limit {
			list = append(list, store.Reference{
				FromType: r.text(0), FromID: r.int(1), Field: r.text(2), ToType: objectType, ToID: id,
			})
		}
		return nil
	}, `SELECT from_kind, from_id, field FROM reference
		WHERE to_kind = ?1 AND to_id = ?2 AND NOT (from_kind = ?1 AND from_id = ?2)
		ORDER BY from_kind, from_id, field`, objectType, id)
	if err != nil {
		return nil, 0, wrapRecord("referrers of", objectType, id, err)
	}
	return list, count, nil
}

func wrapRecord(action, kind string, id int64, err error) error {
	return &recordError{action + " " + kind + " " + strconv.FormatInt(id, 10), err}
}

// recordError adds which record was meant to an error.
type recordError struct {
	what string
	err  error
}

func (e *recordError) Error() string { return e.what + ": " + e.err.Error() }
func (e *recordError) Unwrap() error { return e.err }
