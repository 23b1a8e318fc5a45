package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxLine bounds one line of a batch, in bytes.
const maxLine = 64 << 20

// openInput opens a file, or standard input for "-".
func openInput(p Process, name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(p.Stdin), nil
	}
	return os.Open(name)
}

// readInput reads a whole file, or standard input for "-".
func readInput(p Process, name string) ([]byte, error) {
	input, err := openInput(p, name)
	if err != nil {
		return nil, err
	}
	defer input.Close()
	content, err := io.ReadAll(input)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return content, nil
}

// eachLine calls handle for every line of a file that is not blank, and stops
// at its first error, to which it adds the number of the line.
func eachLine(p Process, name string, handle func(line []byte) error) error {
	input, err := openInput(p, name)
	if err != nil {
		return err
	}
	defer input.Close()
	scanner := bufio.NewScanner(input)
	scanner.Buffer(make([]byte, 0, 64<<10), maxLine)
	number := 0
	for scanner.Scan() {
		number++
		if len(bytes.TrimSpace(scanner.Bytes())) == 0 {
			continue
		}
		if err := handle(scanner.Bytes()); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, number, err)
		}
	}
	if err := scanner.Err(); errors.Is(err, bufio.ErrTooLong) {
		return fmt.Errorf("%s, line %d: longer than %d bytes", name, number+1, maxLine)
	} else if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}
