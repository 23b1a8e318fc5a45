package ui_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// receiver answers what the test wants.
type receiver struct {
	*httptest.Server
	status atomic.Int64
	body   atomic.Value // string
	header http.Header
}

func startReceiver(t *testing.T, status int) *receiver {
	t.Helper()
	r := &receiver{header: http.Header{}}
	r.status.Store(int64(status))
	r.body.Store("ok")
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), r.header)
		w.WriteHeader(int(r.status.Load()))
		_, _ = w.Write([]byte(r.body.Load().(string)))
	}))
	t.Cleanup(r.Close)
	return r
}

// addWebhookTo makes a webhook for sites that sends to a URL.
func (s *site) addWebhookTo(t *testing.T, name, payloadURL string, edit func(*webhook.Webhook)) webhook.Webhook {
	t.Helper()
	return s.addWebhook(t, name, func(wh *webhook.Webhook) {
		wh.PayloadURL = payloadURL
		if edit != nil {
			edit(wh)
		}
	})
}

// addSite makes a site, which fires webhooks.
func (s *site) addSite(t *testing.T, name, slug string) {
	t.Helper()
	s.addObject(t, "dcim.site", fmt.Sprintf(`{"name": %q, "slug": %q, "status": "active"}`, name, slug))
}

// deliveries waits until as many deliveries have a state as are wanted, and
// returns them, the newest first.
func (s *site) deliveries(t *testing.T, state webhook.State, n int) []admin.DeliveryDetail {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		page, err := s.Admin.Deliveries(ctx, store.Query{
			Where: store.Compare{Path: "state", Op: store.Eq, Value: state.String()}, Order: []store.Order{{Path: "id", Desc: true}}, Limit: 100,
		})
		if err != nil {
			t.Fatalf("waiting for %d deliveries that are %s: %v", n, state, err)
		}
		if len(page.Items) == n {
			return page.Items
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// path is the page of a delivery.
func path(d *admin.DeliveryDetail) string { return "/extras/deliveries/" + d.ID.String() + "/" }

var (
	mayView   = webhook.Permission("extras.view_delivery")
	mayChange = webhook.Permission("extras.change_delivery")
	mayDelete = webhook.Permission("extras.delete_delivery")
)

// A delivery that failed for good is looked into, mended and retried, without
// scripts.
func TestFailedDeliveryIsMended(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	r := startReceiver(t, http.StatusGone)
	r.header.Set("Set-Cookie", "session=secret-of-the-receiver")
	r.body.Store(`{"detail": "no <b>such</b> thing", "n": 12345678901234567890}`)
	wh := s.addWebhookTo(t, "Mirror", r.URL+"/in", func(wh *webhook.Webhook) {
		wh.Secret, wh.AdditionalHeaders = "hidden-secret", "Authorization: Bearer hidden-token\nX-Site: {{ data.name }}"
	})
	s.addSite(t, "Köln", "koeln")
	d := &s.deliveries(t, webhook.Failed, 1)[0]
	b := s.signIn(t, "ann")
	b.get(t, "/extras/deliveries/").shows(t, `<h1 class="page-title">Deliveries</h1>`, path(d), "Köln", "Mirror", "410 gone", "1 of 8")
	page := b.get(t, path(d))
	page.shows(t, "Köln was created by ann", "Mirror matched", "Attempt 1: 410 gone", "Bellhop does not try again by itself.",
		"The receiver wants no more of this", "What to do:", "POST "+r.URL+"/in",
		`<span class="header-name">Authorization:</span> <span class="masked">not kept</span>`,
		`<span class="header-name">X-Site:</span> Köln`, "410 Gone", "12345678901234567890", "no &lt;b&gt;such&lt;/b&gt; thing",
		"with the secret that the webhook has now", `printf %s &#34;$SECRET&#34;`, "Waiting for the answer", "Retry now")
	for _, secret := range []string{"hidden-secret", "hidden-token", "secret-of-the-receiver"} {
		if strings.Contains(page.body, secret) {
			t.Errorf("the page shows %q", secret)
		}
	}
	r.status.Store(http.StatusOK)
	b.post(t, path(d)+"retry/", nil).redirects(t, path(d))
	s.deliveries(t, webhook.Finished, 1)
	b.get(t, path(d)).shows(t, "Attempt 2: 200", "The receiver accepted it", "Earlier attempts", `attempts/1/`)

	// What differs between the attempts is the moment, and later the template.
	b.get(t, path(d)+"attempts/2/?with=1").shows(t, "Attempt 1 compared with Attempt 2", "Nothing differs but what differs with every attempt.")
	_, err := s.Admin.Webhooks.Update(t.Context(), admin.System(webhook.UUID{3}), []admin.Edit[webhook.Webhook]{{ID: wh.ID, Apply: func(wh *webhook.Webhook) error {
		wh.BodyTemplate, wh.AdditionalHeaders = `{"site": "{{ data.name }}"}`, "X-Place: {{ data.name }}"
		return nil
	}}})
	if err != nil {
		t.Fatal(err)
	}
	compared := b.do(t, http.MethodGet, path(d)+"attempts/2/?with=now", nil, http.Header{
		"HX-Request": {"true"}, "HX-Request-Type": {"partial"}, "HX-Target": {"section#comparison"},
	})
	compared.shows(t, "compared with what would be sent now", "X-Place", `diff-added`, `+   &#34;site&#34;: &#34;Köln&#34;`, "both masked, nobody can tell")
	b.get(t, path(d)).shows(t, "by now it is 2")
	if strings.Contains(compared.body, "<html") {
		t.Errorf("not only the comparison:\n%s", compared.body)
	}
	b.get(t, path(d)+"attempts/3/").is(t, http.StatusNotFound)
	b.get(t, path(d)+"attempts/2/?with=9").is(t, http.StatusNotFound)

	download := b.get(t, path(d)+"attempts/1/response-body/")
	if download.body != r.body.Load() || download.header.Get("Content-Type") != "application/octet-stream" ||
		!strings.HasPrefix(download.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("download: %v\n%s", download.header, download.body)
	}
	if sent := b.get(t, path(d)+"attempts/1/request-body/").body; !strings.HasPrefix(sent, `{"event": "created"`) {
		t.Errorf("request body: %s", sent)
	}
	b.get(t, path(d)+"delete/").shows(t, "Delete this delivery?", "It goes with 2 attempts.")
	b.post(t, path(d)+"delete/", nil).redirects(t, "/extras/deliveries/")
	b.get(t, path(d)).is(t, http.StatusNotFound)
}

// A template that does not work says so, and what would be sent now tells whether
// it is mended.
func TestTemplateErrorIsExplained(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	r := startReceiver(t, http.StatusOK)
	s.addWebhookTo(t, "Broken", r.URL, func(wh *webhook.Webhook) { wh.BodyTemplate = "{{ data.nothing.more }}" })
	s.addSite(t, "Site", "site")
	d := &s.deliveries(t, webhook.Failed, 1)[0]
	b := s.signIn(t, "ann")
	b.get(t, path(d)).shows(t, "The request could not be made", "Mend the template with the preview", "Nothing was sent.", "template error")
	b.get(t, path(d)+"attempts/1/?with=now").shows(t, "alert-warning")
}

func TestBulkActions(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	r := startReceiver(t, http.StatusGone)
	wh := s.addWebhookTo(t, "One", r.URL, nil)
	s.addWebhookTo(t, "Two", r.URL, nil)
	for i := range 3 {
		s.addSite(t, fmt.Sprintf("Site %d", i), fmt.Sprintf("site-%d", i))
	}
	list := s.deliveries(t, webhook.Failed, 6)
	b := s.signIn(t, "ann")
	filter := fmt.Sprintf("state=failed&webhook=%d", wh.ID)
	b.get(t, "/extras/deliveries/?"+filter).shows(t, `name="query" value="state=failed&amp;webhook=1"`)

	// Ticked rows are retried at once; nothing selected is said.
	r.status.Store(http.StatusOK)
	b.post(t, "/extras/deliveries/bulk/", url.Values{"action": {"retry"}}).is(t, http.StatusUnprocessableEntity, "Nothing was selected.")
	b.post(t, "/extras/deliveries/bulk/", url.Values{"action": {"retry"}, "id": {list[0].ID.String()}, "query": {filter}}).
		redirects(t, "/extras/deliveries/?"+filter)
	b.get(t, "/extras/deliveries/").shows(t, "Retried 1 delivery.")
	s.deliveries(t, webhook.Finished, 1)

	// All that match are counted first; what fails afterwards is not meant.
	r.status.Store(http.StatusGone)
	asked := b.post(t, "/extras/deliveries/bulk/", url.Values{"action": {"retry"}, "all": {"1"}, "query": {"state=failed"}})
	asked.shows(t, "Retry 5 deliveries?", "Retry 5 deliveries</button>", `name="newest"`, "Site 0 created → One")
	newest := list[1].ID.String()
	s.addSite(t, "Later", "later")
	s.deliveries(t, webhook.Failed, 7)
	r.status.Store(http.StatusOK)
	b.post(t, "/extras/deliveries/bulk/", url.Values{
		"action": {"retry"}, "all": {"1"}, "query": {"state=failed"}, "newest": {newest}, "confirm": {"1"},
	}).redirects(t, "/extras/deliveries/?state=failed")
	b.get(t, "/extras/deliveries/").shows(t, "Retried 5 deliveries.")
	s.deliveries(t, webhook.Finished, 6)
	s.deliveries(t, webhook.Failed, 2)

	b.post(t, "/extras/deliveries/bulk/", url.Values{"action": {"cancel"}, "id": {list[0].ID.String()}}).redirects(t, "/extras/deliveries/")
	b.get(t, "/extras/deliveries/").shows(t, "None of them can be canceled in its present state.")

	// Deleting asks even for ticked rows.
	b.post(t, "/core/background-tasks/bulk/", url.Values{"action": {"delete"}, "id": {list[0].ID.String(), list[1].ID.String()}}).
		shows(t, "Delete 2 background tasks?", `action="/core/background-tasks/bulk/"`)
	b.post(t, "/core/background-tasks/bulk/", url.Values{
		"action": {"delete"}, "id": {list[0].ID.String(), list[1].ID.String()}, "confirm": {"1"},
	}).redirects(t, "/core/background-tasks/")
	s.deliveries(t, webhook.Finished, 4)
	b.post(t, "/extras/deliveries/bulk/", url.Values{"action": {"explode"}, "id": {newest}}).is(t, http.StatusUnprocessableEntity)
	b.post(t, "/extras/deliveries/bulk/", url.Values{"action": {"retry"}, "id": {"1"}}).is(t, http.StatusUnprocessableEntity)
}

// A selection goes into a file with a document on each line, and all that match too;
// who may only look may have it.
func TestDeliveriesAreExported(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "viewer", false, mayView)
	s.addUser(t, "nobody", false)
	good, bad := startReceiver(t, http.StatusOK), startReceiver(t, http.StatusGone)
	s.addWebhookTo(t, "Good", good.URL, nil)
	s.addWebhookTo(t, "Bad", bad.URL, nil)
	s.addSite(t, "AMS \"1\"", "ams1")
	s.addSite(t, "AMS2", "ams2")
	finished, failed := s.deliveries(t, webhook.Finished, 2), s.deliveries(t, webhook.Failed, 2)
	b := s.signIn(t, "viewer")
	const path = "/extras/deliveries/bulk/"
	lines := func(form url.Values) (list []map[string]any) {
		t.Helper()
		form.Set("action", "export")
		file := b.post(t, path, form)
		file.is(t, http.StatusOK)
		if got := file.header.Get("Content-Type"); got != "application/x-ndjson" || !strings.Contains(file.header.Get("Content-Disposition"), ".ndjson") {
			t.Errorf("content type %q", got)
		}
		for line := range strings.Lines(file.body) {
			var document map[string]any
			if err := json.Unmarshal([]byte(line), &document); err != nil {
				t.Errorf("line %q: %v", line, err)
			}
			list = append(list, document)
		}
		return list
	}
	got := lines(url.Values{"id": {failed[1].ID.String()}})
	if len(got) != 1 || got[0]["id"] != failed[1].ID.String() || got[0]["state"] != "failed" || got[0]["reason"] != "gone" ||
		got[0]["status_code"] != 410.0 || got[0]["object_repr"] != `AMS "1"` || got[0]["attempts"] != 1.0 {
		t.Errorf("one: %v", got)
	}
	got = lines(url.Values{"all": {"all"}, "query": {"state=finished"}})
	if len(got) != 2 || got[0]["id"] != finished[0].ID.String() || got[1]["id"] != finished[1].ID.String() {
		t.Errorf("all that finished, the newest first: %v", got)
	}
	b.get(t, "/extras/deliveries/").shows(t, `value="export"`)
	if strings.Contains(b.get(t, "/extras/deliveries/").body, `value="retry"`) {
		t.Error("who may only look can retry")
	}
	b.post(t, path, url.Values{"action": {"export"}}).is(t, http.StatusUnprocessableEntity, "Nothing was selected.")
	s.signIn(t, "nobody").post(t, path, url.Values{"action": {"export"}, "all": {"all"}}).is(t, http.StatusForbidden)
}

func TestDeliveryFilters(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	gone, fine := startReceiver(t, http.StatusGone), startReceiver(t, http.StatusOK)
	s.addWebhookTo(t, "Gone", gone.URL, nil)
	s.addWebhookTo(t, "Fine", fine.URL, func(wh *webhook.Webhook) { wh.Queue = webhook.QueueHigh })
	s.addSite(t, "Alpha", "alpha")
	failed, finished := s.deliveries(t, webhook.Failed, 1)[0], s.deliveries(t, webhook.Finished, 1)[0]
	b := s.signIn(t, "ann")
	for query, want := range map[string][]admin.DeliveryDetail{
		"":                              {failed, finished},
		"state=failed":                  {failed},
		"state=failed&state=finished":   {failed, finished},
		"state=queued":                  nil,
		"webhook=2":                     {finished},
		"reason=gone":                   {failed},
		"status=4xx":                    {failed},
		"status=410":                    {failed},
		"status=2xx&status=4xx":         {failed, finished},
		"status=none":                   nil,
		"object_type=dcim.site":         {failed, finished},
		"object_type=dcim.rack":         nil,
		"object_id=1":                   {failed, finished},
		"event=created":                 {failed, finished},
		"event=deleted":                 nil,
		"queue=high":                    {finished},
		"change=1":                      {failed, finished},
		"since=2020-01-01T00:00":        {failed, finished},
		"until=2020-01-01T00:00":        nil,
		"q=alp":                         {failed, finished},
		"q=beta":                        nil,
		"q=" + failed.ID.String():       {failed},
		"q=" + failed.ID.String()[:20]:  {failed, finished},
		"before=" + failed.ID.String():  {finished},
		"after=" + finished.ID.String(): {failed},
	} {
		// Which of the two is older depends on the order in which webhooks are asked.
		if strings.HasPrefix(query, "before=") || strings.HasPrefix(query, "after=") {
			if string(failed.ID[:]) < string(finished.ID[:]) {
				continue
			}
		}
		if strings.HasPrefix(query, "q=") && len(query) == 22 && failed.ID.String()[:20] != finished.ID.String()[:20] {
			want = []admin.DeliveryDetail{failed}
		}
		page := b.get(t, "/extras/deliveries/?"+query)
		page.shows(t)
		for _, d := range []admin.DeliveryDetail{failed, finished} {
			listed := strings.Contains(page.body, `<a href="`+path(&d)+`"`)
			wanted := false
			for _, w := range want {
				wanted = wanted || w.ID == d.ID
			}
			if listed != wanted {
				t.Errorf("%q: delivery of %s is listed: %v", query, d.Webhook.Name, listed)
			}
		}
		if len(want) == 0 {
			page.shows(t, "Nothing matches")
		}
	}
	for query, message := range map[string]string{
		"before=x": "is not valid", "change=x": "is no whole number", "since=yesterday": "is no date and time",
		"status=9": "is no class of answers", "status=xx": "is no class of answers",
	} {
		b.get(t, "/extras/deliveries/?"+query).is(t, http.StatusUnprocessableEntity, message)
	}
}

func TestBackgroundTasks(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	b := s.signIn(t, "ann")
	b.get(t, "/extras/deliveries/").shows(t, "Nothing was sent yet")
	r := startReceiver(t, http.StatusGone)
	s.addWebhookTo(t, "Low", r.URL, func(wh *webhook.Webhook) { wh.Queue = webhook.QueueLow })
	s.addSite(t, "Site", "site")
	d := &s.deliveries(t, webhook.Failed, 1)[0]
	b.get(t, "/core/background-queues/").shows(t,
		`<a href="/core/background-tasks/?queue=low&amp;state=failed"><span class="text-danger">1</span></a>`, "0 of 4 workers busy", ">High<", ">Default<", ">Low<")
	b.get(t, "/core/background-tasks/?queue=low&state=failed").shows(t, `<h1 class="page-title">Background tasks</h1>`, path(d))
	b.get(t, "/core/background-tasks/?queue=high").shows(t, "No background task is like that.")
	b.get(t, "/core/background-tasks/"+d.ID.String()+"/").redirects(t, path(d))
	b.get(t, "/core/background-tasks/7/").is(t, http.StatusNotFound)
	b.get(t, "/core/background-workers/").shows(t, "Idle", "4 workers", "0 workers are busy")
	var busy time.Duration
	for _, worker := range s.Admin.Workers() {
		busy += worker.Busy
	}
	if busy <= 0 {
		t.Errorf("the workers say that they worked for %v", busy)
	}
}

// Whoever may only view finds no buttons, and nothing happens without them.
func TestDeliveryPermissions(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "viewer", false, mayView)
	s.addUser(t, "operator", false, mayView, mayChange)
	s.addUser(t, "cleaner", false, mayView, mayDelete)
	s.addUser(t, "stranger", false)
	r := startReceiver(t, http.StatusGone)
	s.addWebhookTo(t, "Hook", r.URL, nil)
	s.addSite(t, "Site", "site")
	d := &s.deliveries(t, webhook.Failed, 1)[0]
	id := url.Values{"id": {d.ID.String()}}
	bulk := func(action string) url.Values {
		return url.Values{"action": {action}, "id": id["id"], "confirm": {"1"}}
	}

	stranger := s.signIn(t, "stranger")
	for _, page := range []string{
		"/extras/deliveries/", path(d), path(d) + "attempts/1/", path(d) + "attempts/1/request-body/", "/core/background-queues/",
		"/core/background-tasks/", "/core/background-workers/",
	} {
		stranger.get(t, page).is(t, http.StatusForbidden)
		s.anonymous(t).get(t, page).redirects(t, "/login/?next="+url.QueryEscape(page))
	}
	viewer := s.signIn(t, "viewer")
	for _, page := range []string{"/extras/deliveries/", path(d), "/core/background-tasks/"} {
		got := viewer.get(t, page)
		got.shows(t)
		for _, button := range []string{"Retry now", "/cancel/", "/delete/", `value="retry"`, `value="cancel"`, `value="delete"`, "/extras/webhooks/1/", "/core/changelog/1/"} {
			if strings.Contains(got.body, button) {
				t.Errorf("%s shows %s to somebody who may only view deliveries", page, button)
			}
		}
	}
	operator, cleaner := s.signIn(t, "operator"), s.signIn(t, "cleaner")
	for _, b := range []*browser{viewer, cleaner} {
		b.post(t, path(d)+"retry/", nil).is(t, http.StatusForbidden)
		b.post(t, path(d)+"cancel/", nil).is(t, http.StatusForbidden)
		b.post(t, "/extras/deliveries/bulk/", bulk("retry")).is(t, http.StatusForbidden)
		b.post(t, "/core/background-tasks/bulk/", bulk("cancel")).is(t, http.StatusForbidden)
	}
	for _, b := range []*browser{viewer, operator} {
		b.get(t, path(d)+"delete/").is(t, http.StatusForbidden)
		b.post(t, path(d)+"delete/", nil).is(t, http.StatusForbidden)
		b.post(t, "/extras/deliveries/bulk/", bulk("delete")).is(t, http.StatusForbidden)
	}
	s.deliveries(t, webhook.Failed, 1)
	operator.get(t, path(d)).shows(t, "Retry now")
	cleaner.post(t, path(d)+"delete/", nil).redirects(t, "/extras/deliveries/")
}

