package app

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// Steps run backwards and once, whatever the others return.
func TestCleanups(t *testing.T) {
	t.Parallel()
	var ran []string
	var c cleanups
	for _, name := range []string{"first", "second", "third"} {
		c.add(name, func(context.Context) error {
			ran = append(ran, name)
			if name == "first" {
				return nil
			}
			return errors.New("broken")
		})
	}
	err := c.run(t.Context())
	if got := strings.Join(ran, " "); got != "third second first" {
		t.Errorf("ran %s", got)
	}
	if err == nil || err.Error() != "third: broken\nsecond: broken" {
		t.Errorf("got error %v", err)
	}
	if err := c.run(t.Context()); err != nil || len(ran) != 3 {
		t.Errorf("steps ran twice: %v, %v", ran, err)
	}
}
