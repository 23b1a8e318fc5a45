package app

import (
	"context"
	"os"
	"path/filepath"

	"bellhop/internal/config"
	"bellhop/internal/store/sqlite"
)

// HasDatabase reports whether a data directory holds a database.
func HasDatabase(dir string) (bool, error) { return sqlite.Exists(dir) }

// BackupResult is what Backup has made.
type BackupResult struct {
	// Bytes is the size of the copy.
	Bytes int64 `json:"bytes"`
	// KeyFile is the file with the encryption key, which the copy lacks; empty
	// if the key comes from the settings.
	KeyFile string `json:"key_file,omitempty"`
}

// Backup copies the database of the settings to a new file, also while a server
// uses it.
func Backup(ctx context.Context, settings config.Database, path string) (BackupResult, error) {
	if err := sqlite.Backup(ctx, settings.Data, path); err != nil {
		return BackupResult{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return BackupResult{}, err
	}
	made := BackupResult{Bytes: info.Size()}
	if settings.EncryptionKey == "" {
		made.KeyFile = filepath.Join(settings.Data, keyFile)
	}
	return made, nil
}
