package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var nan = math.NaN()

func outcomes() *Chart {
	return &Chart{
		ID: "outcomes", Title: "Outcomes", Description: "Attempts by outcome, a bar for each minute.",
		Labels: []string{"14:00", "14:01", "14:02"},
		Links:  []string{"/d/?at=0", "/d/?at=1&x=2", ""},
		Series: []Series{
			{Name: "finished", Class: "finished", Values: []float64{8, 0, 4}},
			{Name: "failed", Class: "failed", Values: []float64{2, 0, nan}},
		},
	}
}

// elements returns the elements of a drawing with their attributes, and fails the
// test when it is not well-formed.
func elements(t *testing.T, drawing string) []xml.StartElement {
	t.Helper()
	var found []xml.StartElement
	for decoder := xml.NewDecoder(strings.NewReader(drawing)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatalf("%v in %s", err, drawing)
		}
		if start, isStart := token.(xml.StartElement); isStart {
			found = append(found, start.Copy())
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func TestStackedBars(t *testing.T) {
	t.Parallel()
	var got []string
	for _, e := range elements(t, string(outcomes().StackedBars())) {
		switch e.Name.Local {
		case "a":
			got = append(got, attribute(e, "href")+" "+attribute(e, "aria-label"))
		case "rect":
			got = append(got, attribute(e, "class")+" y="+attribute(e, "y")+" h="+attribute(e, "height"))
		}
	}
	// The scale ends at 10; the plot is 150 high and begins at 8.
	want := []string{
		"/d/?at=0 14:00: 8 finished, 2 failed", "bar finished y=38 h=120", "bar failed y=8 h=30",
		"bar finished y=98 h=60",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("difference (-want +got):\n%s", diff)
	}
}

func TestLinesHaveGaps(t *testing.T) {
	t.Parallel()
	c := &Chart{ID: "l", Labels: []string{"a", "b", "c", "d", "e", "f"}, Series: []Series{
		{Name: "p95", Class: "p95", Values: []float64{1, 2, nan, nan, 1, nan}},
	}}
	var got []string
	for _, e := range elements(t, string(c.Lines())) {
		if e.Name.Local == "path" {
			got = append(got, attribute(e, "class"), attribute(e, "d"))
		}
	}
	// Points are 97 apart, the first at 52+48.5; the dash is 0.6 of that.
	want := []string{"line p95", "M100.5 83L197.5 8M459.4 83h58.2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("difference (-want +got):\n%s", diff)
	}
}

func TestScale(t *testing.T) {
	t.Parallel()
	cases := []struct {
		highest float64
		want    []float64
	}{
		{0, []float64{0, 1}},
		{1, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}},
		{10, []float64{0, 2, 4, 6, 8, 10}},
		{11, []float64{0, 5, 10, 15}},
		{0.03, []float64{0, 0.01, 0.02, 0.03}},
		{999, []float64{0, 200, 400, 600, 800, 1000}},
	}
	for _, c := range cases {
		got := newScale(c.highest).ticks()
		close := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })
		if diff := cmp.Diff(c.want, got, close); diff != "" {
			t.Errorf("%v: (-want +got)\n%s", c.highest, diff)
		}
	}
}

func TestEmptyCharts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]*Chart{
		"nothing":   {ID: "x"},
		"no values": {ID: "x", Labels: []string{"a"}, Series: []Series{{Values: []float64{nan}}}},
	} {
		for _, drawing := range []string{string(c.StackedBars()), string(c.Lines())} {
			elements(t, drawing)
			if strings.Contains(drawing, "NaN") || strings.Contains(drawing, "Inf") {
				t.Errorf("%s: %s", name, drawing)
			}
		}
	}
	elements(t, string(Shares(nil)))
	elements(t, string(Shares([]float64{nan})))
}

func TestTextIsEscaped(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script>&`
	c := &Chart{
		ID: evil, Title: evil, Description: evil, Labels: []string{evil}, Links: []string{evil},
		Series: []Series{{Name: evil, Class: evil, Values: []float64{1}}}, Format: func(float64) string { return evil },
	}
	for _, drawing := range []string{string(c.StackedBars()), string(c.Lines())} {
		for _, e := range elements(t, drawing) {
			if e.Name.Local == "script" {
				t.Errorf("a script got through: %s", drawing)
			}
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	want := Table{
		Head: []string{"Time", "finished", "failed"},
		Rows: [][]string{{"14:02", "4", "–"}, {"14:00", "8", "2"}},
	}
	if diff := cmp.Diff(want, outcomes().Table()); diff != "" {
		t.Errorf("difference (-want +got):\n%s", diff)
	}
}

func TestShares(t *testing.T) {
	t.Parallel()
	got := string(Shares([]float64{nan, 1, 1, 0.5, nan, 0.999, nan}))
	const want = `<svg class="spark" aria-hidden="true">` +
		`<path d="M3 12h9M15 12h3"/><path class="failed" d="M10 0v12M16 0v1"/></svg>`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("difference (-want +got):\n%s", diff)
	}
	elements(t, got)
}
