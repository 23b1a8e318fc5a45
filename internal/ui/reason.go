package ui

import (
	"strconv"

	"bellhop/internal/webhook"
)

// explanation says what a failure means and what to do about it.
type explanation struct {
	// Short is for lists, Title for the box above an attempt.
	Short, Title string
	// What happened, and what to Do.
	What, Do string
}

// explanations has one for every reason; see [webhook.Reason].
var explanations = map[webhook.Reason]explanation{
	webhook.ReasonStatus4xx: {
		"refused", "The receiver refused the request",
		"It answered with a status that says the request is wrong: unknown address, missing credentials, or a body it does not understand.",
		"Read its answer below. Mend the URL, the headers or the body template of the webhook, then retry.",
	},
	webhook.ReasonStatus5xx: {
		"receiver's error", "The receiver had an error",
		"It answered that something went wrong on its side. Bellhop tries again by itself until the attempts are spent.",
		"Look at the receiver's own log at the time of the attempt. When it is mended, retry.",
	},
	webhook.ReasonRateLimited: {
		"too many requests", "The receiver asked for fewer requests",
		"It answered 429. Bellhop waits as long as the receiver asked for, within its schedule.",
		"If this goes on, set a rate limit on the webhook, or raise the limit of the receiver.",
	},
	webhook.ReasonGone: {
		"gone", "The receiver wants no more of this",
		"It answered 410 Gone, which tells senders to stop. Bellhop does not try again by itself.",
		"Ask who runs the receiver. Give the webhook its new address, or disable it.",
	},
	webhook.ReasonRedirect: {
		"redirect", "The receiver sent the request elsewhere",
		"Redirects are never followed, because a request with its body and signature must not end up where nobody put it.",
		"Set the webhook's URL to the address in the Location header of the answer; often only https or a slash at the end is missing.",
	},
	webhook.ReasonTimeout: {
		"timeout", "The receiver took too long",
		"There was no complete answer within the webhook's timeout. The receiver may have acted on the request all the same.",
		"Have the receiver answer first and work later, or raise the timeout of the webhook. The timing below says which part was slow.",
	},
	webhook.ReasonDNS: {
		"name not found", "The receiver's name was not found",
		"The name in the URL did not resolve to an address.",
		"Check the URL for typing errors, and that this server's name servers know the name.",
	},
	webhook.ReasonConnect: {
		"no connection", "There was no connection to the receiver",
		"The connection was refused or cut, or what answered does not speak HTTP.",
		"Check that the receiver runs and listens on that port, and that no firewall is in between.",
	},
	webhook.ReasonTLS: {
		"TLS", "The receiver's certificate was not accepted",
		"The encrypted connection could not be made: the certificate is unknown, expired, or for another name.",
		"Mend the certificate, or give the webhook the file of the authority that signed it. Checking can be switched off on the webhook, which lets anybody in between read along.",
	},
	webhook.ReasonBlocked: {
		"blocked address", "The receiver's address may not be called",
		"The URL leads to an address that the settings forbid, such as the metadata service of a cloud.",
		"If the address is right, an administrator can allow it in the settings of deliveries.",
	},
	webhook.ReasonResponseTooLarge: {
		"answer too large", "The receiver's answer was too large",
		"Bellhop reads an answer of limited size and gives up on longer ones. The receiver has had the request.",
		"Have the receiver answer briefly; nobody needs more than a status.",
	},
	webhook.ReasonCanceled: {
		"canceled", "The attempt was cut short",
		"A person canceled the delivery, or the server was stopped, while the request was under way. The receiver may have had it.",
		"Retry if the receiver should have it.",
	},
	webhook.ReasonInterrupted: {
		"interrupted", "The server died during the attempt",
		"It is not known whether the receiver had the request. Bellhop sends it again; the webhook-id header lets receivers tell.",
		"Nothing, if the next attempt succeeds. If it happens often, look into the server's log.",
	},
	webhook.ReasonRender: {
		"template error", "The request could not be made",
		"The URL, the headers or the body template of the webhook did not work for this change. Nothing was sent.",
		"Mend the template with the preview on the webhook's page, then retry: the mended one counts.",
	},
	webhook.ReasonInternal: {
		"fault of Bellhop", "Bellhop itself had a fault",
		"This should not happen. The server's log has the details.",
		"Retry. If it happens again, report it with the lines of the log.",
	},
}

// result says in few words how the last attempt of a delivery ended.
func result(reason webhook.Reason, status, attempts int) string {
	switch {
	case attempts == 0:
		return "not tried yet"
	case reason == webhook.ReasonNone && status == 0:
		return "—"
	case reason == webhook.ReasonNone:
		return strconv.Itoa(status)
	case status == 0:
		return explanations[reason].Short
	}
	return strconv.Itoa(status) + " " + explanations[reason].Short
}
