// Package webhook is Bellhop's domain: webhooks and event rules, object types,
// changes, verdicts, deliveries and their attempts, people, and the rules that
// hold for them whatever surface they come through or store they live in.
//
// It is pure: no I/O, no clock, no randomness of its own, no logger, no engine.
// What needs one of these is handed in (the moment, a random number, a function
// that compiles a template), so that every rule here can be tested as a table.
//
// JSON documents (an object's data, snapshots, conditions, custom fields) are
// kept as bytes. They are decoded once, where they are used.
//
// # Triggers
//
// NetBox 3.6 puts object types, events and conditions on the webhook itself;
// NetBox 4.x puts them on event rules that point to a webhook. Both are a
// [Trigger] here: a [Webhook] has one of its own (zero when it has none), and
// each [EventRule] has one and names its webhook. A change makes at most one
// delivery for a webhook, however many of its triggers match; see
// docs/decisions/0003-webhook-and-event-rule.md.
//
// # Invariants
//
//   - A [Delivery] is always in exactly one [State] and moves only along the
//     transitions of [State.CanBecome] (docs/state-machine.md draws them).
//   - An [Attempt] is written once and never altered.
//   - [Reason] is a closed list: log, metric, API, filter and retry decision
//     share it.
//   - All times are UTC with microseconds.
package webhook
