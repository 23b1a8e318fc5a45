package intake

import (
	"fmt"
	"time"

	"bellhop/internal/pyjson"
	"bellhop/internal/webhook"
)

// timestampLayout is that of Python's datetime.isoformat() for a time with
// microseconds in UTC (NetBox 3.6.6 and later), which always has six digits
// here: NetBox drops them for a whole second, and receivers stumble.
const timestampLayout = "2006-01-02T15:04:05.000000+00:00"

// appendContext appends the template context of a change, which is the default
// body too: product.md section 5 has the keys and their order, Python's
// json.dumps the form.
func appendContext(dst []byte, c *webhook.Change) ([]byte, error) {
	requestID := c.RequestID.String()
	dst = append(dst, `{"event": "`...)
	dst = append(dst, c.Event.String()...)
	dst = append(dst, `", "timestamp": "`...)
	dst = c.Time.UTC().Truncate(time.Microsecond).AppendFormat(dst, timestampLayout)
	dst = appendText(append(dst, '"'), "object_type", c.ObjectType)
	dst = appendText(dst, "model", webhook.ModelName(c.ObjectType))
	dst = appendText(dst, "username", c.UserName)
	dst = appendText(dst, "request_id", requestID)
	dst, err := appendDocument(append(dst, `, "data": `...), c.Data)
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	dst = append(dst, `, "request": {"id": "`...)
	dst = append(dst, requestID...)
	dst = appendText(append(dst, '"'), "method", c.Request.Method)
	dst = appendText(dst, "path", c.Request.Path)
	dst = appendText(dst, "user", c.UserName)
	dst, err = appendDocument(append(dst, `}, "snapshots": {"prechange": `...), c.Prechange)
	if err != nil {
		return nil, fmt.Errorf("prechange: %w", err)
	}
	dst, err = appendDocument(append(dst, `, "postchange": `...), c.Postchange)
	if err != nil {
		return nil, fmt.Errorf("postchange: %w", err)
	}
	return append(dst, '}', '}'), nil
}

func appendText(dst []byte, name, text string) []byte {
	dst = append(dst, `, "`...)
	dst = append(dst, name...)
	return pyjson.AppendString(append(dst, `": `...), text)
}

// appendDocument appends a document, or null for none.
func appendDocument(dst []byte, document webhook.RawJSON) ([]byte, error) {
	if len(document) == 0 {
		return append(dst, "null"...), nil
	}
	return pyjson.Append(dst, document)
}
