package admin

import (
	"crypto/x509"
	"io"
	"os"
)

// maxCAFile is more than any bundle of certificates has; the system's own has
// about 200 KiB.
const maxCAFile = 4 << 20

// checkCAFile reports why a file cannot serve as a bundle of certificates. The
// texts do not tell a missing file from one that may not be read, so that
// nobody can explore the server's files with them.
func checkCAFile(path string) error {
	const refused = fileError("This file does not exist on the server or cannot be read.")
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return refused
	}
	file, err := os.Open(path)
	if err != nil {
		return refused
	}
	defer file.Close()
	bundle, err := io.ReadAll(io.LimitReader(file, maxCAFile))
	if err != nil {
		return refused
	}
	if !x509.NewCertPool().AppendCertsFromPEM(bundle) {
		return fileError("This file holds no certificate in PEM form.")
	}
	return nil
}

// fileError is a message for people.
type fileError string

func (e fileError) Error() string { return string(e) }
