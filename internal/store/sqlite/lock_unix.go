//go:build unix

package sqlite

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lockFile holds the directory for this process. The kernel lets go of it when
// the process ends, however it ends.
type lockFile struct {
	file *os.File
}

// acquireLock takes the lock or returns an error that names the holder.
func acquireLock(path string) (*lockFile, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder := make([]byte, 32)
		n, _ := file.Read(holder) // only a help for the reader
		return nil, errors.Join(&lockedError{holder: string(holder[:n])}, file.Close())
	}
	if err == nil {
		err = file.Truncate(0)
	}
	if err == nil {
		_, err = fmt.Fprintf(file, "%d", os.Getpid())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), file.Close())
	}
	return &lockFile{file: file}, nil
}

// release lets go. The file stays: removing it would let two processes lock two
// files of the same name.
func (l *lockFile) release() error { return l.file.Close() }
