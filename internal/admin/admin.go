package admin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Options say what an [Admin] works with. All but the nil-able ones, which say
// so, are required.
type Options struct {
	Store store.Store
	IDs   *webhook.IDs
	Log   *slog.Logger
	// Template and Headers compile a webhook's templates; see [webhook.Checks].
	Template func(source string) error
	Headers  func(source string) error
	// CheckObjectTypes holds definitions of object types against each other
	// (package inventory). A [webhook.Error] says what is wrong.
	CheckObjectTypes func([]webhook.ObjectType) error
	// RetagObjects puts the tag with the slug to in the place of another on all
	// objects (package inventory); an empty one takes it off.
	RetagObjects func(tx store.Tx, from, to string) error
	// Changed is called after webhooks, event rules or object types changed,
	// for whoever holds them compiled. An error is logged: the change itself
	// is durable by then. nil is not called.
	Changed func(context.Context) error
	// Intake takes in changes from elsewhere.
	Intake Intake
	// Dispatcher learns what people did to deliveries, and knows the workers.
	Dispatcher Dispatcher
	// Trial renders and sends for tests and previews.
	Trial Trial
}

// Admin holds the use cases. It is safe for concurrent use.
type Admin struct {
	store      store.Store
	ids        *webhook.IDs
	log        *slog.Logger
	options    Options
	identities identityCache
	logins     chan struct{} // bounds how many passwords are checked at once
	guesses    guesses

	Webhooks    *Records[webhook.Webhook]
	EventRules  *Records[webhook.EventRule]
	Tags        *Records[webhook.Tag]
	ObjectTypes *Records[webhook.ObjectType]
	Users       *Records[webhook.User]
	Groups      *Records[webhook.Group]
	Tokens      *Records[webhook.Token]
}

// New returns the use cases on a store.
func New(options Options) (*Admin, error) {
	if options.Store == nil || options.IDs == nil || options.Log == nil || options.Template == nil ||
		options.Headers == nil || options.CheckObjectTypes == nil || options.RetagObjects == nil || options.Intake == nil ||
		options.Dispatcher == nil || options.Trial == nil {
		return nil, errors.New("admin: an option is missing")
	}
	a := &Admin{
		store: options.Store, ids: options.IDs, log: options.Log, options: options,
		logins: make(chan struct{}, maxLogins),
	}
	a.Webhooks = &Records[webhook.Webhook]{admin: a, kind: a.webhookKind()}
	a.EventRules = &Records[webhook.EventRule]{admin: a, kind: a.eventRuleKind()}
	a.Tags = &Records[webhook.Tag]{admin: a, kind: tagKind()}
	a.ObjectTypes = &Records[webhook.ObjectType]{admin: a, kind: a.objectTypeKind()}
	a.Users = &Records[webhook.User]{admin: a, kind: userKind()}
	a.Groups = &Records[webhook.Group]{admin: a, kind: groupKind()}
	a.Tokens = &Records[webhook.Token]{admin: a, kind: tokenKind()}
	return a, nil
}

// refresh tells the holders of compiled definitions that there are new ones.
func (a *Admin) refresh(ctx context.Context) {
	if a.options.Changed == nil {
		return
	}
	// The caller may be gone; the new definitions count all the same.
	if err := a.options.Changed(context.WithoutCancel(ctx)); err != nil {
		a.log.ErrorContext(ctx, "definitions were saved but not loaded", "error", err)
	}
}

// Actor is who does something, and in which request.
type Actor struct {
	Identity
	RequestID webhook.UUID
}

// System is the actor of what commands do on the host, where whoever may run
// them may do everything.
func System(requestID webhook.UUID) Actor {
	return Actor{Identity: Identity{Superuser: true, UserName: "system"}, RequestID: requestID}
}

// public turns the store's errors into ones that people may read. noun names
// the kind of record.
func public(err error, noun string) error {
	if duplicate, ok := errors.AsType[*store.DuplicateError](err); ok {
		return &webhook.Error{
			Code:   webhook.CodeInvalid,
			Fields: map[string][]string{duplicate.Key: {fmt.Sprintf("%s with this %s already exists.", noun, duplicate.Key)}},
		}
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return webhook.NotFound()
	case errors.Is(err, store.ErrInvalidFilter):
		return &webhook.Error{Code: webhook.CodeInvalid, Message: "The filter is not valid.", Err: err}
	}
	return err
}
