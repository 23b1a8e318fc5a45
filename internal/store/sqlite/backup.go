package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Exists reports whether a directory holds a database.
func Exists(dir string) (bool, error) {
	_, err := os.Stat(filepath.Join(dir, databaseName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Backup copies the database in a data directory to a new file with mode 0600. A
// server may be using the directory: the copy is the state of one moment, with
// every transaction that was answered before the call. The file appears under its
// name when it is complete and on the disk, or not at all; a file that is there
// already is an error that wraps [fs.ErrExist].
//
// The copy is written anew row by row, so it is compact, and damage in the
// original is an error. Webhooks' secrets in it are sealed as in the original. The
// log of the original grows while this takes, because it cannot let go of what is
// being read.
func Backup(ctx context.Context, dir, path string) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return &fs.PathError{Op: "backup", Path: path, Err: fs.ErrExist}
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	if path, err = filepath.Abs(path); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, databaseName)); err != nil {
		return fmt.Errorf("backup: no database: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new*")
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() {
		err = errors.Join(err, file.Close())
		if err != nil {
			err = errors.Join(fmt.Errorf("backup: %w", err), os.Remove(file.Name()))
		}
	}()
	if err := copyInto(ctx, dir, file.Name()); err != nil {
		return asDamage(err)
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// copyInto lets SQLite write a copy of a database into an empty file, whose path
// is absolute: a relative one could be taken for a URI. Its locks
// work between processes, so it needs no help from a server.
func copyInto(ctx context.Context, dir, path string) (err error) {
	drv, err := newDriver()
	if err != nil {
		return err
	}
	c, err := openConn(context.WithoutCancel(ctx), drv, dsn(dir, []string{"busy_timeout(10000)", "temp_store(memory)"}))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	c.ctx = ctx
	if _, err := c.exec("VACUUM INTO ?", path); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx) // the statement's own error only says "interrupted"
		}
		return err
	}
	return nil
}

// syncDir makes the names in a directory durable.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
