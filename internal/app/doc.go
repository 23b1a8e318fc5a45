// Package app makes one process of the packages below it. [Open] builds the
// database and the use cases on it, as the commands that work on a stopped
// server need them; [New] adds what a server has: listener, REST API, workers,
// metrics. [App] has New, Start, Stop and Run; tests run it in-process.
//
// It is the only package that knows every other one, so adapters between
// packages that must not know each other stand here. Each resource registers
// its clean-up in the line after it exists; clean-ups run backwards and their
// errors are joined.
//
// # Stop
//
// Stop drains: readiness goes off, the listener closes, requests under way are
// answered, workers take nothing new and finish what they are sending, outcomes
// are recorded, the database is closed. What is not done when the limit is over
// is cut and stays due in the database.
package app
