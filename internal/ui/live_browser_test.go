package ui_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// Deliveries go from state to state under the eyes and the hand of somebody who has
// ticked one of them and has the focus in it: nothing moves, the same rows change,
// and what is new is counted. The same on the page of the webhook and in the change
// log.
func TestRowsAreLive(t *testing.T) {
	t.Parallel()
	var status atomic.Int64
	status.Store(http.StatusServiceUnavailable)
	free := make(chan struct{})
	release := sync.OnceFunc(func() { close(free) })
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		<-free
		w.WriteHeader(int(status.Load()))
	}))
	defer receiver.Close()
	defer release()
	s := startSite(t)
	s.addUser(t, "ann", true)
	s.addWebhookTo(t, "Mirror", receiver.URL, func(wh *webhook.Webhook) { wh.Concurrency, wh.Timeout = 1, 300 })
	for i := range 3 {
		s.addSite(t, fmt.Sprintf("Site %d", i), fmt.Sprintf("site-%d", i))
	}
	s.deliveries(t, webhook.Started, 1)

	list, change, hook := s.browse(t, "ann"), s.browse(t, "ann"), s.browse(t, "ann")
	list.Open(s.URL() + "/extras/deliveries/?state=queued&state=started")
	change.Open(s.URL() + "/core/changelog/")
	hook.Open(s.URL() + "/extras/webhooks/1/")
	const row = `document.querySelector("#rows tr:nth-child(2)")`
	list.WaitFor(row + `.innerText.includes("Queued")`)
	change.WaitFor(row + `?.querySelector(".state-queued") != null`)
	hook.WaitFor(row + `?.innerText.includes("Queued")`)
	list.Eval(row + `.querySelector("[name=id]").click(), ` + row + `.querySelector("a").focus(), ` + row + `.mine = true`)

	release()
	list.WaitFor(row + `.innerText.includes("Scheduled") && ` + row + `.innerText.includes("503")`)
	change.WaitFor(row + `.querySelector(".state-scheduled") !== null`)
	hook.WaitFor(row + `.innerText.includes("Scheduled")`)
	status.Store(http.StatusOK)
	if _, err := s.Admin.Retry(t.Context(), admin.System(webhook.UUID{3}), store.Compare{Path: "webhook", Op: store.Eq, Value: int64(1)}); err != nil {
		t.Fatal(err)
	}
	list.WaitFor(row + `.innerText.includes("Finished") && ` + row + `.innerText.includes("200")`)
	change.WaitFor(row + `.querySelector(".state-finished") !== null`)
	hook.WaitFor(row + `.innerText.includes("Finished")`)
	hook.WaitFor(`document.querySelector("#health").innerText.includes("Finished\n3")`)
	stays := func() {
		t.Helper()
		got := list.Eval(`JSON.stringify([` + row + `.mine, ` + row + `.querySelector("[name=id]").checked, ` + row + `.contains(document.activeElement),
			document.querySelector("[data-selected-count]").innerText, document.querySelectorAll("#rows tr").length, ` + row + `.innerText.includes("Site 1")])`)
		if got != `[true,true,true,"1",3,true]` {
			t.Errorf("kept, ticked, focused, selected, rows, Site 1: %v", got)
		}
	}
	stays()

	// What is new is counted above the rows; what was deleted leaves its place.
	s.addSite(t, "Newcomer", "newcomer")
	change.WaitText("1 new change: show")
	hook.WaitText("1 new delivery: show")
	deleted, err := s.Admin.DeleteDeliveries(t.Context(), admin.System(webhook.UUID{3}), store.ByID(s.deliveries(t, webhook.Finished, 4)[1].ID))
	if err != nil || deleted != 1 {
		t.Fatalf("deleted %d, error %v", deleted, err)
	}
	s.addSite(t, "Another", "another")
	hook.WaitText("2 new deliveries: show")
	list.WaitFor(`document.querySelector("#rows tr:first-child").innerText.includes("Deleted in the meantime")`)
	stays()
	hook.Click("2 new deliveries: show")
	hook.WaitFor(`location.pathname === "/extras/webhooks/1/" && document.querySelector("#rows").innerText.includes("Newcomer")`)

	// Nothing is asked for while live updates are paused.
	list.Open(s.URL() + "/extras/deliveries/")
	list.WaitText("Another")
	list.Press("p")
	list.WaitText("Paused")
	if _, err := s.Admin.Retry(t.Context(), admin.System(webhook.UUID{3}), store.And{}); err != nil {
		t.Fatal(err)
	}
	s.addSite(t, "Last", "last")
	hook.WaitText("1 new delivery: show")
	if text := list.Text("#news"); strings.TrimSpace(text) != "" {
		t.Errorf("a paused page says %q", text)
	}
	list.Press("p")
	list.WaitText("1 new delivery: show")
	list.Axe()
}
