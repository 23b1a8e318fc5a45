package webhook

import (
	"encoding/json"
	"fmt"
)

// Unpack sets Request, Data and the snapshots from Context, for a change that
// came from a store, which keeps only the context.
func (c *Change) Unpack() error {
	var parts struct {
		Data      RawJSON
		Request   Request
		Snapshots struct{ Prechange, Postchange RawJSON }
	}
	if err := json.Unmarshal(c.Context, &parts); err != nil {
		return fmt.Errorf("context of change %d: %w", c.ID, err)
	}
	c.Data, c.Request = parts.Data, parts.Request
	c.Prechange, c.Postchange = notNull(parts.Snapshots.Prechange), notNull(parts.Snapshots.Postchange)
	return nil
}

// notNull turns JSON's null into none.
func notNull(raw RawJSON) RawJSON {
	if string(raw) == "null" {
		return nil
	}
	return raw
}
