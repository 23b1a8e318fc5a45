package api

import (
	"maps"
	"slices"

	"bellhop/internal/webhook"
)

// Names of schemas that are no resource's.
const (
	namedIncoming = "IncomingChanges"
	namedRecorded = "RecordedChanges"
	namedVerdict  = "Verdict"
	namedAttempt  = "Attempt"
	namedCount    = "Count"
	namedQueue    = "BackgroundQueue"
	namedWorker   = "BackgroundWorker"
	namedTask     = "BackgroundTask"
	namedPlaces   = "Places"
	namedStatus   = "Status"
	namedTrial    = "Trial"
	namedPreview  = "PreviewResult"
	namedTest     = "TestResult"
	namedDraft    = "WebhookDraft"
	namedLogin    = "Login"
)

// Kinds of members of the schemas below.
func aText() dict                  { return dict{"type": "string"} }
func aNumber() dict                { return dict{"type": "number"} }
func anInteger() dict              { return dict{"type": "integer"} }
func aBoolean() dict               { return dict{"type": "boolean"} }
func aTime() dict                  { return dict{"type": "string", "format": "date-time"} }
func anything() dict               { return dict{} }
func orNull(schema dict) dict      { schema["nullable"] = true; return schema }
func nullableRef(name string) dict { return dict{"allOf": []any{ref(name)}, "nullable": true} }

// members describes an object all of whose members are always there.
func members(properties dict) dict {
	required := make([]string, 0, len(properties))
	for name := range properties {
		required = append(required, name)
	}
	slices.Sort(required)
	return dict{"type": "object", "properties": properties, "required": required}
}

// outcomeWords are the outcomes of verdicts.
func outcomeWords() []string {
	words := make([]string, len(webhook.Outcomes))
	for i, o := range webhook.Outcomes {
		words[i] = o.String()
	}
	return words
}

// namedSchemas are those that are no resource's.
func namedSchemas() dict {
	header := members(dict{"name": aText(), "value": aText()})
	request := func() dict {
		return members(dict{"method": aText(), "url": aText(), "headers": listOf(header), "body": aText()})
	}
	response := members(dict{"status": anInteger(), "headers": listOf(header), "body": aText(), "truncated": aBoolean()})
	trial := dict{
		"change": nullableRef("Brief"), "sample": aBoolean(), "fires": aBoolean(), "verdicts": listOf(ref(namedVerdict)),
	}
	with := func(base, more dict) dict {
		all := dict{}
		for _, part := range []dict{base, more} {
			maps.Copy(all, part)
		}
		return members(all)
	}
	return dict{
		"Fault":     dict{"description": `{"field": ["…"]}, {"__all__": ["…"]}, {"detail": "…"}, or a list of these with {} for what is fine.`},
		"Key":       members(dict{"id": dict{"oneOf": []any{anInteger(), aText()}}}),
		"Brief":     dict{"type": "object", "properties": dict{"url": aText(), "display": aText()}},
		"Choice":    members(dict{"value": aText(), "label": aText()}),
		namedCount:  members(dict{"count": anInteger()}),
		namedPlaces: dict{"type": "object", "additionalProperties": aText()},
		namedStatus: members(dict{
			"netbox-version": aText(), "bellhop-version": aText(), "go-version": aText(), "plugins": dict{"type": "object"},
			"installed-apps": dict{"type": "object"}, "rq-workers-running": anInteger(),
			"python-version": orNull(aText()), "django-version": orNull(aText()),
		}),
		namedVerdict: members(dict{
			"webhook": ref("Brief"), "event_rule": nullableRef("Brief"), "name": aText(),
			"outcome": dict{"type": "string", "enum": outcomeWords()},
			"round":   anInteger(),
			"reason":  aText(), "explanation": orNull(anything()), "delivery": nullableRef("Brief"),
		}),
		namedAttempt: members(dict{
			"number": anInteger(), "start": orNull(aTime()), "worker": aText(), "webhook_revision": anInteger(),
			"request": request(), "response": orNull(response),
			"timing": members(dict{
				"dns_ms": aNumber(), "connect_ms": aNumber(), "tls_ms": aNumber(), "first_byte_ms": aNumber(), "total_ms": aNumber(),
			}),
			"reason": orNull(aText()), "error": aText(),
		}),
		namedTrial:   dict{"type": "object", "properties": dict{"change": orNull(anInteger())}},
		namedDraft:   dict{"type": "object", "description": "A webhook's fields; id names a stored one to begin with, change the change to render for."},
		namedPreview: with(trial, dict{"request": orNull(request()), "error": orNull(aText())}),
		namedTest:    with(trial, dict{"attempt": ref(namedAttempt)}),
		namedLogin: dict{"type": "object", "required": []string{"username", "password"}, "properties": dict{
			"username": aText(), "password": aText(), "description": aText(), "write_enabled": aBoolean(), "expires": orNull(aTime()),
		}},
		"IncomingChange": incomingSchema(),
		namedIncoming:    dict{"oneOf": []any{ref("IncomingChange"), listOf(ref("IncomingChange"))}},
		"RecordedChange": members(dict{"id": anInteger(), "url": aText(), "request_id": aText(), "deliveries": listOf(aText())}),
		namedRecorded:    dict{"oneOf": []any{ref("RecordedChange"), listOf(ref("RecordedChange"))}},
		namedQueue:       queueSchema(),
		namedWorker: members(dict{
			"name": aText(), "url": aText(), "state": aText(), "birth_date": orNull(aTime()), "queue_names": listOf(aText()), "pid": anInteger(),
			"successful_job_count": anInteger(), "failed_job_count": anInteger(), "total_working_time": aNumber(), "current_job": orNull(aText()),
		}),
		namedTask: taskSchema(),
	}
}

