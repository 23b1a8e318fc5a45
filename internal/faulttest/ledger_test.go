package faulttest

import "sync"

// step is one change of an object, as a webhook tells it.
type step struct {
	event  string // created, updated, deleted
	detail string // the object's description after it; before it for deleted
}

// object is what is known about one object that the load made.
type object struct {
	kind string // object type
	name string
	id   int64 // 0 until its creation was answered
	// done are the steps that were answered 2xx; doubt is one that was not
	// answered, after which nothing more was asked of the object.
	done  []step
	doubt *step
}

// ledger is what the servers of one data directory have acknowledged. It is safe
// for concurrent use.
type ledger struct {
	mu      sync.Mutex
	objects []*object
	// lists are the objects of bulk requests that were not answered: all or
	// none of them took the step.
	lists [][]*object
	// canceled and deleted are deliveries by id. The value of canceled is the
	// round in which it was answered.
	canceled map[string]int
	deleted  map[string]bool
	// unsure are deliveries whose deletion was not answered.
	unsure map[string]bool
}

func newLedger() *ledger {
	return &ledger{canceled: map[string]int{}, deleted: map[string]bool{}, unsure: map[string]bool{}}
}

// expect notes a step that is about to be asked of some objects in one request.
func (l *ledger) expect(objects []*object, next step) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, o := range objects {
		if len(o.done) == 0 {
			l.objects = append(l.objects, o)
		}
		o.doubt = &next
	}
	l.lists = append(l.lists, objects)
}

// acknowledge notes that the objects' step was answered 2xx.
func (l *ledger) acknowledge(objects []*object) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, o := range objects {
		o.done = append(o.done, *o.doubt)
		o.doubt = nil
	}
	l.forget(objects)
}

// refused notes that the server answered that it did not take the step.
func (l *ledger) refused(objects []*object) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, o := range objects {
		o.doubt = nil
	}
	l.forget(objects)
}

// forget drops the request from the unanswered ones. Few are under way.
func (l *ledger) forget(objects []*object) {
	for i, list := range l.lists {
		if &list[0] == &objects[0] {
			l.lists = append(l.lists[:i], l.lists[i+1:]...)
			return
		}
	}
}
