// Package intake turns a change into deliveries: it finds the triggers that want
// the change's object type and event, asks their conditions, and writes the
// change, its verdicts and its deliveries in the caller's transaction. Nothing
// is acknowledged that was not written with it, and nothing is written for what
// was rolled back.
//
// The work that needs no database (the context, the conditions) is done by
// [Intake.Prepare], before the transaction, so that it does not hold up other
// writers. [Intake.Record] does it again in the rare case that the triggers were
// replaced in between.
//
// The triggers are compiled once and held in an immutable table that
// [Intake.Reload] swaps as a whole. Whoever writes a webhook or an event rule
// calls Reload before answering, so that a change made after the answer meets
// the new triggers.
//
// The package knows nothing of rendering or sending. It starts no goroutines.
package intake