func incomingSchema() dict {
	snapshot := func() dict { return orNull(dict{"type": "object"}) }
	return dict{
		"type": "object", "required": []string{"object_type", "object_id", "event", "data"},
		"properties": dict{
			"object_type": aText(), "object_id": anInteger(), "event": dict{"type": "string", "description": "created, updated or deleted"},
			"data":      dict{"type": "object"},
			"snapshots": dict{"type": "object", "properties": dict{"prechange": snapshot(), "postchange": snapshot()}},
			"username":  aText(), "request_id": dict{"type": "string", "format": "uuid"}, "timestamp": aTime(),
		},
	}
}

func queueSchema() dict {
	return members(dict{
		"name": aText(), "url": aText(), "jobs": anInteger(), "oldest_job_timestamp": aText(), "index": anInteger(),
		"scheduler_pid": anInteger(), "workers": anInteger(), "finished_jobs": anInteger(), "started_jobs": anInteger(),
		"deferred_jobs": anInteger(), "failed_jobs": anInteger(), "scheduled_jobs": anInteger(), "canceled_jobs": anInteger(),
	})
}

func taskSchema() dict {
	task := dict{
		"id": aText(), "url": aText(), "description": aText(), "origin": aText(), "func_name": aText(), "args": aText(), "kwargs": aText(),
		"result": orNull(aText()), "timeout": anInteger(), "result_ttl": orNull(anInteger()), "created_at": orNull(aTime()),
		"enqueued_at": orNull(aTime()), "started_at": orNull(aTime()), "ended_at": orNull(aTime()), "scheduled_for": orNull(aTime()),
		"worker_name": orNull(aText()), "position": orNull(anInteger()), "status": aText(), "meta": dict{"type": "object"},
		"last_heartbeat": orNull(aTime()),
	}
	for _, state := range []string{"finished", "queued", "failed", "started", "deferred", "canceled", "scheduled", "stopped"} {
		task["is_"+state] = aBoolean()
	}
	return members(task)
}
