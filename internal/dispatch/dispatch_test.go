package dispatch_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"bellhop/internal/dispatch"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

func TestDelivered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.start()
		b.webhook("site", func(wh *webhook.Webhook) { wh.Secret = "secret" })
		id := b.change("site", 5)[0].ID
		time.Sleep(time.Millisecond)
		synctest.Wait()

		got := b.net.requests("site")
		if len(got) != 1 {
			t.Fatalf("%d requests, want 1", len(got))
		}
		var body struct{ Event, Timestamp, Model string }
		if err := json.Unmarshal([]byte(got[0].body), &body); err != nil || body.Event != "updated" || body.Model != "site" {
			t.Errorf("body %s, error %v", got[0].body, err)
		}
		for _, name := range []string{"X-Hook-Signature", "Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"} {
			if got[0].header.Get(name) == "" {
				t.Errorf("no header %s", name)
			}
		}
		d, attempts := b.delivery(id)
		if d.State != webhook.Finished || len(attempts) != 1 || got[0].header.Get("Webhook-Id") != id.String() {
			t.Errorf("%s with %d attempts, webhook-id %s", d.State, len(attempts), got[0].header.Get("Webhook-Id"))
		}
		if string(attempts[0].Request.Body) != got[0].body {
			t.Errorf("recorded body %s, sent %s", attempts[0].Request.Body, got[0].body)
		}
	})
}

// TestRetrySchedule follows one delivery to a receiver that always fails, to its
// end after 17 hours and a half.
func TestRetrySchedule(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) { return 503, nil, nil }
		b.start()
		b.webhook("site")
		id := b.change("site", 1)[0].ID
		time.Sleep(24 * time.Hour)
		synctest.Wait()

		got := b.net.requests("site")
		steps := []time.Duration{5 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour}
		if len(got) != len(steps)+1 {
			t.Fatalf("%d requests, want %d", len(got), len(steps)+1)
		}
		for i, step := range steps {
			// The bench's random number is the middle of the jitter.
			if wait := got[i+1].at.Sub(got[i].at); wait < step || wait > step+time.Millisecond {
				t.Errorf("wait %d is %v, want %v", i+1, wait, step)
			}
		}
		d, attempts := b.delivery(id)
		if d.State != webhook.Failed || len(attempts) != 8 || d.Reason != webhook.ReasonStatus5xx {
			t.Errorf("%s after %d attempts, reason %s", d.State, len(attempts), d.Reason)
		}
	})
}

func TestNoRetry(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		change func(*webhook.Webhook)
		want   webhook.Reason
		sent   int
	}{
		"gone":            {410, func(*webhook.Webhook) {}, webhook.ReasonGone, 1},
		"render error":    {200, func(wh *webhook.Webhook) { wh.BodyTemplate = "{{ 1 / 0 }}" }, webhook.ReasonRender, 0},
		"broken template": {200, func(wh *webhook.Webhook) { wh.BodyTemplate = "{{ 1" }, webhook.ReasonRender, 0},
		"one attempt":     {500, func(wh *webhook.Webhook) { wh.MaxAttempts = 1 }, webhook.ReasonStatus5xx, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := setup(t)
				defer b.finish()
				b.net.answer = func(*http.Request) (int, http.Header, error) { return c.status, nil, nil }
				b.start()
				b.webhook("site", c.change)
				id := b.change("site", 1)[0].ID
				time.Sleep(time.Hour)
				synctest.Wait()
				d, attempts := b.delivery(id)
				if d.State != webhook.Failed || len(attempts) != 1 || d.Reason != c.want || len(b.net.requests("site")) != c.sent {
					t.Errorf("%s (%s) after %d attempts", d.State, d.Reason, len(attempts))
				}
			})
		})
	}
}

// TestMendedTemplate checks that a retry uses the webhook as it is then.
func TestMendedTemplate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) { return 500, nil, nil }
		b.start()
		wh := b.webhook("site", func(wh *webhook.Webhook) { wh.BodyTemplate = "old" })
		id := b.change("site", 1)[0].ID
		time.Sleep(time.Second)
		wh.BodyTemplate = "new"
		if err := b.store.Update(t.Context(), func(tx store.Tx) error { return tx.Webhooks().Update(&wh) }); err != nil {
			t.Fatal(err)
		}
		b.reload()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		got := b.net.requests("site")
		if len(got) != 2 || got[0].body != "old" || got[1].body != "new" {
			t.Errorf("bodies %v", got)
		}
		if _, attempts := b.delivery(id); attempts[0].WebhookRevision != 1 || attempts[1].WebhookRevision != 2 {
			t.Errorf("revisions %d, %d", attempts[0].WebhookRevision, attempts[1].WebhookRevision)
		}
	})
}

func TestRequeueAndCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.net.answer = hang
		b.start()
		b.webhook("site", func(wh *webhook.Webhook) { wh.Concurrency = 1; wh.Timeout = 300 })
		running, waiting := b.change("site", 1)[0], b.change("site", 2)[0]
		time.Sleep(time.Second)
		move := func(fn func(store.Tx) ([]webhook.Delivery, error)) (list []webhook.Delivery) {
			err := b.store.Update(t.Context(), func(tx store.Tx) (err error) {
				list, err = fn(tx)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		b.Canceled(move(func(tx store.Tx) ([]webhook.Delivery, error) { return tx.Cancel(nil, time.Now(), 10) }))
		time.Sleep(time.Second)
		synctest.Wait()
		d, attempts := b.delivery(running.ID)
		if d.State != webhook.Canceled || len(attempts) > 1 {
			t.Errorf("the running one: %s, %d attempts", d.State, len(attempts))
		}
		if d, attempts := b.delivery(waiting.ID); d.State != webhook.Canceled || len(attempts) != 0 {
			t.Errorf("the waiting one: %s, %d attempts", d.State, len(attempts))
		}
		b.net.mu.Lock()
		b.net.answer = nil
		b.net.mu.Unlock()
		b.Requeued(move(func(tx store.Tx) ([]webhook.Delivery, error) { return tx.Requeue(nil, time.Now(), 10) }))
		time.Sleep(time.Second)
		synctest.Wait()
		if states := b.states(); states[webhook.Finished] != 2 {
			t.Errorf("after the retry: %v", states)
		}
	})
}

// TestDeletedWebhook checks that what waits for a deleted webhook is canceled.
func TestDeletedWebhook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) { return 500, nil, nil }
		b.start()
		wh := b.webhook("site")
		id := b.change("site", 1)[0].ID
		time.Sleep(time.Second)
		if err := b.store.Update(t.Context(), func(tx store.Tx) error { return tx.Webhooks().Delete(wh.ID) }); err != nil {
			t.Fatal(err)
		}
		b.reload()
		time.Sleep(time.Minute)
		synctest.Wait()
		if d, _ := b.delivery(id); d.State != webhook.Canceled {
			t.Errorf("state %s, want canceled", d.State)
		}
	})
}

// TestDisabledWebhook checks that a disabled webhook keeps what waits, and sends
// it when it is enabled again.
func TestDisabledWebhook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		wh := b.webhook("site")
		b.change("site", 1)
		set := func(enabled bool) {
			wh.Enabled = enabled
			if err := b.store.Update(t.Context(), func(tx store.Tx) error { return tx.Webhooks().Update(&wh) }); err != nil {
				t.Fatal(err)
			}
			b.reload()
		}
		set(false)
		b.start()
		time.Sleep(time.Hour)
		if n := len(b.net.requests("site")); n != 0 {
			t.Fatalf("%d requests of a disabled webhook", n)
		}
		set(true)
		time.Sleep(time.Second)
		synctest.Wait()
		if n := len(b.net.requests("site")); n != 1 {
			t.Errorf("%d requests after it was enabled, want 1", n)
		}
	})
}

func TestDrain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		takes time.Duration
		cut   bool
		want  webhook.State
	}{
		"requests in flight finish": {5 * time.Second, false, webhook.Finished},
		"or are cut":                {time.Hour, true, webhook.Queued},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := setup(t)
				defer b.finish()
				b.net.answer = func(r *http.Request) (int, http.Header, error) {
					select {
					case <-time.After(c.takes):
						return 200, nil, nil
					case <-r.Context().Done():
						return 0, nil, r.Context().Err()
					}
				}
				b.start()
				b.webhook("site", func(wh *webhook.Webhook) { wh.Concurrency, wh.Timeout = 1, 300 })
				first, second := b.change("site", 1)[0].ID, b.change("site", 2)[0].ID
				time.Sleep(time.Second)
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				if err := b.Stop(ctx); (err != nil) != c.cut {
					t.Errorf("stop: %v", err)
				}
				if d, _ := b.delivery(first); d.State != c.want || d.Spent != 0 && c.cut {
					t.Errorf("in flight: %s with %d attempts spent, want %s", d.State, d.Spent, c.want)
				}
				if d, attempts := b.delivery(second); d.State != webhook.Queued || len(attempts) != 0 {
					t.Errorf("waiting: %s, %d attempts; nothing new may be taken", d.State, len(attempts))
				}
			})
		})
	}
}

func TestRetention(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, func(o *dispatch.Options) {
			o.Retention = dispatch.Retention{Deliveries: 24 * time.Hour, Changes: 48 * time.Hour}
		})
		defer b.finish()
		b.start()
		b.webhook("site")
		for i := range 450 {
			b.change("site", int64(i))
		}
		time.Sleep(25 * time.Hour)
		if states := b.states(); len(states) != 0 {
			t.Errorf("after a day: %v", states)
		}
		time.Sleep(25 * time.Hour)
		synctest.Wait()
		err := b.store.View(t.Context(), func(tx store.Tx) error {
			page, err := tx.Changes(store.Query{})
			if page.Count > 1 {
				t.Errorf("after two days %d changes are left", page.Count)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
