package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"modernc.org/sqlite"

	"bellhop/internal/store"
)

// Names of the files in the data directory.
const (
	databaseName = "bellhop.db"
	lockName     = "lock"
)

// defaultReaders is enough to keep a handful of cores busy; readers beyond that
// wait their turn.
const defaultReaders = 4

// Options say how to open a store.
type Options struct {
	// Dir is the data directory; it is made with mode 0700 if it is not there.
	Dir string
	// Sealer seals webhooks' secrets.
	Sealer *store.Sealer
	// Readers is the number of reading connections; 0 means a default.
	Readers int
	// Log is told when writing begins to fail and when it works again; nil
	// tells nobody.
	Log *slog.Logger
	// OnBroken, if set, is called at most once, when the file cannot be relied
	// on any more: everything that writes fails from then on, and only opening
	// the store anew helps. It must not call the store.
	OnBroken func(error)
}

// Store is a [store.Store] on one SQLite file.
type Store struct {
	options Options
	lock    *lockFile
	writer  *writer
	// readers holds the idle reading connections; whoever takes one puts it
	// back. Its capacity is their number.
	readers   chan *conn
	claims    claims
	condition condition

	closeOnce sync.Once
	closeErr  error
}

var _ store.Store = (*Store)(nil)

// lockedError is what a second process on a directory gets.
type lockedError struct {
	dir, holder string
}

func (e *lockedError) Error() string {
	by := "another Bellhop process"
	if e.holder != "" {
		by += " (process " + e.holder + ")"
	}
	return fmt.Sprintf("data directory %s is in use by %s; stop it first or choose another directory", e.dir, by)
}

// Open opens or makes the database in a directory, takes the directory for this
// process, brings the schema up to date and starts the writer. The context
// bounds opening only.
func Open(ctx context.Context, options Options) (*Store, error) {
	if options.Sealer == nil {
		return nil, errors.New("open store: no sealer")
	}
	if options.Readers <= 0 {
		options.Readers = defaultReaders
	}
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(options.Dir)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	options.Dir = dir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	lock, err := acquireLock(filepath.Join(dir, lockName))
	if locked, ok := errors.AsType[*lockedError](err); ok {
		locked.dir = dir
		return nil, locked
	}
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{options: options, lock: lock, readers: make(chan *conn, options.Readers)}
	s.claims.init()
	s.condition = condition{log: options.Log, onBroken: options.OnBroken}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open store in %s: %w", dir, asDamage(err)), s.closeReaders(), lock.release())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	drv, err := newDriver()
	if err != nil {
		return err
	}
	if err := keepPrivate(filepath.Join(s.options.Dir, databaseName)); err != nil {
		return err
	}
	background := context.WithoutCancel(ctx)
	c, err := openConn(background, drv, dsn(s.options.Dir, writePragmas))
	if err != nil {
		return err
	}
	steps, err := loadMigrations()
	if err == nil {
		err = rewriteLog(c)
	}
	if err == nil {
		err = glance(ctx, c)
	}
	if err == nil {
		err = migrate(c, steps)
	}
	if err == nil {
		err = s.openReaders(background, drv)
	}
	if err != nil {
		return errors.Join(err, c.close())
	}
	s.writer = &writer{
		store: s, conn: c,
		queue: make(chan *member, maxGroup),
		stop:  make(chan struct{}),
		ended: make(chan struct{}),
	}
	go s.writer.loop() // Close waits for it
	return nil
}

// keepPrivate makes the database's files readable by their owner only, whatever
// the umask and the directory's own mode: they hold token hashes and everything
// that was changed. SQLite gives files that it adds the mode of the database.
func keepPrivate(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Chmod(name, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func (s *Store) openReaders(ctx context.Context, drv driver.Driver) error {
	for range s.options.Readers {
		c, err := openConn(ctx, drv, dsn(s.options.Dir, readPragmas))
		if err != nil {
			return err
		}
		s.readers <- c
	}
	return nil
}

// The busy timeout comes first, so that it covers the pragmas after it. The caches
// hold the inner pages and the growing ends of the trees, which is what nearly
// all work touches; the driver takes twice their size, and what they lack comes
// from the operating system's cache. A
// restart of the writer's checkpoint at 4000 pages (16 MB) halves its share of
// the writer's time against the default of 1000.
var (
	writePragmas = []string{
		"busy_timeout(10000)", "journal_mode(wal)", "synchronous(full)", "temp_store(memory)",
		"cache_size(-12288)", "wal_autocheckpoint(4000)", "journal_size_limit(67108864)",
	}
	readPragmas = []string{
		"busy_timeout(10000)", "query_only(true)", "temp_store(memory)", "cache_size(-4096)",
	}
)

// Files returns the paths of a data directory's database and of its write-ahead log.
func Files(dir string) (database, log string) {
	database = filepath.Join(dir, databaseName)
	return database, database + "-wal"
}

// dsn names the database of a directory to the driver.
func dsn(dir string, pragmas []string) string {
	query := url.Values{"_pragma": pragmas, "_txlock": {"deferred"}}
	path := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(filepath.Join(dir, databaseName))}
	return path.String() + "?" + query.Encode()
}

// newDriver returns a driver value of our own, so that our SQL functions do not
// reach anybody else's connections.
func newDriver() (*sqlite.Driver, error) {
	drv := &sqlite.Driver{}
	return drv, registerFunctions(drv)
}

// Update implements [store.Store].
func (s *Store) Update(ctx context.Context, fn func(store.Tx) error) error {
	return s.writer.update(ctx, func(t *tx) error { return fn(t) })
}

// View implements [store.Store].
func (s *Store) View(ctx context.Context, fn func(store.Tx) error) error {
	return s.read(ctx, func(t *tx) error { return fn(t) })
}

// read runs fn on a reading connection, in a transaction, so that all of its
// statements see one state.
func (s *Store) read(ctx context.Context, fn func(*tx) error) (err error) {
	select {
	case <-s.writer.stop:
		return store.ErrClosed
	default:
	}
	var c *conn
	select {
	case c = <-s.readers:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.writer.stop:
		return store.ErrClosed
	}
	defer func() { s.readers <- c }()
	if _, err := c.exec("BEGIN"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	c.ctx = ctx
	defer func() {
		c.ctx = context.WithoutCancel(ctx)
		if _, end := c.exec("ROLLBACK"); end != nil && err == nil {
			err = fmt.Errorf("end of reading: %w", end)
		}
		if err != nil && ctx.Err() != nil {
			err = context.Cause(ctx) // the statement's own error only says "interrupted"
		}
		err = explain(err)
	}()
	return fn(&tx{store: s, conn: c, ctx: ctx, readOnly: true})
}

// Close implements [store.Store].
func (s *Store) Close() error {
	s.closeOnce.Do(func() {
		close(s.writer.stop)
		<-s.writer.ended
		s.closeErr = errors.Join(s.closeReaders(), s.writer.conn.close(), s.lock.release())
	})
	return s.closeErr
}

// closeReaders closes every reading connection, waiting for those in use.
func (s *Store) closeReaders() error {
	var errs []error
	opened := s.options.Readers
	if s.writer == nil {
		opened = len(s.readers) // opening failed on the way
	}
	for range opened {
		errs = append(errs, (<-s.readers).close())
	}
	return errors.Join(errs...)
}
