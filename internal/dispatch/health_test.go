package dispatch_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellhop/internal/dispatch"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// alarm collects warnings.
type alarm struct {
	mu   sync.Mutex
	list []dispatch.Warning
}

func (a *alarm) hear(w dispatch.Warning) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = append(a.list, w)
}

// levels are the warnings' in order.
func (a *alarm) levels() []int {
	a.mu.Lock()
	defer a.mu.Unlock()
	var list []int
	for _, w := range a.list {
		list = append(list, w.UsedUp)
	}
	return list
}

// TestHealth follows a receiver through its states: never asked, well, failing,
// on probation, well again.
func TestHealth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		defer b.finish()
		var down atomic.Bool
		b.net.answer = func(*http.Request) (int, http.Header, error) {
			if down.Load() {
				return 0, nil, io.ErrUnexpectedEOF
			}
			return 200, nil, nil
		}
		b.start()
		wh := b.webhook("site")
		health := func() webhook.Health {
			time.Sleep(time.Millisecond)
			synctest.Wait()
			return b.Health(wh.ID)[wh.ID]
		}
		if h := health(); h.State != webhook.HealthUnknown || !h.Since.IsZero() {
			t.Errorf("before anything was sent: %+v", h)
		}
		well := time.Now()
		b.change("site", 1)
		if h := health(); h.State != webhook.HealthOK || !h.Since.Equal(well) || !h.LastSuccess.Equal(well) {
			t.Errorf("after a success: %+v", h)
		}
		time.Sleep(time.Hour)
		down.Store(true)
		failed := time.Now()
		b.change("site", 2)
		if h := health(); h.State != webhook.HealthFailing || h.Failures != 1 || !h.Since.Equal(failed) || h.Reason != webhook.ReasonConnect ||
			!h.LastSuccess.Equal(well) || !h.LastFailure.Equal(failed) || !h.GivesUp.Equal(failed.Add(17*time.Hour+36*time.Minute+5*time.Second)) {
			t.Errorf("after a failure: %+v", h)
		}
		for i := range 20 {
			b.change("site", int64(i))
		}
		h := health()
		if h.State != webhook.HealthProbation || !h.Since.Equal(failed) || h.Failures < 10 || !h.NextProbe.After(time.Now()) {
			t.Errorf("after 21 failures: %+v", h)
		}
		down.Store(false)
		time.Sleep(2 * time.Minute)
		if h := health(); h.State != webhook.HealthOK || h.Failures != 0 || h.Reason != webhook.ReasonNone || !h.Since.After(failed) {
			t.Errorf("after it came back: %+v", h)
		}
	})
}

// TestWarnings checks that people are warned when half of a delivery's attempts,
// nine tenths, and all are used up, once each until the receiver succeeds.
func TestWarnings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*webhook.Webhook)
		status int
		want   []int
		// when the first warnings come after the change
		after []time.Duration
	}{
		"eight attempts": {func(*webhook.Webhook) {}, 404, []int{50, 90, 100}, []time.Duration{
			// the fourth, seventh and eighth attempt
			6*time.Minute + 5*time.Second, 7*time.Hour + 36*time.Minute + 5*time.Second, 17*time.Hour + 36*time.Minute + 5*time.Second,
		}},
		"two attempts": {func(wh *webhook.Webhook) { wh.MaxAttempts = 2 }, 404, []int{90, 100}, nil},
		"one attempt":  {func(wh *webhook.Webhook) { wh.MaxAttempts = 1 }, 404, []int{100}, nil},
		"no retry":     {func(*webhook.Webhook) {}, 410, []int{100}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var heard alarm
				b := setup(t, func(o *dispatch.Options) { o.Warned = heard.hear })
				defer b.finish()
				var at []time.Duration
				var began time.Time
				b.net.answer = func(*http.Request) (int, http.Header, error) {
					at = append(at, time.Since(began))
					return c.status, nil, nil
				}
				b.start()
				wh := b.webhook("site", c.change)
				began = time.Now()
				id := b.change("site", 1)[0].ID
				time.Sleep(24 * time.Hour)
				synctest.Wait()
				if diff := cmp.Diff(c.want, heard.levels()); diff != "" {
					t.Errorf("warnings: (-want +got)\n%s", diff)
				}
				last := heard.list[len(heard.list)-1]
				if last.WebhookID != wh.ID || last.Delivery != id || last.Failing.IsZero() {
					t.Errorf("last warning %+v", last)
				}
				if c.after != nil {
					for i, n := range []int{3, 6, 7} {
						if at[n].Round(time.Second) != c.after[i] {
							t.Errorf("attempt %d after %v, want %v", n+1, at[n], c.after[i])
						}
					}
				}
				if h := b.Health(wh.ID)[wh.ID]; h.UsedUp != 100 {
					t.Errorf("health says %d %% used up", h.UsedUp)
				}
			})
		})
	}
}

