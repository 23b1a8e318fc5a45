// Package manifest keeps webhooks, event rules and object types in a YAML file
// that people version and carry from server to server.
//
// The file has the REST API's own fields, so that there is nothing new to learn:
//
//	object_types:
//	  - app_label: lab
//	    model: sensor
//	    plural: sensors
//	    fields:
//	      - {name: name, kind: text, required: true, unique: true}
//	webhooks:
//	  - name: New sensors
//	    content_types: [lab.sensor]
//	    type_create: true
//	    payload_url: https://example.org/hook
//	event_rules:
//	  - name: Racks too
//	    webhook: New sensors
//	    object_types: [dcim.rack]
//	    event_types: [object_created]
//
// [Export] writes a file from a server. [NewPlan] compares a file with a server;
// [Plan.Apply] does what the plan says. Entries are known by their names. What
// the file does not mention, entries and fields alike, stays as it is. Secrets
// are masked in what is exported, and a masked one is not written; one that is
// given is written every time, because there is nothing to compare it with.
//
// Which fields can be written is asked of the server (OPTIONS), so the package
// knows none but those that name things.
package manifest
