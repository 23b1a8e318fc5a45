// Package send makes one HTTP request under Bellhop's rules and returns the
// response or a classified failure.
//
// The rules (product.md section 6): redirects are never followed; the webhook's
// timeout covers everything from the name look-up to the last byte; addresses
// are checked when dialling, after the name was resolved, so that no name and no
// notation gets around them; a response is read to 64 KiB and kept to 4 KiB;
// what is returned for keeping has secret-looking header values masked; a request
// goes out twice only if nobody has worked on it (again.go), and a receiver that
// sends more than an answer can have is hung up on (meter.go).
//
// It knows nothing of templates, signatures, deliveries or retries. It starts no
// goroutines of its own beside those of net/http, which Close ends.
//
// Connections are kept alive and shared by all webhooks with equal TLS settings
// and proxy. Plain exchanges, which are HTTP/1.1 without TLS or proxy, go the
// direct way, which costs half of net/http's CPU time; everything else goes
// through its transport, called without http.Client, whose redirects, cookies and
// timer are not wanted here. Both write the same bytes.
package send
