// Package live tells open pages what has changed, by server-sent events.
//
// Nothing but names of topics travels: "deliveries" says that there is news about
// deliveries, and the page asks again, by its own address, for the part that shows
// them. So filters, permissions and markup stay where the page is made, and a
// subscriber that is slow owes one update for each topic, not a queue of them.
//
// Publishing costs two atomic operations while nobody listens, and never waits. The
// package does not know what topics mean.
package live
