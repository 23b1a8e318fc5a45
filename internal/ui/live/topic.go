package live

import (
	"math/bits"
	"slices"
)

// Topics is a set of topics: what the process publishes and pages listen to.
type Topics uint32

// The topics there are.
const (
	// Overview is about numbers over time: attempts and what waits.
	Overview Topics = 1 << iota
	// Deliveries is about deliveries, new or moved on.
	Deliveries
	// Changes is about new changes of objects.
	Changes
	// Webhooks is about definitions that people changed.
	Webhooks
)

// names are the topics' in addresses and events, in their order.
var names = []string{"overview", "deliveries", "changes", "webhooks"}

// Parse returns the topic of a name, or 0.
func Parse(name string) Topics {
	if i := slices.Index(names, name); i >= 0 {
		return 1 << i
	}
	return 0
}

// Names are the names of the topics of the set, in their order.
func (t Topics) Names() []string {
	var list []string
	for ; t != 0; t &= t - 1 {
		list = append(list, names[bits.TrailingZeros32(uint32(t))])
	}
	return list
}