// Nothing that people or receivers write is ever markup.
func TestDeliveryPagesEscape(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	const hostile = `<script>alert("x")</script>'"><img src=x onerror=alert(1)>`
	r := startReceiver(t, http.StatusGone)
	r.header["X-Hostile"] = []string{hostile}
	r.body.Store("</pre>" + hostile)
	s.addWebhookTo(t, hostile, r.URL+"/{{ data.name|urlencode }}", func(wh *webhook.Webhook) {
		wh.AdditionalHeaders, wh.BodyTemplate, wh.HTTPContentType = "X-Name: {{ data.name }}", "</pre>{{ data.name }}", "text/plain"
	})
	s.addSite(t, hostile, "hostile")
	d := &s.deliveries(t, webhook.Failed, 1)[0]
	b := s.signIn(t, "ann")
	for _, page := range []string{
		"/extras/deliveries/", "/extras/deliveries/?q=" + url.QueryEscape(hostile), path(d), path(d) + "attempts/1/?with=now",
		path(d) + "delete/", "/core/background-queues/", "/core/background-workers/",
	} {
		got := b.get(t, page)
		got.shows(t)
		for _, live := range []string{"<script>alert", "<img src=x", "</pre><script", `'">`} {
			if strings.Contains(got.body, live) {
				t.Errorf("%s has live markup %s", page, live)
			}
		}
	}
	got := b.post(t, "/extras/deliveries/bulk/", url.Values{"action": {"delete"}, "all": {"1"}})
	got.shows(t, "&lt;script&gt;")
	if strings.Contains(got.body, "<script>alert") {
		t.Error("the confirm page has live markup")
	}
}

// Bytes that are no text are shown in hexadecimal.
func TestBinaryAnswer(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	s.addUser(t, "ann", true)
	r := startReceiver(t, http.StatusGone)
	r.body.Store("\x00\xffbin")
	s.addWebhookTo(t, "Binary", r.URL, nil)
	s.addSite(t, "Site", "site")
	d := &s.deliveries(t, webhook.Failed, 1)[0]
	s.signIn(t, "ann").get(t, path(d)).shows(t, "shown as bytes", "00000000  00 ff 62 69 6e", "|..bin|")
}
