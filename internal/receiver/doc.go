// Package receiver is an HTTP server that shows what arrives: the counterpart
// of the webhooks that Bellhop sends. The receiver command prints its requests,
// the demo and the load test count them, tests look at them.
//
// It stands apart from the commands because all of those need it. It reads
// requests itself instead of using net/http's server, which forgets the order
// and the casing of header fields; a person who looks at a webhook wants to see
// what was sent. Parsing and body framing are still net/http's.
//
// A [Server] owns one goroutine per connection and [Server.Serve] waits for all
// of them. Sizes of headers and bodies, and the time a client may take, are
// bounded. The package knows signatures, but nothing of Bellhop's other parts.
package receiver
