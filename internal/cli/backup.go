package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"bellhop/internal/app"
	"bellhop/internal/config"
)

// backupCommand copies a database that a server may be using.
type backupCommand struct {
	Database config.Database `embed:""`
	File     string          `arg:"" help:"File to write; it must not be there yet."`
	JSON     bool            `name:"json" setting:"-" help:"Print an object with bytes, key_file."`
}

// Run writes the copy and says what it lacks.
func (c *backupCommand) Run(ctx context.Context, p Process) error {
	if err := c.Database.Check(); err != nil {
		return &exitError{code: ExitConfig, err: err}
	}
	made, err := app.Backup(ctx, c.Database, c.File)
	if err != nil {
		return err
	}
	if made.KeyFile != "" {
		fmt.Fprintf(p.Stderr, "The key that webhooks' secrets are sealed with is not in it. Keep %s too, in another place.\n", made.KeyFile)
	}
	if c.JSON {
		return json.NewEncoder(p.Stdout).Encode(made)
	}
	_, err = fmt.Fprintf(p.Stdout, "The database in %s is copied to %s, %d bytes.\n", c.Database.Data, c.File, made.Bytes)
	return err
}
