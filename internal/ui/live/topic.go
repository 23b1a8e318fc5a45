package live

// Topics. The hub takes any; these are what the process publishes and pages listen
// to.
const (
	// Overview is about numbers over time: attempts and what waits.
	Overview = "overview"
	// Deliveries is about deliveries, new or moved on.
	Deliveries = "deliveries"
	// Changes is about new changes of objects.
	Changes = "changes"
	// Webhooks is about definitions that people changed.
	Webhooks = "webhooks"
)
