// Package dispatch delivers: it takes due deliveries from the store, renders,
// signs and sends each one, and records what happened.
//
// # Lanes
//
// Each webhook has a lane: its due deliveries in order, its slots, its rate
// limit and its health. Workers take from the lanes in turn, by the weight of
// the webhook's queue, so that one lane's backlog never stands before another's,
// and no lane gets more than its share of them (docs/decisions/0010).
//
// # The store is the truth
//
// A lane holds a bounded window of what is due. New deliveries are announced in
// memory after their commit; a hint that is lost or does not fit costs latency
// only, because the keeper reads the lane anew from the store when its window
// runs low, when its next retry is due, and at intervals. Three facts make sure
// that a delivery is not taken twice: what is in flight is known (flights) until
// its outcome is durable; what was settled while the keeper was reading is noted
// and left out of what was read; and a hint about something that an earlier read
// must have seen is dropped, which is known because ids grow in commit order.
//
// # Goroutines
//
// The [Dispatcher] owns all of them and waits for them in Stop: the workers, the
// keeper (wakes lanes on time) and its readers, the recorder (settles outcomes in
// batches), the inspector (compares lanes with the store), and the janitor
// (retention). State of lanes is guarded by the
// scheduler's mutex; nothing is done under it but moving entries about.
//
// Workers have two contexts: stopping ends the taking of work at once; running
// exchanges may finish until the drain's limit and are then cut.
package dispatch
