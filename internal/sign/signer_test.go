package sign_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"bellhop/internal/sign"
)

// TestSignerIsShared signs different bodies with one signer at once: none may
// leave anything behind for another.
func TestSignerIsShared(t *testing.T) {
	t.Parallel()
	const secret = "secret"
	signer := sign.NewSigner(secret)
	at := time.Unix(1_700_000_000, 0)
	var signing sync.WaitGroup
	for i := range 8 {
		signing.Go(func() {
			for j := range 100 {
				body := fmt.Appendf(nil, `{"a": %d}`, i*j)
				if err := sign.VerifyHook(secret, signer.Hook(body), body); err != nil {
					t.Errorf("hook of %s: %v", body, err)
				}
				if err := sign.VerifyStandard(secret, signer.Standard("msg_1", at, body), body, at, time.Minute); err != nil {
					t.Errorf("standard of %s: %v", body, err)
				}
			}
		})
	}
	signing.Wait()
}

// BenchmarkSign signs a body of the usual size in both schemes.
func BenchmarkSign(b *testing.B) {
	signer := sign.NewSigner("secret")
	body := make([]byte, 1100)
	at := time.Unix(1_700_000_000, 0)
	b.ReportAllocs()
	for b.Loop() {
		signer.Hook(body)
		signer.Standard("msg_1", at, body)
	}
}
