// Package render makes the request of a delivery: a webhook's templates, applied
// to a change's context, give URL, headers and body.
//
// An [Engine] has the two template environments (headers know one filter more)
// and compiles webhooks; a [Plan] is a compiled webhook, immutable and safe for
// concurrent use. Templates never change what they are given: a change's
// variables are decoded once and shared by all of its deliveries.
//
// The package does not sign and does not send. Preview and real delivery go
// through the same Plan.
package render
