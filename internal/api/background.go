package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// backgroundRoutes are NetBox 4.2's views of its task queues, for superusers as
// there. Its list has queued tasks only; this one has every state.
func (a *API) backgroundRoutes() []route {
	tasks := taskList{a.deliveries().description}
	tasks.filters = append(tasks.filters, // the names that tasks have for these fields
		filter{param: "status", kind: kindChoice, path: "state", choices: tasks.field("state").choices},
		filter{param: "origin", kind: kindChoice, path: "queue", choices: queueChoices()})
	get := func(path, summary string, handle func(*call) error, gives shape, named string) route {
		return route{path: path, operations: []operation{{
			method: http.MethodGet, summary: summary, access: superuser, handle: handle, gives: gives, givesNamed: named, status: http.StatusOK,
		}}}
	}
	routes := []route{
		get("/api/core/background-queues/", "List queues", listQueues, shapePage, namedQueue),
		get("/api/core/background-queues/{name}/", "Show a queue", getQueue, shapeOne, namedQueue),
		get("/api/core/background-workers/", "List workers", listWorkers, shapePage, namedWorker),
		get("/api/core/background-workers/{name}/", "Show a worker", getWorker, shapeOne, namedWorker),
		get("/api/core/background-tasks/", "List background tasks", tasks.list, shapePage, namedTask),
		get("/api/core/background-tasks/{id}/", "Show a background task", tasks.get, shapeOne, namedTask),
	}
	for _, verb := range []struct {
		name   string
		handle func(*call) error
	}{{"delete", tasks.delete}, {"requeue", tasks.requeue}, {"enqueue", tasks.requeue}, {"stop", tasks.stop}} {
		routes = append(routes, route{path: "/api/core/background-tasks/{id}/" + verb.name + "/", operations: []operation{{
			method: http.MethodPost, summary: "Background task: " + verb.name, access: superuser, handle: verb.handle,
			gives: shapeText, status: http.StatusOK,
		}}})
	}
	return routes
}

func (c *call) showQueue(index int, q admin.QueueLoad) (json.RawMessage, error) {
	oldest := "-" // RQ's word for none
	if !q.Oldest.IsZero() {
		oldest = q.Oldest.UTC().Format(time.DateTime)
	}
	return encode(object{
		{"name", q.Queue},
		{"url", c.base() + "/api/core/background-queues/" + q.Queue.String() + "/"},
		{"jobs", q.States[webhook.Queued]},
		{"oldest_job_timestamp", oldest},
		{"index", index},
		{"scheduler_pid", os.Getpid()},
		{"workers", len(c.api.options.Admin.Workers())},
		{"finished_jobs", q.States[webhook.Finished]},
		{"started_jobs", q.States[webhook.Started]},
		{"deferred_jobs", 0},
		{"failed_jobs", q.States[webhook.Failed]},
		{"scheduled_jobs", q.States[webhook.Scheduled]},
		{"canceled_jobs", q.States[webhook.Canceled]},
	})
}

func listQueues(c *call) error {
	queues, err := c.api.options.Admin.Queues(c.ctx)
	if err != nil {
		return err
	}
	items := make([]json.RawMessage, len(queues))
	for i, q := range queues {
		if items[i], err = c.showQueue(i, q); err != nil {
			return err
		}
	}
	return c.sendPage(store.Query{Limit: maxLimit}, len(items), items)
}

func getQueue(c *call) error {
	queues, err := c.api.options.Admin.Queues(c.ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(queues, func(q admin.QueueLoad) bool { return q.Queue.String() == c.r.PathValue("name") })
	if i < 0 {
		return webhook.NotFound()
	}
	text, err := c.showQueue(i, queues[i])
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, text)
}

func (c *call) showWorker(w admin.Worker) (json.RawMessage, error) {
	state := "idle"
	if !w.Delivery.IsZero() {
		state = "busy"
	}
	return encode(object{
		{"name", w.Name},
		{"url", c.base() + "/api/core/background-workers/" + url.PathEscape(w.Name) + "/"},
		{"state", state},
		{"birth_date", showTime(w.Started)},
		{"queue_names", []string{"high", "default", "low"}},
		{"pid", os.Getpid()},
		{"successful_job_count", w.Succeeded},
		{"failed_job_count", w.Failed},
		{"total_working_time", w.Busy.Seconds()},
		{"current_job", idOrNull(w.Delivery)},
	})
}

