package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"text/tabwriter"

	"bellhop/internal/app"
	"bellhop/internal/config"
)

// checkCommand finds out whether serve would start.
type checkCommand struct {
	Options config.Options `embed:""`
	JSON    bool           `name:"json" setting:"-" help:"Print an object with settings, database, listen."`
}

// Run prints every setting with its origin, and opens what serve would open.
func (c *checkCommand) Run(ctx context.Context, p Process, from origins) error {
	params, err := serverParams(p, c.Options)
	if err != nil {
		return err
	}
	database, databaseErr := checkDatabase(ctx, params)
	listen, listenErr := checkListen(ctx, c.Options.Server.Listen)
	if err := c.print(p, c.Options.Settings(from), database, listen); err != nil {
		return err
	}
	return errors.Join(databaseErr, listenErr)
}

func (c *checkCommand) print(p Process, settings []config.Setting, database, listen string) error {
	if c.JSON {
		return json.NewEncoder(p.Stdout).Encode(map[string]any{
			"settings": settings, "database": database, "listen": listen,
		})
	}
	table := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	for _, s := range settings {
		fmt.Fprintf(table, "%s\t%s\t%s\n", s.Name, s.Value, s.Origin)
	}
	fmt.Fprintf(table, "\ndatabase:\t%s\nlisten:\t%s\n", database, listen)
	return table.Flush()
}

const (
	checkFine   = "ok"
	checkFailed = "failed"
)

// checkDatabase opens the database, which brings its schema up to date, but
// makes none where there is none.
func checkDatabase(ctx context.Context, params app.Params) (string, error) {
	_, err := os.Stat(params.Options.Database.Data)
	if errors.Is(err, fs.ErrNotExist) {
		return "will be made at the first start", nil
	}
	if err != nil {
		return checkFailed, err
	}
	backend, err := app.Open(ctx, params)
	if err != nil {
		return checkFailed, err
	}
	if err := backend.Close(ctx); err != nil {
		return checkFailed, err
	}
	return checkFine, nil
}

func checkListen(ctx context.Context, address string) (string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return checkFailed, err
	}
	return checkFine, listener.Close()
}
