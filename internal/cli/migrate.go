package cli

import (
	"context"
	"fmt"

	"bellhop/internal/app"
	"bellhop/internal/config"
)

// migrateCommand brings the schema up to date, as serve does when it starts; on
// its own it lets an upgrade be tried before the server is stopped for long.
type migrateCommand struct {
	Database config.Database `embed:""`
}

// Run opens and closes the database.
func (c *migrateCommand) Run(ctx context.Context, p Process) error {
	return withBackend(ctx, p, c.Database, func(*app.Backend) error {
		_, err := fmt.Fprintf(p.Stdout, "The database in %s is up to date.\n", c.Database.Data)
		return err
	})
}

// withBackend opens a database for a command that works without a server.
func withBackend(ctx context.Context, p Process, database config.Database, work func(*app.Backend) error) error {
	if err := database.Check(); err != nil {
		return &exitError{code: ExitConfig, err: err}
	}
	backend, err := app.Open(ctx, app.Params{
		Options:   config.Options{Database: database},
		Log:       app.NewLog(p.Stderr, config.Log{}),
		LookupEnv: p.LookupEnv,
		Version:   readBuild().Version,
	})
	if err != nil {
		return err
	}
	workErr := work(backend)
	if err := backend.Close(context.WithoutCancel(ctx)); workErr == nil {
		return err
	}
	return workErr
}
