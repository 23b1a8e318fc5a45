package app_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"bellhop/internal/receiver"
	"bellhop/internal/webhook"
)

// People are warned of a receiver that keeps failing when half, nine tenths and all
// of a delivery's attempts are used up: in the log, in the metrics, in the REST API
// and on the pages. Three webhooks reach one level each with few attempts.
func TestWarningsAreEverywhere(t *testing.T) {
	t.Parallel()
	var log lockedBuffer
	p := params(t)
	p.Log = slog.New(slog.NewTextHandler(io.MultiWriter(&log, t.Output()), nil))
	p.Options.Server.AdminToken = adminToken
	a := start(t, p)
	site := newVisitor(t, a.URL())
	site.rest("POST", "/api/users/users/", `{"username": "ann", "password": "`+loginPassword+`", "is_superuser": true}`, http.StatusCreated)
	site.signIn("ann", loginPassword)
	dead := serve(t, receiver.Options{Status: http.StatusServiceUnavailable, Handle: func(*receiver.Request) {}})
	levels := []struct{ attempts, usedUp int }{{1, 100}, {3, 90}, {4, 50}} // the last two after two attempts
	for _, level := range levels {
		addWebhook(t, a.Backend, dead, func(wh *webhook.Webhook) {
			wh.Name, wh.MaxAttempts = fmt.Sprintf("level %d", level.usedUp), level.attempts
		})
	}
	addSite(t, a.Backend, "berlin")

	health := func(id int) string {
		return site.rest("GET", fmt.Sprintf("/api/extras/webhooks/%d/", id), "", http.StatusOK)
	}
	until := time.Now().Add(30 * time.Second) // the second attempt comes after 5
	for i, level := range levels {
		for !strings.Contains(health(i+1), fmt.Sprintf(`"used_up":%d`, level.usedUp)) {
			if time.Now().After(until) {
				t.Fatalf("no warning of level %d", level.usedUp)
			}
		}
	}
	metrics := site.rest("GET", "/metrics", "", http.StatusOK)
	overview := site.rest("GET", "/", "", http.StatusOK)
	for i, level := range levels {
		shown := fmt.Sprintf("%d %%", level.usedUp)
		if level.usedUp == 100 {
			shown = "all"
		}
		if line := fmt.Sprintf(`name="level %d"`, level.usedUp); !strings.Contains(log.String(), line) {
			t.Errorf("level %d: not in the log", level.usedUp)
		}
		if line := fmt.Sprintf(`used_up=%d`, level.usedUp); !strings.Contains(log.String(), line) {
			t.Errorf("the log does not say %q", line)
		}
		if line := fmt.Sprintf("bellhop_warnings_total{used_up=\"%d\"} ", level.usedUp); !strings.Contains(metrics, line) || strings.Contains(metrics, line+"0") {
			t.Errorf("the metrics do not count level %d", level.usedUp)
		}
		if !strings.Contains(overview, " "+shown+"</span>") {
			t.Errorf("the overview does not show %q", shown)
		}
		own := site.rest("GET", fmt.Sprintf("/extras/webhooks/%d/", i+1), "", http.StatusOK)
		if _, text, _ := strings.Cut(own, "Retries used up</dt>"); !strings.Contains(text, " "+shown+"</span>") {
			t.Errorf("the webhook's page does not show %q", shown)
		}
	}
}
