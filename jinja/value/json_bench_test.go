package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"testing"
)

// deviceUpdated is the context of a changed device as a webhook sees it.
func deviceUpdated(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/device_updated.json")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func BenchmarkParseJSON(b *testing.B) {
	data := deviceUpdated(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseJSON(data); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStandardTokens is what ParseJSON is measured against: walking the
// tokens of the same text with encoding/json, which builds nothing.
func BenchmarkStandardTokens(b *testing.B) {
	data := deviceUpdated(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkDumpJSON(b *testing.B) {
	data := deviceUpdated(b)
	v, err := ParseJSON(data)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DumpJSON(v); err != nil {
			b.Fatal(err)
		}
	}
}
