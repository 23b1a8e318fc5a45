package chart

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Chart is what a chart shows: series over the same points.
type Chart struct {
	// ID is unique within the page; title and description are found by it.
	ID string
	// Title names the chart, Description says in words what it shows.
	Title, Description string
	// Labels name the points, such as "14:05"; every series has a value for each.
	Labels []string
	// Links lead from the points to what is behind them; empty for none.
	Links  []string
	Series []Series
	// Format writes a value for people, as in "1.2 s"; nil writes the number.
	Format func(float64) string
}

// Series is one line, or one layer of the bars.
type Series struct {
	// Name is for people, Class for the style sheet.
	Name, Class string
	// Values are one for each point. NaN means that there is none: a gap in a
	// line, nothing in a bar.
	Values []float64
}

// The size of a chart in its own units, which the page scales, and what its axes
// take of it.
const (
	width, height         = 640.0, 180.0
	left, right           = 52.0, 6.0
	top, bottom           = 8.0, 22.0
	plotWidth, plotHeight = width - left - right, height - top - bottom
)

// StackedBars draws the series on top of each other, the first one lowest.
func (c *Chart) StackedBars() template.HTML {
	var highest float64
	for i := range c.Labels {
		sum := 0.0
		for _, s := range c.Series {
			sum += known(s.Values[i])
		}
		highest = max(highest, sum)
	}
	scale := newScale(highest)
	var b builder
	c.open(&b, "bars")
	c.axes(&b, scale)
	slot := plotWidth / float64(max(len(c.Labels), 1))
	for i := range c.Labels {
		c.bar(&b, scale, i, slot)
	}
	b.text("</svg>")
	return b.html()
}

// bar draws one point of all series, as one link.
func (c *Chart) bar(b *builder, scale scale, i int, slot float64) {
	var parts []string
	for _, s := range c.Series {
		if v := known(s.Values[i]); v > 0 {
			parts = append(parts, c.format(v)+" "+s.Name)
		}
	}
	if len(parts) == 0 {
		return
	}
	label := c.Labels[i] + ": " + strings.Join(parts, ", ")
	if i < len(c.Links) && c.Links[i] != "" {
		b.text(`<a`).attribute("href", c.Links[i]).attribute("aria-label", label).text(">")
		defer b.text("</a>")
	}
	b.text("<g><title>").escaped(label).text("</title>")
	base := 0.0
	for _, s := range c.Series {
		v := known(s.Values[i])
		if v <= 0 {
			continue
		}
		y := scale.y(base + v)
		b.text(`<rect`).attribute("class", "bar "+s.Class).
			number("x", left+float64(i)*slot+slot*0.1).number("y", y).
			number("width", slot*0.8).number("height", max(scale.y(base)-y, 0.75)).text("/>")
		base += v
	}
	b.text("</g>")
}

// Lines draws every series as a line over the points.
func (c *Chart) Lines() template.HTML {
	var highest float64
	for _, s := range c.Series {
		for _, v := range s.Values {
			highest = max(highest, known(v))
		}
	}
	scale := newScale(highest)
	var b builder
	c.open(&b, "lines")
	c.axes(&b, scale)
	for _, s := range c.Series {
		b.text(`<path`).attribute("class", "line "+s.Class).attribute("d", path(s.Values, left, plotWidth, scale.y)).
			text("><title>").escaped(s.Name).text("</title></path>")
	}
	b.text("</svg>")
	return b.html()
}

// Shares draws, small and without axes, how a share went over time: for each point
// a bar whose good part is green and whose rest is red, NaN for nothing. It says
// nothing by itself: it stands in a table beside the number.
func Shares(shares []float64) template.HTML {
	// The style sheet knows these too, and cuts the thick line of good ones into bars.
	const slot, height = 3, 24
	var good, bad strings.Builder
	for i := 0; i < len(shares); {
		end := i
		for ; end < len(shares) && !math.IsNaN(shares[end]); end++ {
			if lost := (1 - shares[end]) * height; lost > 0 {
				fmt.Fprintf(&bad, "M%d 0v%s", end*slot+1, decimal(max(lost, 1)))
			}
		}
		if end > i {
			fmt.Fprintf(&good, "M%d 12h%d", i*slot, (end-i)*slot)
		}
		i = end + 1
	}
	var b builder
	b.text(`<svg class="spark" aria-hidden="true"><path`).attribute("d", good.String()).text("/>")
	if bad.Len() > 0 {
		b.text(`<path class="failed"`).attribute("d", bad.String()).text("/>")
	}
	b.text("</svg>")
	return b.html()
}

