// Package store is the contract between Bellhop and its databases: what is
// kept, how it is found, and what each operation promises when many do it at
// once. Implementations live below it (package sqlite); package storetest is
// the contract as a suite that each of them passes.
//
// There are two kinds of things. Records are what people make: webhooks, event
// rules, object types, objects, users, tags and so on. They are documents with
// an integer id, found through a [Table]. The pipeline is what happens: changes,
// deliveries and attempts, written by the thousand a second and found through
// methods of [Tx] and [Store].
//
// # Transactions
//
// [Store.Update] and [Store.View] run a function on a [Tx]. Transactions are
// serializable: a function sees either all of another's writes or none, and
// what it read still holds when it commits. Update returns nil only after the
// data is durable (on disk after fsync), so whoever got nil may answer "done".
// When it returns an error, nothing of the function's writes is kept and no
// other caller's writes are harmed.
//
// The function must use only its Tx, never the Store (that would wait for
// itself), must not keep the Tx, and must not wait for the network: other
// writers may be waiting for it. It may be run more than once when the database
// asks for it, so it must build its results anew each time.
//
// # Errors
//
// [ErrNotFound], [ErrConflict] (as [DuplicateError] or [ReferencedError]),
// [ErrReadOnly], [ErrInvalidFilter] and [ErrClosed] are tested with errors.Is.
// A canceled context gives its cause. Everything else means that the database
// is in trouble.
//
// # What implementations must not assume
//
// Nothing here is bound to one process: a delivery that is being sent is held by
// a claim with a token, and only its holder settles it. An implementation that
// one process owns may keep claims in memory; they then end with the process,
// which is what a rescue is.
package store
