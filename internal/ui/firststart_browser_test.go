package ui_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	testbrowser "bellhop/internal/testkit/browser"
)

// From the link of the first start to the first delivery, by clicks only: the
// password, a webhook, a site, and the list in which the delivery arrives by itself.
func TestFirstStartToFirstDeliveryInTheBrowser(t *testing.T) {
	t.Parallel()
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer receiver.Close()
	s := startSite(t)
	p := testbrowser.Start(t)
	p.Open(s.setupURL)
	p.WaitText("A password for admin")
	p.Axe()
	p.Fill("#id_password", password)
	p.Fill("#id_again", password)
	p.Click("Set password and sign in")
	p.WaitText("Three steps to the first delivery")

	p.Click("Add a webhook")
	p.WaitFor(`location.pathname === "/extras/webhooks/add/"`)
	p.Fill("#id_name", "Ticket system")
	p.Fill("#id_payload_url", receiver.URL)
	p.Click(`css=input[value="dcim.site"]`)
	p.Click("css=button.btn-primary")
	p.WaitFor(`location.pathname === "/extras/webhooks/1/"`)
	p.WaitText("of sites.")

	p.Click("Organization")
	p.Click("Sites")
	p.WaitText("No sites yet")
	p.Click("Add site")
	p.WaitFor(`location.pathname === "/dcim/sites/add/"`)
	p.Fill("Name", "AMS1")
	p.Fill("#id_f_slug", "ams1")
	p.Click("Create site")
	p.WaitText("AMS1 was created. 1 webhook fired.")
	p.Click("See the delivery")
	p.WaitText("Ticket system")
	p.WaitText("Finished")

	// Somebody else changes something: it arrives in the open list.
	p.Open(s.URL() + "/extras/deliveries/")
	p.WaitText("AMS1")
	s.addObject(t, "dcim.site", `{"name": "AMS2", "slug": "ams2"}`)
	p.Click("1 new delivery: show")
	p.WaitText("AMS2")
}
