package ui

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"bellhop/internal/admin"
	"bellhop/internal/store"
	"bellhop/internal/ui/live"
	"bellhop/internal/webhook"
)

// backgroundPages are NetBox's views of its task queues and workers.
func backgroundPages() []page {
	look := may(webhook.ActionView, admin.KindDelivery)
	return []page{
		{"GET /core/background-queues/{$}", look, (*view).listQueues},
		{"GET /core/background-workers/{$}", look, (*view).listWorkers},
	}
}

// stuckAfter is how long a delivery may be due before a queue counts as stuck.
// A receiver on probation is tried at least once a minute.
const stuckAfter = 5 * time.Minute

// queuesPage is the view model of the queues.
type queuesPage struct {
	Queues []queueRow
	States []string
	Total  []queueCell
	// Workers of all queues, and those that are busy.
	Workers, Busy int
	// Stuck are the queues whose oldest delivery waits for too long.
	Stuck []string
}

type queueRow struct {
	Name, Path string
	Cells      []queueCell
	// Oldest is when the oldest that is due became due; zero for none.
	Oldest time.Time
	Stuck  bool
}

// queueCell is how many tasks of a queue are in a state.
type queueCell struct {
	State, Path string
	N           int
}

func tasksPath(queue string, states ...string) string {
	values := url.Values{"state": states}
	if queue != "" {
		values.Set("queue", queue)
	}
	return "/core/background-tasks/?" + values.Encode()
}

func (v *view) listQueues() error {
	v.listen(live.Deliveries)
	queues, err := v.ui.options.Admin.Queues(v.ctx)
	if err != nil {
		return err
	}
	var data queuesPage
	total := map[webhook.State]int{}
	for _, q := range queues {
		name := q.Queue.String()
		row := queueRow{Name: name, Path: tasksPath(name), Oldest: q.Oldest}
		for _, state := range webhook.States {
			row.Cells = append(row.Cells, queueCell{state.String(), tasksPath(name, state.String()), q.States[state]})
			total[state] += q.States[state]
		}
		if row.Stuck = !q.Oldest.IsZero() && time.Since(q.Oldest) > stuckAfter; row.Stuck {
			data.Stuck = append(data.Stuck, name)
		}
		data.Queues = append(data.Queues, row)
	}
	for _, state := range webhook.States {
		data.States = append(data.States, state.String())
		data.Total = append(data.Total, queueCell{state.String(), tasksPath("", state.String()), total[state]})
	}
	for _, w := range v.ui.options.Admin.Workers() {
		data.Workers++
		if !w.Delivery.IsZero() {
			data.Busy++
		}
	}
	return v.render("queues", "Background tasks", data)
}

// workersPage is the view model of the workers.
type workersPage struct {
	List *listing
	// Self is the page's own path, for live updates.
	Self string
	Rows []workerRow
	Busy int
}

type workerRow struct {
	Name    string
	Started time.Time
	// Task is what it is sending, for those that are not idle.
	Task, TaskPath    string
	Succeeded, Failed int
	Working           string
}

func workerList() *listSpec {
	return &listSpec{
		Path: "/core/background-workers/", One: "worker", Many: "workers",
		Columns: []column{
			{Label: "Name"},
			{Label: "State", Class: "tight"},
			{Label: "Task", Class: "name"},
			{Label: "Succeeded", Class: "num"},
			{Label: "Failed", Class: "num"},
			{Label: "Working time", Class: "num"},
			{Label: "Started", Class: "tight"},
		},
	}
}

// listWorkers shows those that are busy before the others.
func (v *view) listWorkers() error {
	v.listen(live.Deliveries)
	list, err := v.list(workerList())
	if err != nil {
		return err
	}
	workers := v.ui.options.Admin.Workers()
	slices.SortStableFunc(workers, func(a, b admin.Worker) int {
		return cmp.Or(cmp.Compare(idleRank(a), idleRank(b)), cmp.Compare(b.Succeeded+b.Failed, a.Succeeded+a.Failed))
	})
	data := workersPage{List: list, Self: list.path(list.values)}
	for _, w := range workers {
		data.Busy += 1 - idleRank(w)
	}
	first := min(list.query.Offset, len(workers))
	shown := workers[first:min(first+list.query.Limit, len(workers))]
	list.show(len(shown), len(workers))
	names, err := v.taskNames(shown)
	if err != nil {
		return err
	}
	for _, w := range shown {
		row := workerRow{
			Name: w.Name, Started: w.Started, Succeeded: int(w.Succeeded), Failed: int(w.Failed), Working: shortDuration(w.Busy),
		}
		if !w.Delivery.IsZero() {
			row.TaskPath, row.Task = deliveryPath(w.Delivery), cmp.Or(names[w.Delivery], shortID(w.Delivery))
		}
		data.Rows = append(data.Rows, row)
	}
	return v.render("workers", "Workers", data)
}

func idleRank(w admin.Worker) int {
	if w.Delivery.IsZero() {
		return 1
	}
	return 0
}

// taskNames says what workers are sending. A delivery that was deleted in between
// has no name.
func (v *view) taskNames(workers []admin.Worker) (map[webhook.UUID]string, error) {
	var sending []webhook.UUID
	for _, w := range workers {
		if !w.Delivery.IsZero() {
			sending = append(sending, w.Delivery)
		}
	}
	if len(sending) == 0 {
		return nil, nil
	}
	found, err := v.ui.options.Admin.Deliveries(v.ctx, store.Query{Where: store.ByID(sending...), Limit: len(sending), NoCount: true})
	names := make(map[webhook.UUID]string, len(found.Items))
	for i := range found.Items {
		row := v.deliveryRow(&found.Items[i])
		names[found.Items[i].ID] = cmp.Or(row.Object, "—") + " → " + cmp.Or(row.Webhook, "deleted webhook")
	}
	return names, err
}
