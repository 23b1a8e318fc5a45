package ui

// confirmPage asks before something that cannot be undone is done. It is a page
// and no dialog, so that it works without scripts and has room for the
// consequences.
type confirmPage struct {
	// Question is a whole sentence; Facts are what will happen, each a sentence.
	Question string
	Facts    []string
	// Items are the names of what is meant; More is how many are not named.
	Items []string
	More  int
	// Action is where the form goes; Hidden are its fields, beside "confirm".
	Action string
	Hidden []hidden
	// Submit is the button's text with verb and number, Cancel where "no" leads.
	Submit, Cancel string
}

type hidden struct{ Name, Value string }

// maxConfirmItems is how many things a confirm page names.
const maxConfirmItems = 20

// confirmField tells a confirmed form from the first one.
const confirmField = "confirm"

// confirm shows the page.
func (v *view) confirm(page confirmPage) error {
	if len(page.Items) > maxConfirmItems {
		page.More += len(page.Items) - maxConfirmItems
		page.Items = page.Items[:maxConfirmItems]
	}
	return v.render("confirm", "Are you sure?", page)
}
