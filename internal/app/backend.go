package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/config"
	"bellhop/internal/dispatch"
	"bellhop/internal/intake"
	"bellhop/internal/inventory"
	"bellhop/internal/render"
	"bellhop/internal/send"
	"bellhop/internal/store"
	"bellhop/internal/store/sqlite"
	"bellhop/internal/ui/live"
	"bellhop/internal/webhook"
)

// keyFile holds the encryption key unless the settings have one.
const keyFile = "secret.key"

// idempotencyAge is how long an answer to an idempotency key is kept: longer
// than any client goes on retrying.
const idempotencyAge = 24 * time.Hour

// maxAhead is how far the clock of an earlier process may have been ahead of ours.
const maxAhead = 24 * time.Hour

// Params are what a process is built from.
type Params struct {
	Options config.Options
	// Origins say where the settings come from, to be shown; nil is fine.
	Origins map[string]config.Origin
	Log     *slog.Logger
	// LookupEnv reads the environment, for proxies and the filter env.
	LookupEnv func(name string) (value string, set bool)
	// Version is shown in User-Agent and status.
	Version string
}

// Backend is a database with the use cases on it. Nothing listens and nothing is
// delivered.
type Backend struct {
	Store     store.Store
	IDs       *webhook.IDs
	Inventory *inventory.Service
	Admin     *admin.Admin

	intake     *intake.Intake
	dispatcher *dispatch.Dispatcher
	metrics    *metrics
	// live is told of everything that pages may show.
	live     *live.Hub
	cleanups cleanups
	// broken gets the fault after which the store cannot be used; one at most.
	broken chan error
}

// Open opens the database, making it if it is not there, and builds the use
// cases. A directory that another process uses is an error that says so.
func Open(ctx context.Context, p Params) (backend *Backend, err error) {
	b := &Backend{IDs: webhook.NewIDs(rand.Reader), metrics: newMetrics(), live: live.NewHub(), broken: make(chan error, 1)}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.cleanups.run(context.WithoutCancel(ctx)))
		}
	}()
	if err := b.openStore(ctx, p); err != nil {
		return nil, err
	}
	if err := b.continueIDs(ctx); err != nil {
		return nil, err
	}
	b.metrics.observe(b.Store)
	exchange, client, err := newExchange(p)
	if err != nil {
		return nil, err
	}
	b.cleanups.add("connections", func(context.Context) error {
		client.Close()
		return nil
	})
	if err := b.buildPipeline(p, exchange, client); err != nil {
		return nil, err
	}
	if err := b.Inventory.Load(ctx); err != nil {
		return nil, err
	}
	return b, b.intake.Reload(ctx, b.Store)
}

func (b *Backend) openStore(ctx context.Context, p Params) error {
	settings := p.Options.Database
	sealer, err := openSealer(settings)
	if err != nil {
		return err
	}
	opened, err := sqlite.Open(ctx, sqlite.Options{
		Dir: settings.Data, Sealer: sealer, Log: p.Log,
		OnBroken: func(err error) { b.broken <- err },
	})
	if err != nil {
		return err
	}
	b.cleanups.add("store", closing(opened.Close))
	b.Store = opened
	b.metrics.registry.MustRegister(newDiskCollector(opened, settings.Data))
	warnOfOthers(p.Log, settings.Data)
	return nil
}

// continueIDs makes the ids of new deliveries greater than those of an earlier
// process, also when the clock was set back since: lanes rely on it. A clock that was
// ahead by more than maxAhead was wrong, and to follow it would keep what is
// delivered now from being deleted when it is old.
func (b *Backend) continueIDs(ctx context.Context) error {
	return b.Store.View(ctx, func(tx store.Tx) error {
		newest, err := tx.Deliveries(store.Query{Order: []store.Order{{Path: "id", Desc: true}}, Limit: 1, NoCount: true})
		for _, d := range newest.Items {
			if time.Until(d.ID.Time()) <= maxAhead {
				b.IDs.After(d.ID)
			}
		}
		return err
	})
}

