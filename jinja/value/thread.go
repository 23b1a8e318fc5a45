package value

import (
	"context"
	"time"
)

// Limits bounds what one [Thread] may do. Zero means the default for each.
type Limits struct {
	// Time is the longest a render may take. Default 750 ms, so that one that
	// is stopped is over within a second whatever it was doing.
	Time time.Duration
	// Steps counts loop turns, filtered and compared elements, calls, and one
	// for every KiB of text or list that is made. Default 2,000,000.
	Steps int64
	// Memory is the number of bytes that may be taken in all, whether or not
	// they are still in use. Default 64 MiB.
	Memory int64
	// Output is the longest result in bytes. Default 4 MiB.
	Output int64
	// Depth bounds nested calls and the nesting of values that are printed
	// or compared. Default 250.
	Depth int
	// IntBits bounds the size of integers. Default 16384 bits, a little more
	// than the 4,300 digits that Python is willing to print.
	IntBits int
}

// WithDefaults gives the limits with every zero replaced by its default.
func (l Limits) WithDefaults() Limits {
	def := Limits{
		Time: 750 * time.Millisecond, Steps: 2_000_000, Memory: 64 << 20,
		Output: 4 << 20, Depth: 250, IntBits: 16384,
	}
	fill(&l.Time, def.Time)
	fill(&l.Steps, def.Steps)
	fill(&l.Memory, def.Memory)
	fill(&l.Output, def.Output)
	fill(&l.Depth, def.Depth)
	fill(&l.IntBits, def.IntBits)
	return l
}

func fill[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

// slice is the number of steps between two looks at the clock and the context.
const slice = 1024

// UndefinedPolicy says what an undefined value allows.
type UndefinedPolicy int

// Jinja2's four undefined types.
const (
	// Lenient prints empty, iterates empty and is false; anything further
	// raises. Jinja2's Undefined, the default.
	Lenient UndefinedPolicy = iota
	// Chainable is Lenient, but attributes and items of it are undefined again.
	Chainable
	// Debug is Lenient, but prints what is missing.
	Debug
	// Strict raises on everything but a test for being defined.
	Strict
)

// Thread is one run over values: its budget, its nesting depth and its private
// copies of shared data. It belongs to one goroutine.
type Thread struct {
	// Undefined is the policy of the undefined values made in this thread.
	Undefined UndefinedPolicy

	limits   Limits
	fuel     int   // steps left before the next look at clock and context
	steps    int64 // steps left beyond fuel
	memory   int64 // bytes left
	depth    int
	deadline time.Time
	ctx      context.Context
	private  map[Value]Value // frozen container → this thread's copy of it
	printing []Value         // the containers that are being printed, outermost first
	args     []Value         // bound arguments of the methods that are running
}

// NewThread starts a thread. It is over when ctx is done or a limit is spent.
func NewThread(ctx context.Context, limits Limits) *Thread {
	th := new(Thread)
	th.Reset(ctx, limits)
	return th
}

// Reset starts the thread anew, as NewThread does; what it knew is forgotten.
func (th *Thread) Reset(ctx context.Context, limits Limits) { th.start(ctx, limits) }

// Release forgets everything that belongs to the run, so that the thread can
// be kept for another one.
func (th *Thread) Release() {
	clear(th.args[:cap(th.args)])
	*th = Thread{args: th.args[:0]}
}

// Check raises if the thread's time is over or its context done. Steps do so
// by themselves every now and then.
func (th *Thread) Check() {
	if th.ctx == nil {
		// Detached: only the clock counts.
	} else if err := th.ctx.Err(); err != nil {
		th.exhaust()
		panic(&Error{Kind: Limit, Message: "rendering was stopped: " + context.Cause(th.ctx).Error(), Err: err})
	}
	if time.Now().After(th.deadline) {
		th.exhaust()
		Raise(Limit, "template takes longer than %v", th.limits.Time)
	}
}

// exhaust makes every further step fail.
func (th *Thread) exhaust() { th.fuel, th.steps = 0, 0 }

func (th *Thread) start(ctx context.Context, limits Limits) {
	limits = limits.WithDefaults()
	clear(th.args)
	fuel := min(slice, limits.Steps)
	*th = Thread{
		limits: limits, fuel: int(fuel), steps: limits.Steps - fuel, memory: limits.Memory,
		deadline: time.Now().Add(limits.Time), ctx: ctx, args: th.args[:0],
	}
}

// Detached gives a thread without a context: only its limits end it. It is for
// work outside a render that is short by its nature.
func Detached(limits Limits) *Thread {
	th := new(Thread)
	th.Detach(limits)
	return th
}

// Detach starts the thread anew without a context: only its limits end it.
func (th *Thread) Detach(limits Limits) {
	var none context.Context
	th.start(none, limits)
}

// Context is the context that ends the thread, nil for a detached one.
func (th *Thread) Context() context.Context { return th.ctx }

// Limits gives the limits in force.
func (th *Thread) Limits() Limits { return th.limits }

// Step charges one step.
func (th *Thread) Step() {
	if th.fuel--; th.fuel < 0 {
		th.refuel()
	}
}

// Charge charges n steps, n not negative.
func (th *Thread) Charge(n int) {
	if th.fuel -= n; th.fuel < 0 {
		th.refuel()
	}
}

// Alloc charges n bytes of memory, and a step for each KiB. Call it before
// memory is taken. A negative n stands for a size that has overflowed.
func (th *Thread) Alloc(n int) {
	if th.memory -= int64(n); th.memory < 0 || n < 0 {
		th.memory = 0
		Raise(Limit, "template takes more than %d bytes of memory", th.limits.Memory)
	}
	th.Charge(n >> 10)
}

// grow makes room for n more bytes in b, charging for what is taken.
func (th *Thread) grow(b []byte, n int) []byte {
	if n <= cap(b)-len(b) {
		return b
	}
	size := max(2*cap(b), len(b)+n)
	th.Alloc(size)
	return append(make([]byte, 0, size), b...)
}

func (th *Thread) refuel() {
	th.steps += int64(th.fuel)
	if th.steps < 0 {
		th.exhaust()
		Raise(Limit, "template takes more than %d steps", th.limits.Steps)
	}
	th.fuel = int(min(slice, th.steps))
	th.steps -= int64(th.fuel)
	th.Check()
}

// Enter notes one more level of nesting; [Thread.Leave] takes it back. Raised
// errors end the thread, so Leave need not be deferred.
func (th *Thread) Enter() {
	if th.depth++; th.depth > th.limits.Depth {
		Raise(Other, "maximum recursion depth exceeded")
	}
	th.Step()
}

// Leave ends a level of nesting.
func (th *Thread) Leave() { th.depth-- }

// Depth is the present level of nesting.
func (th *Thread) Depth() int { return th.depth }
