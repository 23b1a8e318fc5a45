package chart

import "math"

// scale maps values from 0 to a round highest value onto the plot.
type scale struct{ highest, step float64 }

// newScale chooses steps of 1, 2 or 5 times a power of ten, three to five of them.
func newScale(highest float64) scale {
	if highest <= 0 {
		return scale{1, 1}
	}
	step := math.Pow(10, math.Floor(math.Log10(highest)))
	for _, factor := range []float64{0.2, 0.5, 1, 2} {
		if highest/(step*factor) <= 5 {
			step *= factor
			break
		}
	}
	return scale{math.Ceil(highest/step) * step, step}
}

// y is where a value is, from the top of the drawing.
func (s scale) y(v float64) float64 { return top + plotHeight*(1-v/s.highest) }

// ticks are the values of the grid, 0 first.
func (s scale) ticks() []float64 {
	n := int(math.Round(s.highest / s.step))
	ticks := make([]float64, 0, n+1)
	for i := range n + 1 {
		ticks = append(ticks, float64(i)*s.step)
	}
	return ticks
}
