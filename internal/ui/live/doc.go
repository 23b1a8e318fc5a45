// Package live tells open pages what has changed, by server-sent events.
//
// Nothing but names of topics travels: "deliveries" says that there is news about
// deliveries, and the page asks again, by its own address, for the part that shows
// them. So filters, permissions and markup stay where the page is made, and a
// subscriber that is slow owes one update for each topic, not a queue of them.
//
// Publishing costs two atomic operations while nobody listens, three while somebody
// does, and never waits: all subscribers are told in rounds, four a second at most,
// so what is published thousands of times a second costs each of them four updates.
//
// The hub has no goroutine. Streams are their requests'.
package live
