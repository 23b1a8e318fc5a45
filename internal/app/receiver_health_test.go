package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"bellhop/internal/receiver"
)

// ask makes a request to the REST API as the administrator and decodes what is
// answered.
func ask(t *testing.T, method, url, body string, header map[string]string, into any) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Close = true
	request.Header.Set("Authorization", "Token "+testToken)
	for name, value := range header {
		request.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatalf("%s %s: %v in %s", method, url, err, text)
		}
	}
	return answer.StatusCode
}

// The REST API shows how a webhook's receiver is doing.
func TestHealthIsShown(t *testing.T) {
	t.Parallel()
	url, requests := listen(t, receiver.Options{Status: http.StatusGone})
	a := start(t, params(t))
	addWebhook(t, a.Backend, url)
	var shown struct {
		Health struct {
			State    string
			Since    *time.Time
			Failures int
			Reason   *string
			UsedUp   int        `json:"used_up"`
			Last     *time.Time `json:"last_success"`
		}
	}
	get := func() {
		if status := ask(t, "GET", a.URL()+"/api/extras/webhooks/1/", "", nil, &shown); status != http.StatusOK {
			t.Fatalf("status %d", status)
		}
	}
	get()
	if shown.Health.State != "unknown" || shown.Health.Since != nil {
		t.Errorf("at first: %+v", shown.Health)
	}
	addSite(t, a.Backend, "berlin")
	receive(t, requests)
	for deadline := time.Now().Add(10 * time.Second); shown.Health.Failures == 0 && time.Now().Before(deadline); {
		get()
	}
	if h := shown.Health; h.State != "failing" || h.Since == nil || h.Reason == nil || *h.Reason != "gone" || h.UsedUp != 100 || h.Last != nil {
		t.Errorf("after a failure: %+v", h)
	}
}