// TestWarningsOnProbation checks the same for a receiver that is dead for a day,
// where deliveries use up time instead of attempts: with 100 deliveries there are
// three warnings, not 300.
func TestWarningsOnProbation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var heard alarm
		b := setup(t, func(o *dispatch.Options) { o.Warned = heard.hear })
		defer b.finish()
		b.net.answer = func(*http.Request) (int, http.Header, error) { return 0, nil, io.ErrUnexpectedEOF }
		b.start()
		b.webhook("site")
		for i := range 100 {
			b.change("site", int64(i))
		}
		for _, step := range []struct {
			sleep time.Duration
			want  []int
		}{
			{8 * time.Hour, nil},
			{2 * time.Hour, []int{50}},
			{5 * time.Hour, []int{50}},
			{90 * time.Minute, []int{50, 90}},
			{8 * time.Hour, []int{50, 90, 100}},
		} {
			time.Sleep(step.sleep)
			synctest.Wait()
			if got := heard.levels(); !slices.Equal(got, step.want) {
				t.Fatalf("warnings %v, want %v", got, step.want)
			}
		}
	})
}

// TestWarningsAreRepeatedAfterSuccess checks that what was warned about once is
// warned about again when the receiver had recovered in between.
func TestWarningsAreRepeatedAfterSuccess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var heard alarm
		b := setup(t, func(o *dispatch.Options) { o.Warned = heard.hear })
		defer b.finish()
		var status atomic.Int32
		b.net.answer = func(*http.Request) (int, http.Header, error) { return int(status.Load()), nil, nil }
		b.start()
		b.webhook("site")
		for _, s := range []int32{410, 410, 200, 410} {
			status.Store(s)
			b.change("site", 1)
			time.Sleep(time.Second)
			synctest.Wait()
		}
		if got := heard.levels(); !slices.Equal(got, []int{100, 100}) {
			t.Errorf("warnings %v, want one before and one after the success", got)
		}
	})
}

// TestHopelessWebhookIsDisabled checks that a webhook is disabled when its
// receiver has only failed for the time that is set, over a restart too, and that
// one with a success in between is not.
func TestHopelessWebhookIsDisabled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		disabled := make(map[int64]time.Time)
		var b *bench
		options := func(o *dispatch.Options) {
			o.DisableAfter = 24 * time.Hour
			o.Disable = func(ctx context.Context, id int64, failing time.Time) error {
				disabled[id] = failing
				return b.store.Update(ctx, func(tx store.Tx) error {
					wh, err := tx.Webhooks().Get(id)
					wh.Enabled = false
					return errors.Join(err, tx.Webhooks().Update(&wh))
				})
			}
		}
		b = setup(t, options)
		defer func() { b.finish() }()
		var n atomic.Int32
		b.net.answer = func(r *http.Request) (int, http.Header, error) {
			if r.URL.Host == "unsteady" && n.Add(1)%20 == 0 {
				return 200, nil, nil
			}
			return 500, nil, nil
		}
		b.start()
		dead, unsteady := b.webhook("dead"), b.webhook("unsteady")
		began := time.Now()
		day := func(hours int) {
			for range hours {
				b.change("dead", 1)
				b.change("unsteady", 1)
				time.Sleep(time.Hour)
			}
			synctest.Wait()
		}
		day(12)
		b.restart(options)
		day(11)
		if len(disabled) != 0 {
			t.Fatalf("after 23 h disabled: %v", disabled)
		}
		day(2)
		if since, ok := disabled[dead.ID]; !ok || since.Sub(began).Abs() > time.Second {
			t.Errorf("after 25 h disabled: %v, want the dead one, failing since %v", disabled, began)
		}
		if _, ok := disabled[unsteady.ID]; ok {
			t.Error("the unsteady one was disabled, too")
		}
	})
}
