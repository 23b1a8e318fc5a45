// Package wire shows HTTP requests as people read them: as a command that sends
// them again, and as the differences between two of them.
//
// It knows only what webhooks keep of a request, whose secret-looking header
// values are masked ([webhook.MaskedSecret]); it never needs, and never shows, a
// secret. Everything is pure and may be called concurrently.
package wire