// path is the line through the values, with gaps where there are none. A value
// between two gaps is a short dash, so that it is seen.
func path(values []float64, from, extent float64, y func(float64) float64) string {
	var b strings.Builder
	slot := extent / float64(max(len(values), 1))
	drawing := false
	for i, v := range values {
		if math.IsNaN(v) {
			drawing = false
			continue
		}
		x := from + (float64(i)+0.5)*slot
		alone := !drawing && (i+1 == len(values) || math.IsNaN(values[i+1]))
		switch {
		case alone:
			fmt.Fprintf(&b, "M%s %sh%s", decimal(x-slot*0.3), decimal(y(v)), decimal(slot*0.6))
		case drawing:
			fmt.Fprintf(&b, "L%s %s", decimal(x), decimal(y(v)))
		default:
			fmt.Fprintf(&b, "M%s %s", decimal(x), decimal(y(v)))
		}
		drawing = true
	}
	return b.String()
}

// open begins the drawing with its title and description.
func (c *Chart) open(b *builder, kind string) {
	b.text(`<svg`).attribute("class", "chart "+kind).
		attribute("viewBox", "0 0 "+decimal(width)+" "+decimal(height)).attribute("role", "group").
		attribute("aria-labelledby", c.ID+"-title").attribute("aria-describedby", c.ID+"-description").
		text(`><title`).attribute("id", c.ID+"-title").text(">").escaped(c.Title).
		text(`</title><desc`).attribute("id", c.ID+"-description").text(">").escaped(c.Description).text("</desc>")
}

// axes draws the grid with its values, and the names of a few points.
func (c *Chart) axes(b *builder, scale scale) {
	b.text(`<g aria-hidden="true">`)
	for _, tick := range scale.ticks() {
		y := scale.y(tick)
		b.text(`<line class="grid"`).number("x1", left).number("x2", width-right).number("y1", y).number("y2", y).text("/>").
			text(`<text text-anchor="end"`).number("x", left-6).number("y", y+4).text(">").escaped(c.format(tick)).text("</text>")
	}
	for n, i := range spread(len(c.Labels)) {
		x, anchor := left+(float64(i)+0.5)*plotWidth/float64(len(c.Labels)), "middle"
		if n == 0 {
			x, anchor = left, "start"
		}
		b.text("<text").attribute("text-anchor", anchor)
		if n%2 == 0 && len(c.Labels[i]) > len("15:04") {
			b.attribute("class", "spare") // not shown where there is no room for all of them
		}
		b.number("x", min(x, width-right-26)).number("y", height-6).text(">").escaped(c.Labels[i]).text("</text>")
	}
	b.text("</g>")
}

// spread picks about six of n points to be named.
func spread(n int) []int {
	step := max((n+5)/6, 1)
	var points []int
	for i := 0; i < n; i += step {
		points = append(points, i)
	}
	return points
}

func (c *Chart) format(v float64) string {
	if c.Format != nil {
		return c.Format(v)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// known takes what is not there as nothing.
func known(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

// Table is what a chart shows, as text: a head and rows, the latest row first.
type Table struct {
	Head []string
	Rows [][]string
}

// Table returns the numbers of the chart; points without any are left out.
func (c *Chart) Table() Table {
	table := Table{Head: []string{"Time"}}
	for _, s := range c.Series {
		table.Head = append(table.Head, s.Name)
	}
	for i, label := range slices.Backward(c.Labels) {
		row, any := []string{label}, false
		for _, s := range c.Series {
			if v := s.Values[i]; math.IsNaN(v) {
				row = append(row, "–")
			} else {
				row = append(row, c.format(v))
				any = any || v != 0
			}
		}
		if any {
			table.Rows = append(table.Rows, row)
		}
	}
	return table
}
