package ui

import (
	"fmt"
	"strings"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/ui/live"
	"bellhop/internal/webhook"
)

// deliveryPage is the view model of one delivery.
type deliveryPage struct {
	deliveryRow
	Queue      string
	Rule       int64
	ChangePath string
	ChangeID   int64
	ObjectPath string
	RequestID  string
	User       string
	// Probation says that the receiver keeps failing and is only probed; Probe is
	// when it is tried next.
	Probation bool
	Probe     time.Time
	Steps     []step
	// Planned are the attempts that would follow if all failed.
	Planned []plannedAttempt
	// Newest is open, Earlier are links.
	Newest    *attemptView
	Earlier   []attemptLink
	MayRetry  bool
	MayCancel bool
	MayDelete bool
	// Moving says that more will happen by itself, which the page shows then.
	Moving bool
}

// step is one line of the timeline.
type step struct {
	// Class is done, bad, planned or empty; see app.css.
	Class string
	At    time.Time
	// Took is how long it took, Waited how long it was until then.
	Took, Waited string
	Title, Text  string
	// Path leads to what the line is about; empty when there is nothing.
	Path string
}

// plannedAttempt is one that would follow.
type plannedAttempt struct {
	Number int
	At     time.Time
}

// attemptLink leads to an attempt.
type attemptLink struct {
	Number int
	Path   string
	Start  time.Time
	Result string
	Bad    bool
	Took   string
}

func (v *view) showDelivery() error {
	id, err := v.uuid()
	if err != nil {
		return err
	}
	v.listen(live.Deliveries)
	detail, err := v.ui.options.Admin.Delivery(v.ctx, id)
	if err != nil {
		return err
	}
	attempts, err := v.ui.options.Admin.Attempts(v.ctx, id)
	if err != nil {
		return err
	}
	data := deliveryPage{
		deliveryRow: v.deliveryRow(&detail), Queue: detail.Queue.String(), Rule: detail.RuleID, ChangeID: detail.ChangeID,
		Moving:    !detail.State.Final(),
		MayRetry:  v.may(webhook.ActionChange, admin.KindDelivery) && detail.State != webhook.Queued && detail.State != webhook.Started,
		MayCancel: v.may(webhook.ActionChange, admin.KindDelivery) && !detail.State.Final(),
		MayDelete: v.may(webhook.ActionDelete, admin.KindDelivery) && detail.State != webhook.Started,
	}
	reason, err := v.verdictReason(&detail)
	if err != nil {
		return err
	}
	if change := detail.Change; change != nil {
		data.User, data.RequestID = change.UserName, change.RequestID.String()
		if v.may(webhook.ActionView, admin.KindChange) {
			data.ChangePath = changePath(change.ID)
		}
		if t := v.ui.options.Inventory.Types().Get(change.ObjectType); t != nil && v.may(webhook.ActionView, change.ObjectType) && change.Event != webhook.Deleted {
			data.ObjectPath = fmt.Sprintf("/%s/%s/%d/", t.AppLabel, t.Plural, change.ObjectID)
		}
	}
	if health, known := v.ui.options.Admin.Health(detail.WebhookID)[detail.WebhookID]; known && !detail.State.Final() {
		data.Probation, data.Probe = health.State == webhook.HealthProbation, health.NextProbe
	}
	data.Steps = timeline(&detail, attempts, reason)
	data.Planned = planned(&detail)
	if n := len(attempts); n > 0 {
		shown := v.viewAttempt(&detail, attempts, n-1)
		data.Newest = &shown
		for i := n - 2; i >= 0; i-- {
			data.Earlier = append(data.Earlier, linkAttempt(&attempts[i]))
		}
	}
	return v.render("delivery", "Delivery "+shortID(id), data)
}

// verdictReason is why the webhook fired for the change; empty when there were no
// conditions, or when that is not known any more.
func (v *view) verdictReason(d *admin.DeliveryDetail) (string, error) {
	if d.Change == nil {
		return "", nil
	}
	change, err := v.ui.options.Admin.Change(v.ctx, d.ChangeID)
	if webhook.CodeOf(err) == webhook.CodeNotFound {
		return "", nil // pruned in between
	}
	for _, verdict := range change.Verdicts {
		if verdict.DeliveryID == d.ID {
			return verdict.Reason, err
		}
	}
	return "", err
}

// shortID is enough of an id to tell it from others on a page.
func shortID(id webhook.UUID) string { return id.String()[:13] + "…" }

func linkAttempt(a *webhook.Attempt) attemptLink {
	return attemptLink{
		Number: a.Number, Path: attemptPath(a.DeliveryID, a.Number), Start: a.Start,
		Result: result(a.Reason, a.Response.Status, 1), Bad: a.Reason != webhook.ReasonNone, Took: shortDuration(a.Timing.Total),
	}
}

func attemptPath(id webhook.UUID, n int) string {
	return fmt.Sprintf("%sattempts/%d/", deliveryPath(id), n)
}

// waited is the time between two moments, if it is long enough to be told.
func waited(from, to time.Time) string {
	if from.IsZero() || to.Sub(from) < time.Millisecond {
		return ""
	}
	return shortDuration(to.Sub(from))
}

