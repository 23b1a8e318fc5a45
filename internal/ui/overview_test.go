package ui_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/ui"
	"bellhop/internal/webhook"
)

func TestOverviewOfNewInstallation(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	ann := s.signIn(t, "ann")
	ann.get(t, "/").shows(t, "Three steps to the first delivery", "Add a webhook", "bellhop receiver",
		s.URL()+"/api/dcim/sites/", "Nothing in this time.", "Age of the oldest", "No webhook yet, so there is nothing to watch.")
	s.addWebhook(t, "hook", nil)
	page := ann.get(t, "/")
	page.shows(t, `<li class="done"><b>Make a webhook</b>`)
	if strings.Contains(page.body, `<li class="done"><b>Change something</b>`) {
		t.Error("nothing was changed, but the step is done")
	}
}

// The numbers are compared with those of the time before.
func TestOverviewComparesWithBefore(t *testing.T) {
	t.Parallel()
	attempts := func(finished, failed int, took time.Duration) (s webhook.Statistics) {
		for range finished {
			s.Count(webhook.Finished, took)
		}
		for range failed {
			s.Count(webhook.Failed, took)
		}
		return s
	}
	for name, c := range map[string]struct {
		before                      webhook.Statistics
		delivered, success, latency string
	}{
		"nothing": {webhook.Statistics{}, "none in the hour before", "9 of 10 attempts", " or less"},
		"better":  {attempts(2, 2, time.Second), "▲ 5 times the hour before", ", ▲ 50.0 % in the hour before", " ms in the hour before"},
		"worse":   {attempts(18, 0, 50*time.Millisecond), "▼ 50.0 % on the hour before", ", ▼ 100.0 % in the hour before", " ms in the hour before"},
		"same":    {attempts(9, 1, 100*time.Millisecond), "as in the hour before", ", as in the hour before", ", as in the hour before"},
	} {
		s := admin.Statistics{Range: admin.Hour, Total: attempts(9, 1, 100*time.Millisecond), Before: c.before}
		notes := ui.FigureNotes(&s)
		for i, want := range []string{c.delivered, c.success, c.latency} {
			if !strings.HasSuffix(notes[i], want) {
				t.Errorf("%s: %q, want %q at the end", name, notes[i], want)
			}
		}
		if slower, faster := strings.Contains(notes[2], "▲"), strings.Contains(notes[2], "▼"); slower != (name == "worse") || faster != (name == "better") {
			t.Errorf("%s: latency %q", name, notes[2])
		}
	}
}

func TestOverviewRangesAreLinks(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	ann := s.signIn(t, "ann")
	for _, r := range admin.Ranges {
		ann.get(t, "/?range="+r.Name).shows(t, `href="/?range=`+r.Name+`" aria-current="true"`, `hx-get="/?range=`+r.Name+`"`)
	}
	ann.get(t, "/?range=nonsense").shows(t, `href="/?range=1h" aria-current="true"`)
}

// Somebody who may not see deliveries sees no numbers and hears no news.
func TestOverviewRespectsPermissions(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "bob", false, "dcim.view_site")
	s.addUser(t, "cat", false, "extras.view_delivery")
	bob, cat := s.signIn(t, "bob"), s.signIn(t, "cat")
	page := bob.get(t, "/")
	page.shows(t, "You may not view deliveries")
	for _, unwanted := range []string{"Success rate", "Three steps", "hx-sse:connect"} {
		if strings.Contains(page.body, unwanted) {
			t.Errorf("the page has %q", unwanted)
		}
	}
	cat.get(t, "/").shows(t, "Success rate", `hx-sse:connect="/live/?topics=overview&amp;since=`)
	bob.get(t, "/live/?topics=overview").is(t, http.StatusForbidden)
	cat.get(t, "/live/?topics=overview,webhooks").is(t, http.StatusForbidden)
	cat.get(t, "/live/?topics=nonsense").is(t, http.StatusUnprocessableEntity)
	s.anonymous(t).get(t, "/live/?topics=overview").redirects(t, "/login/?next=%2Flive%2F%3Ftopics%3Doverview")
}

// A webhook's page shows its own attempts, to those who may see deliveries.
func TestWebhookActivity(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "bob", false, "extras.view_webhook")
	s.addUser(t, "cat", false, "extras.view_webhook", "extras.view_delivery")
	wh := s.addWebhook(t, "hook", nil)
	path := fmt.Sprintf("/extras/webhooks/%d/", wh.ID)
	if page := s.signIn(t, "bob").get(t, path); strings.Contains(page.body, "Attempts by outcome") || strings.Contains(page.body, "/live/") {
		t.Error("somebody who may not see deliveries sees charts")
	}
	s.signIn(t, "cat").get(t, path+"?range=7d").shows(t, "Attempts by outcome", "Latency of attempts",
		fmt.Sprintf(`href="%s?range=7d" aria-current="true"`, path), `/live/?topics=deliveries&amp;since=`)
}

// The stream tells of a change at once, and stopping the server ends it.
func TestLiveStreamTellsOfChanges(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+"/live/?topics=changes,webhooks", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := s.signIn(t, "ann").client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(response.Body); scanner.Scan(); {
			if text := scanner.Text(); text != "" && !strings.HasPrefix(text, "id: ") {
				lines <- text
			}
		}
	}()
	expect := func(want string) {
		t.Helper()
		select {
		case got := <-lines:
			if got != want {
				t.Fatalf("got %q, want %q", got, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("no %q", want)
		}
	}
	expect(": listening")
	// No version was given, so everything is news at first.
	for _, line := range []string{"event: live-changes", "data:", "event: live-webhooks", "data:"} {
		expect(line)
	}
	s.addObject(t, "dcim.site", `{"name": "AMS1", "slug": "ams1"}`)
	expect("event: live-changes")
	expect("data:")
	s.addWebhook(t, "hook", nil)
	expect("event: live-webhooks")
	expect("data:")
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
	if line, open := <-lines; open {
		t.Errorf("after the stop: %q", line)
	}
}
