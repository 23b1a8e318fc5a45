package ui

import "testing"

// A page's template is parsed when the page is first opened, so a fault in one must
// not wait for that.
func TestEveryTemplateParses(t *testing.T) {
	t.Parallel()
	all, err := readTemplates(&UI{})
	if err != nil {
		t.Fatal(err)
	}
	if len(all.pages) == 0 {
		t.Fatal("there are no pages")
	}
	for name := range all.pages {
		if _, err := all.page(name); err != nil {
			t.Error(err)
		}
	}
}
