package send

import (
	"fmt"
	"sync"

	"bellhop/internal/webhook"
)

// maxOpen is how many connections of net/http to one receiver may be open. It is
// more than two webhooks can use at a time. net/http has no bound: a receiver that
// says over HTTP/2 that it wants no more requests gets another connection, while
// the one without requests stays open until it has been idle for long.
const maxOpen = 2 * webhook.MaxConcurrency

// openCount counts the open connections by their address. It is safe for concurrent
// use.
type openCount struct {
	mu    sync.Mutex
	limit int
	count map[string]int
}

// enter counts a connection that is about to be made, unless there are enough.
func (o *openCount) enter(address string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.count[address] >= o.limit {
		return fmt.Errorf("%d connections to the receiver are open", o.limit)
	}
	o.count[address]++
	return nil
}

// leave counts a connection that is closed or was not made.
func (o *openCount) leave(address string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.count[address]--; o.count[address] == 0 {
		delete(o.count, address)
	}
}
