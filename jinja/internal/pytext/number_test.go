package pytext

import (
	"math/big"
	"strconv"
	"testing"
)

// floatArg returns argument i, which testdata holds as Python's repr.
func (r row) floatArg(i int) float64 {
	f, err := strconv.ParseFloat(r.text(i), 64)
	if err != nil {
		panic(err)
	}
	return f
}

// intArg returns argument i, an integer of any size.
func (r row) intArg(i int) *big.Int {
	var text string
	switch v := r[i].(type) {
	case string:
		text = v
	case interface{ String() string }:
		text = v.String()
	}
	n, ok := new(big.Int).SetString(text, 10)
	if !ok {
		panic("not an integer: " + text)
	}
	return n
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	parseInt := func(r row) (any, error) {
		n, err := ParseInt(r.text(0), r.num(1))
		if err != nil {
			return nil, err
		}
		return IntText(n)
	}
	testPython(t, "numbers.json", map[string]function{
		"float text": func(r row) (any, error) { return FormatFloat(r.floatArg(0)), nil },
		"float": func(r row) (any, error) {
			f, err := ParseFloat(r.text(0))
			return FormatFloat(f), err
		},
		"int":      parseInt,
		"int base": parseInt,
		"int text": func(r row) (any, error) { return IntText(r.intArg(0)) },
	})
}

func TestIntTextLimit(t *testing.T) {
	t.Parallel()
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(MaxIntDigits), nil) // the first that is too long
	last := new(big.Int).Sub(limit, big.NewInt(1))
	for _, n := range []*big.Int{last, new(big.Int).Neg(last)} {
		if _, err := IntText(n); err != nil {
			t.Errorf("%d digits: %v", MaxIntDigits, err)
		}
	}
	for _, n := range []*big.Int{limit, new(big.Int).Neg(limit), new(big.Int).Lsh(limit, 1)} {
		if _, err := IntText(n); err == nil {
			t.Errorf("more than %d digits were written", MaxIntDigits)
		}
	}
}