// timeline tells the life of a delivery up to now.
func timeline(d *admin.DeliveryDetail, attempts []webhook.Attempt, reason string) []step {
	var steps []step
	last := d.Created
	if d.Change != nil {
		text := isolate(d.Change.ObjectRepr) + " was " + d.Change.Event.String()
		if d.Change.UserName != "" {
			text += " by " + isolate(d.Change.UserName)
		}
		steps = append(steps, step{Class: "done", At: d.Change.Time, Title: "Change recorded", Text: text})
		last = d.Change.Time
	}
	matched := step{Class: "done", At: d.Created, Waited: waited(last, d.Created), Title: "Webhook matched", Text: reason}
	if d.Webhook != nil {
		matched.Title = isolate(d.Webhook.Name) + " matched"
	}
	steps = append(steps, matched)
	last = d.Created
	for i := range attempts {
		a := &attempts[i]
		s := step{
			Class: "done", At: a.Start, Waited: waited(last, a.Start), Took: shortDuration(a.Timing.Total),
			Title: fmt.Sprintf("Attempt %d: %s", a.Number, result(a.Reason, a.Response.Status, 1)), Path: attemptPath(d.ID, a.Number),
		}
		if a.Reason != webhook.ReasonNone {
			s.Class, s.Text = "bad", firstLine(a.Error)
		}
		steps = append(steps, s)
		last = a.Start.Add(a.Timing.Total)
	}
	return append(steps, presentStep(d, last))
}

// presentStep is where the delivery stands.
func presentStep(d *admin.DeliveryDetail, last time.Time) step {
	switch d.State {
	case webhook.Queued:
		return step{Class: "planned", At: d.Due, Title: "Queued", Text: "It waits for its turn."}
	case webhook.Started:
		return step{Class: "planned", Title: "Being sent", Text: "A worker is waiting for the receiver's answer."}
	case webhook.Scheduled:
		next := step{Class: "planned", At: d.Due, Title: fmt.Sprintf("Attempt %d planned", d.Attempts+1)}
		if time.Until(d.Due) < 0 {
			next.Title, next.Text = fmt.Sprintf("Attempt %d due", d.Attempts+1), "It waits for its turn."
		}
		return next
	case webhook.Finished:
		return step{Class: "done", At: d.Ended, Title: "Finished", Text: "The receiver accepted it."}
	case webhook.Failed:
		return step{Class: "bad", At: d.Ended, Waited: waited(last, d.Ended), Title: "Failed", Text: "Bellhop does not try again by itself."}
	}
	return step{Class: "bad", At: d.Ended, Waited: waited(last, d.Ended), Title: "Canceled", Text: "It was stopped by a person, or because its webhook was deleted."}
}

// planned are the attempts after the next one, should all fail.
func planned(d *admin.DeliveryDetail) []plannedAttempt {
	if d.State.Final() || d.Webhook == nil {
		return nil
	}
	next := d.Due
	if now := time.Now(); next.Before(now) {
		next = now
	}
	var list []plannedAttempt
	for i, at := range webhook.RetryTimes(next, d.Spent, d.Webhook.MaxAttempts) {
		list = append(list, plannedAttempt{Number: d.Attempts + 2 + i, At: at})
	}
	return list
}

// firstLine is the beginning of a message that may be long.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return cutText(200, line)
}

// showTask leads from NetBox's page of a background task to the delivery.
func (v *view) showTask() error {
	id, err := v.uuid()
	if err != nil {
		return err
	}
	return v.redirect(deliveryPath(id))
}

func (v *view) retryDelivery() error {
	return v.actOnDelivery("retry", "It is sent as soon as its turn comes.", "It is queued already or being sent.")
}

func (v *view) cancelDelivery() error {
	return v.actOnDelivery("cancel", "It was canceled.", "It has ended already.")
}

// actOnDelivery does one of the bulk actions to the delivery in the path.
func (v *view) actOnDelivery(name, done, passedOver string) error {
	id, err := v.uuid()
	if err != nil {
		return err
	}
	if _, err := v.ui.options.Admin.Delivery(v.ctx, id); err != nil {
		return err
	}
	n, err := bulkActions[name].do(v.ui.options.Admin, v.ctx, v.actor(), store.ByID(id))
	switch {
	case err != nil:
		return err
	case n == 0:
		v.say("warning", passedOver)
	default:
		v.say("success", done)
	}
	return v.redirect(deliveryPath(id))
}

func (v *view) confirmDeliveryDelete() error {
	id, err := v.uuid()
	if err != nil {
		return err
	}
	detail, err := v.ui.options.Admin.Delivery(v.ctx, id)
	if err != nil {
		return err
	}
	page := confirmPage{
		Question: "Delete this delivery?", Submit: "Delete 1 delivery", Cancel: deliveryPath(id), Action: deliveryPath(id) + "delete/",
		Items: []string{detail.ID.String()},
		Facts: []string{"It goes with " + plural(detail.Attempts, "attempt", "attempts") + "."},
	}
	if !detail.State.Final() {
		page.Facts = append(page.Facts, "It was not sent with success yet, and never will be.")
	}
	return v.confirm(page)
}

func (v *view) deleteDelivery() error {
	id, err := v.uuid()
	if err != nil {
		return err
	}
	if _, err := v.ui.options.Admin.Delivery(v.ctx, id); err != nil {
		return err
	}
	n, err := v.ui.options.Admin.DeleteDeliveries(v.ctx, v.actor(), store.ByID(id))
	switch {
	case err != nil:
		return err
	case n == 0:
		v.say("warning", "It is being sent and was not deleted.")
		return v.redirect(deliveryPath(id))
	}
	v.say("success", "Deleted 1 delivery.")
	return v.redirect(deliveriesPath)
}
