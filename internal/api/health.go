package api

import "bellhop/internal/webhook"

// showHealth shows how a webhook's receiver is doing, or null.
func showHealth(c *call, wh *webhook.Webhook) any {
	h, ok := c.api.options.Admin.Health(wh.ID)[wh.ID]
	if !ok {
		return nil
	}
	return object{
		{"state", string(h.State)},
		{"since", showTime(h.Since)},
		{"failures", h.Failures},
		{"reason", emptyIsNull(h.Reason.String())},
		{"last_success", showTime(h.LastSuccess)},
		{"last_failure", showTime(h.LastFailure)},
		{"next_probe", showTime(h.NextProbe)},
		{"gives_up", showTime(h.GivesUp)},
		{"used_up", h.UsedUp},
	}
}
