package sqlite

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one numbered step of the schema. A step that was released is
// never edited; its checksum in the database tells if it was.
type migration struct {
	number   int64
	name     string
	script   string
	checksum string
}

// loadMigrations returns the embedded steps in order.
func loadMigrations() ([]migration, error) {
	entries, err := fs.ReadDir(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	steps := make([]migration, 0, len(entries))
	var last int64
	for _, entry := range entries {
		name := strings.TrimSuffix(entry.Name(), ".sql")
		digits, _, _ := strings.Cut(name, "_")
		number, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || number <= last {
			return nil, fmt.Errorf("migration %s: want a number above %04d", entry.Name(), last)
		}
		last = number
		script, err := migrationFiles.ReadFile("migrations/" + entry.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(script)
		steps = append(steps, migration{number, name, string(script), hex.EncodeToString(sum[:])})
	}
	return steps, nil
}

// migrate brings the schema to the newest step. Each step is a transaction.
func migrate(c *conn, steps []migration) error {
	if _, err := c.exec(`CREATE TABLE IF NOT EXISTS migration (
		number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT`); err != nil {
		return fmt.Errorf("create migration table: %w", err)
	}
	done := make(map[int64]string)
	err := c.query(func(r row) error {
		done[r.int(0)] = r.text(1)
		return nil
	}, `SELECT number, checksum FROM migration`)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	for _, step := range steps {
		switch checksum, ok := done[step.number]; {
		case !ok:
			if err := apply(c, step); err != nil {
				return fmt.Errorf("migration %s: %w", step.name, err)
			}
		case checksum != step.checksum:
			return fmt.Errorf("migration %s: the database was made by another version of this step", step.name)
		}
		delete(done, step.number)
	}
	if len(done) > 0 {
		return fmt.Errorf("the database has %d migrations of a newer Bellhop", len(done))
	}
	return nil
}

func apply(c *conn, step migration) error {
	if _, err := c.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	_, err := c.exec(step.script)
	if err == nil {
		_, err = c.exec(`INSERT INTO migration (number, name, checksum) VALUES (?, ?, ?)`,
			step.number, step.name, step.checksum)
	}
	if err == nil {
		_, err = c.exec("COMMIT")
	}
	if err != nil {
		if _, undo := c.exec("ROLLBACK"); undo != nil {
			return fmt.Errorf("%w (and rollback: %w)", err, undo)
		}
	}
	return err
}
