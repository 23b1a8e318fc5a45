//go:build !unix

package sqlite

import (
	"errors"
	"io/fs"
	"os"
)

// lockFile holds the directory for this process by existing. A process that was
// killed leaves it behind, and then a person has to remove it.
type lockFile struct {
	file *os.File
}

func acquireLock(path string) (*lockFile, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, &lockedError{}
	}
	if err != nil {
		return nil, err
	}
	return &lockFile{file: file}, nil
}

func (l *lockFile) release() error {
	return errors.Join(l.file.Close(), os.Remove(l.file.Name()))
}
