// Package bench measures a Bellhop server from outside: how many changes it
// takes and delivers, how soon, and for how much CPU time and disk.
//
// [Run] starts every part as a process of its own, all on loopback and all from
// the program's own executable: the server, which is "bellhop serve" with
// default settings, and three bare programs of this package, [RunPart]: the
// receiver that counts what arrives, the load that posts, and the relay, which
// takes a POST and sends a POST with the same bytes, storing nothing. The relay
// and the load posting straight to the receiver are the limits that the server
// is compared with, in the same run, because figures of different runs on a
// shared machine say little about each other.
//
// The package knows the REST API and the command line, as a user does, and
// nothing of the server's inside. docs/performance.md explains the method.
package bench
