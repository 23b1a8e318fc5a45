package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"bellhop/internal/app"
	"bellhop/internal/client"
	"bellhop/internal/config"
)

// checkCommand finds out whether serve would start.
type checkCommand struct {
	Options config.Options `embed:""`
	Running bool           `name:"running" setting:"-" help:"Ask the server with these settings, which is running, whether it is ready, and nothing else."`
	JSON    bool           `name:"json" setting:"-" help:"Print an object with settings, database, sizes, listen."`
}

// checked is what a check found.
type checked struct {
	Settings []config.Setting `json:"settings"`
	Database string           `json:"database"`
	// Sizes are the bytes that each kind of data takes in the database.
	Sizes  map[string]int64 `json:"sizes,omitempty"`
	Listen string           `json:"listen"`
}

// Run prints every setting with its origin, opens what serve would open, and
// reads the whole database.
func (c *checkCommand) Run(ctx context.Context, p Process, from origins) error {
	params, err := serverParams(p, c.Options)
	if err != nil {
		return err
	}
	if c.Running {
		return checkRunning(ctx, c.Options.Server)
	}
	found := checked{Settings: c.Options.Settings(from)}
	var databaseErr, listenErr error
	found.Database, found.Sizes, databaseErr = checkDatabase(ctx, params)
	found.Listen, listenErr = checkListen(ctx, c.Options.Server.Listen)
	if err := c.print(p, &found); err != nil {
		return err
	}
	return errors.Join(databaseErr, listenErr)
}

func (c *checkCommand) print(p Process, found *checked) error {
	if c.JSON {
		return json.NewEncoder(p.Stdout).Encode(found)
	}
	table := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	for _, s := range found.Settings {
		fmt.Fprintf(table, "%s\t%s\t%s\n", s.Name, s.Value, s.Origin)
	}
	fmt.Fprintf(table, "\ndatabase:\t%s\n", found.Database)
	for _, name := range slices.Sorted(maps.Keys(found.Sizes)) {
		fmt.Fprintf(table, "  %s\t%d kB\n", name, (found.Sizes[name]+1023)/1024)
	}
	fmt.Fprintf(table, "listen:\t%s\n", found.Listen)
	return table.Flush()
}

const (
	checkFine   = "ok"
	checkFailed = "failed"
)

// checkDatabase opens the database, which brings its schema up to date, and reads
// all of it; it makes none where there is none.
func checkDatabase(ctx context.Context, params app.Params) (string, map[string]int64, error) {
	exists, err := app.HasDatabase(params.Options.Database.Data)
	if err == nil && !exists {
		err = checkDirectory(params.Options.Database.Data)
	}
	if err != nil {
		return checkFailed, nil, err
	}
	if !exists {
		return "will be made at the first start", nil, nil
	}
	backend, err := app.Open(ctx, params)
	if err != nil {
		return checkFailed, nil, err
	}
	found, err := backend.Store.Inspect(ctx)
	if err == nil && len(found.Problems) > 0 {
		err = fmt.Errorf("the database is damaged; restore it from a backup:\n  %s", strings.Join(found.Problems, "\n  "))
	}
	sizes := make(map[string]int64, len(found.Sizes))
	for _, size := range found.Sizes {
		sizes[size.Name] = size.Bytes
	}
	if err := errors.Join(err, backend.Close(ctx)); err != nil {
		return checkFailed, sizes, err
	}
	return checkFine, sizes, nil
}

// checkDirectory finds out whether a database could be made in a directory, if
// that is there.
func checkDirectory(dir string) error {
	file, err := os.CreateTemp(dir, "check*")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// readyLimit bounds how long a running server may take to say that it is ready.
const readyLimit = 5 * time.Second

// checkRunning asks a server on this host. Containers without a shell have this as
// their health check.
func checkRunning(ctx context.Context, settings config.Server) error {
	address := settings.Listen
	if settings.AddressFile != "" { // what was listened on, if the port was 0
		content, err := os.ReadFile(settings.AddressFile)
		if err != nil {
			return err
		}
		address = strings.TrimSpace(string(content))
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	server, err := client.New("http://"+net.JoinHostPort(host, port), "")
	if err != nil {
		return err
	}
	defer server.Close()
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	return server.Ready(ctx)
}

func checkListen(ctx context.Context, address string) (string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return checkFailed, err
	}
	return checkFine, listener.Close()
}
