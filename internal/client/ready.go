package client

import (
	"context"
	"net/http"
)

// Ready asks a Bellhop server whether requests may be sent to it. If not, the
// error is an *[Error] with its reason, or says why it could not be asked.
func (c *Client) Ready(ctx context.Context) error {
	return c.Do(ctx, http.MethodGet, "../readyz", nil, nil) // beside /api/
}
