// Package sqlite is the embedded store: one SQLite file in WAL mode, written
// with synchronous=FULL, owned by one process.
//
// One goroutine writes. It takes what waits (calls of Update and Settle), runs
// it in one transaction, commits with one fsync and then answers everyone; while
// it syncs, the next group gathers. A member that fails is left out alone; see
// docs/decisions/0002-group-commit.md. Readers have connections of their own and
// never wait for the writer.
//
// Claims are kept in memory: a lock file makes sure that only one process has
// the directory, so a claim cannot outlive its holder.
//
// The package talks to the driver's connections directly instead of through
// database/sql: each connection keeps its prepared statements, and a statement
// costs about half as much. Nobody but package app and tests imports it.
package sqlite
