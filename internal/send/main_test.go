package send

import (
	"testing"

	"go.uber.org/goleak"
)

// Whatever receivers do, no goroutine is left of it.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