// openSealer takes the key from the settings, or from the file beside the
// database.
func openSealer(settings config.Database) (*store.Sealer, error) {
	if settings.EncryptionKey != "" {
		return store.ParseSealer(settings.EncryptionKey.Reveal())
	}
	if err := os.MkdirAll(settings.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	sealer, err := store.LoadSealer(filepath.Join(settings.Data, keyFile))
	if err != nil {
		return nil, fmt.Errorf("encryption key: %w", err)
	}
	return sealer, nil
}

// newExchange makes what renders and sends. Whoever has the client closes it.
func newExchange(p Params) (*dispatch.Exchange, *send.Client, error) {
	engine, err := render.New(render.Options{
		UserAgent:   "Bellhop/" + strings.Trim(p.Version, "()"),
		Environment: p.Options.Templates.Env,
		LookupEnv:   p.LookupEnv,
	})
	if err != nil {
		return nil, nil, err
	}
	client := send.New(send.Options{
		Allow: config.Prefixes(p.Options.Outgoing.AllowAddress),
		Deny:  config.Prefixes(p.Options.Outgoing.DenyAddress),
		Proxy: proxies(p.Options.Outgoing, p.LookupEnv),
	})
	return &dispatch.Exchange{Engine: engine, Sender: client, Worker: workerName()}, client, nil
}

// workerName tells the processes apart that attempts were made by.
func workerName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return fmt.Sprintf("%s.%d", host, os.Getpid())
}

func (b *Backend) buildPipeline(p Params, exchange *dispatch.Exchange, client *send.Client) (err error) {
	b.dispatcher, err = dispatch.New(dispatch.Options{
		Store: b.Store, Exchange: *exchange, Workers: p.Options.Delivery.Workers,
		Random: mathrand.Float64, Log: p.Log, Observe: b.attempted, Warned: b.metrics.warn,
		Disable: b.disableFailing, DisableAfter: p.Options.Delivery.DisableAfter,
		Retention: dispatch.Retention{
			Deliveries: days(p.Options.Retention.Deliveries),
			Changes:    days(p.Options.Retention.Changes),
			Idempotent: idempotencyAge,
		},
	})
	if err != nil {
		return err
	}
	b.metrics.observeLanes(b.dispatcher)
	b.intake = intake.New(b.IDs, b.dispatcher, p.Options.Delivery.LoopRounds)
	recorder := &recorder{intake: b.intake, metrics: b.metrics, live: b.live, log: p.Log}
	b.Inventory = inventory.New(inventory.Options{Store: b.Store, Recorder: recorder})
	b.Admin, err = admin.New(admin.Options{
		Store: b.Store, IDs: b.IDs, Log: p.Log,
		Template: exchange.Engine.CheckText, Headers: exchange.Engine.CheckHeaders,
		CheckObjectTypes: func(types []webhook.ObjectType) error {
			_, err := inventory.NewTypes(types)
			return err
		},
		RetagObjects: b.Inventory.Retag,
		Changed:      b.reload,
		Intake:       recorder,
		Dispatcher:   workers{b.dispatcher, b.live, p.Options.Delivery.Workers == 0},
		Trial:        &Trial{exchange: exchange, ids: b.IDs, close: client.Close},
	})
	return err
}

// disableFailing gives a webhook up whose receiver has only failed since a moment.
func (b *Backend) disableFailing(ctx context.Context, id int64, failing time.Time) error {
	disabled, err := b.Admin.DisableFailing(ctx, id, failing)
	if disabled {
		b.metrics.disabled.Inc()
	}
	return err
}

// attempted tells of a recorded attempt.
func (b *Backend) attempted(e dispatch.Event) {
	b.metrics.attempt(e)
	b.live.Publish(live.Deliveries | live.Overview)
}

// reload makes everybody who holds definitions compiled read them anew.
func (b *Backend) reload(ctx context.Context) error {
	defer b.live.Publish(live.Webhooks)
	return errors.Join(b.intake.Reload(ctx, b.Store), b.dispatcher.Reload(ctx), b.Inventory.Refresh(ctx))
}

// days returns a number of days as a duration.
func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// Close frees the database.
func (b *Backend) Close(ctx context.Context) error { return b.cleanups.run(ctx) }