func idOrNull(id webhook.UUID) any {
	if id.IsZero() {
		return nil
	}
	return id
}

func listWorkers(c *call) error {
	workers := c.api.options.Admin.Workers()
	query := store.Query{Limit: pageLimit(c.r.URL.Query().Get("limit")), Offset: pageOffset(c.r.URL.Query().Get("offset"))}
	var items []json.RawMessage
	for _, w := range workers[min(query.Offset, len(workers)):min(query.Offset+query.Limit, len(workers))] {
		text, err := c.showWorker(w)
		if err != nil {
			return err
		}
		items = append(items, text)
	}
	return c.sendPage(query, len(workers), items)
}

func getWorker(c *call) error {
	for _, w := range c.api.options.Admin.Workers() {
		if w.Name == c.r.PathValue("name") {
			text, err := c.showWorker(w)
			if err != nil {
				return err
			}
			return c.send(http.StatusOK, text)
		}
	}
	return webhook.NotFound()
}

// taskList is /api/core/background-tasks/: deliveries in the form of RQ's jobs,
// with the filters of deliveries.
type taskList struct {
	*description
}

func (l taskList) show(c *call, d *admin.DeliveryDetail) (json.RawMessage, error) {
	id := d.ID.String()
	name, timeout := "", webhook.DefaultTimeout
	if d.Webhook != nil {
		name, timeout = d.Webhook.Name, d.Webhook.Timeout
	}
	var enqueued, scheduled any = showTime(d.Due), nil
	if d.State == webhook.Scheduled {
		enqueued, scheduled = nil, showTime(d.Due)
	}
	status := d.State.String()
	is := func(s webhook.State) bool { return d.State == s }
	return encode(object{
		{"id", id},
		{"url", c.base() + "/api/core/background-tasks/" + id + "/"},
		{"description", "Webhook " + name},
		{"origin", d.Queue},
		{"func_name", "bellhop.deliver"},
		{"args", "[]"},
		{"kwargs", "{}"},
		{"result", emptyIsNull(d.Reason.String())},
		{"timeout", timeout},
		{"result_ttl", nil},
		{"created_at", showTime(d.Created)},
		{"enqueued_at", enqueued},
		{"started_at", nil},
		{"ended_at", showTime(d.Ended)},
		{"scheduled_for", scheduled},
		{"worker_name", nil},
		{"position", nil},
		{"status", status},
		{"meta", object{{"delivery", c.base() + "/api/extras/deliveries/" + id + "/"}, {"attempts", d.Attempts}, {"status_code", d.StatusCode}}},
		{"last_heartbeat", nil},
		{"is_finished", is(webhook.Finished)},
		{"is_queued", is(webhook.Queued)},
		{"is_failed", is(webhook.Failed)},
		{"is_started", is(webhook.Started)},
		{"is_deferred", false},
		{"is_canceled", is(webhook.Canceled)},
		{"is_scheduled", is(webhook.Scheduled)},
		{"is_stopped", false},
	})
}

func (l taskList) list(c *call) error {
	return sendList(c, l.description, func(query store.Query) (store.Page[admin.DeliveryDetail], error) {
		return c.api.options.Admin.Deliveries(c.ctx, query)
	}, func(e *admin.DeliveryDetail) (json.RawMessage, error) { return l.show(c, e) })
}

func (l taskList) get(c *call) error {
	id, err := c.uuid()
	if err != nil {
		return err
	}
	detail, err := c.api.options.Admin.Delivery(c.ctx, id)
	if err != nil {
		return err
	}
	text, err := l.show(c, &detail)
	if err != nil {
		return err
	}
	return c.send(http.StatusOK, text)
}

// Actions answer with an empty 200, as NetBox's do.
func (l taskList) act(c *call, act action, passedOver string) error {
	if _, err := c.actOn(act, passedOver); err != nil {
		return err
	}
	c.answered = true
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func (l taskList) delete(c *call) error { return l.act(c, remove, "The task is being sent.") }

func (l taskList) requeue(c *call) error {
	return l.act(c, retry, "The task is queued already or being sent.")
}

func (l taskList) stop(c *call) error { return l.act(c, cancel, "The task has ended already.") }
