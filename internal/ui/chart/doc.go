// Package chart draws small charts as SVG: stacked bars, lines and sparklines.
// They are made on the server from numbers, so they need no script, and tests
// compare them as text.
//
// Colours are the style sheet's: every series has a class, such as "finished", and
// a chart has no style of its own. Each has a title and a description for those
// who do not see it; what it shows belongs beside it as a table too, which the
// page makes from the same numbers ([Chart.Table]).
//
// The package knows nothing of deliveries or pages.
package chart
