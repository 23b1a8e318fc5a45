package bench

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
)

// Isolation is what bad receivers beside it cost a healthy one that gets
// isolationRate changes a second.
type Isolation struct {
	// Others says what the bad receivers are like, Receivers how many there
	// are. Each has Waiting deliveries at first, and the first of them Left at
	// the end.
	Others    string `json:"others"`
	Receivers int    `json:"receivers"`
	Waiting   int    `json:"waiting"`
	Left      int    `json:"left"`
	// Alone and Beside are of the healthy one, before there was anything for
	// the bad ones and then, on the same server.
	Alone  *Measurement `json:"alone"`
	Beside *Measurement `json:"beside"`
	// Ratio is the median receipt beside them, of that alone.
	Ratio float64 `json:"ratio"`
}

// RateLimit is how well a webhook's limit is kept with much waiting for it and
// other webhooks firing.
type RateLimit struct {
	// Limit is the webhook's, Load what others get meanwhile, in requests a
	// second.
	Limit int `json:"limit"`
	Load  int `json:"load"`
	// Window is in seconds; Min and Max are the fewest and the most requests
	// that arrived in any such stretch of time.
	Window int `json:"window_seconds"`
	Min    int `json:"min"`
	Max    int `json:"max"`
}

// Sizes of these measurements.
const (
	isolationRate    = 50
	isolationWaiting = 1000

	limitRate    = 100
	limitLoad    = 500
	limitWindow  = 10 // seconds
	limitSeconds = limitWindow + 5
)

// badReceivers are the kinds that a healthy one must not notice. path is at the
// part that plays them; empty is one that is down.
var badReceivers = []struct {
	name, path string
	receivers  int
}{
	{"one takes 4 s", slowPath, 1},
	{"50 take 4 s", slowPath, 50},
	{"one never answers", silentPath, 1},
	{"50 never answer", silentPath, 50},
	{"one is down", "", 1},
}

// measureIsolation measures beside every kind of bad receiver, and a rate limit,
// each on a new server.
func (r *runner) measureIsolation(ctx context.Context, dir string, report *Report, progress func(string)) (err error) {
	bad, err := startPart(ctx, &r.options, roleBad)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bad.stop()) }()
	answer, err := bad.ask(command{})
	if err != nil {
		return err
	}
	for i, kind := range badReceivers {
		progress("beside bad receivers: " + kind.name)
		target := "http://" + answer.Address + kind.path
		if kind.path == "" {
			if target, err = deadAddress(ctx); err != nil {
				return err
			}
		}
		one := Isolation{Others: kind.name, Receivers: kind.receivers, Waiting: isolationWaiting}
		err := r.onNewServer(ctx, filepath.Join(dir, "isolation"+strconv.Itoa(i)), func() error { return r.isolate(ctx, &one, target) })
		if err != nil {
			return fmt.Errorf("%s: %w", kind.name, err)
		}
		report.Isolation = append(report.Isolation, one)
	}
	progress(fmt.Sprintf("a rate limit of %d a second beside %d", limitRate, limitLoad))
	return r.onNewServer(ctx, filepath.Join(dir, "limit"), func() (err error) {
		report.RateLimit, err = r.measureLimit(ctx)
		return err
	})
}

// onNewServer does something with a server on a new directory, which is killed
// then: requests that hang are not waited for.
func (r *runner) onNewServer(ctx context.Context, dir string, do func() error) (err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	if r.server, err = newServer(dir); err != nil {
		return err
	}
	if err := r.server.start(ctx, &r.options); err != nil {
		return err
	}
	defer r.server.kill()
	if err := r.server.addWebhooks(ctx, &r.options, r.receiverURL); err != nil {
		return err
	}
	return do()
}

// isolate measures the healthy receiver alone and beside bad ones.
func (r *runner) isolate(ctx context.Context, one *Isolation, bad string) (err error) {
	healthy := r.bellhop()
	healthy.pid = 0 // it is never idle
	paced := posting{Rate: isolationRate, Events: max(1, int(isolationRate*r.options.PaceTime.Seconds()))}
	if _, err := r.measure(ctx, healthy, posting{Rate: isolationRate, Events: minWarmUp}); err != nil {
		return err
	}
	if one.Alone, err = r.measure(ctx, healthy, paced); err != nil {
		return err
	}
	var first int
	for i := range one.Receivers {
		id, err := r.server.addWaiting(ctx, i, bad, nil)
		if err != nil {
			return err
		}
		if i == 0 {
			first = id
		}
	}
	number := r.next
	r.next += one.Waiting
	if _, err := r.fill(number, one.Waiting); err != nil {
		return err
	}
	if one.Beside, err = r.measure(ctx, healthy, paced); err != nil {
		return err
	}
	one.Ratio = one.Beside.Receipt.P50 / one.Alone.Receipt.P50
	one.Left, err = r.server.countWaiting(ctx, first)
	if err == nil && one.Left == 0 {
		err = errors.New("nothing was waiting any more, so nothing was measured")
	}
	return err
}

// measureLimit lets deliveries for a webhook with a limit wait, keeps others
// coming, and has the receiver count.
func (r *runner) measureLimit(ctx context.Context) (_ *RateLimit, err error) {
	load, err := startPart(ctx, &r.options, roleLoad)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, load.stop()) }()
	if _, err := r.server.addWaiting(ctx, 0, r.receiverURL+hookPath+"0", map[string]any{"rate_limit": limitRate}); err != nil {
		return nil, err
	}
	n := limitRate * limitSeconds
	first := r.next
	r.next += n + limitLoad*limitSeconds
	if _, err := r.receiver.ask(command{Expect: &expectation{first, n, 1}}); err != nil {
		return nil, err
	}
	if _, err := r.fill(first, n); err != nil {
		return nil, err
	}
	if _, err := load.ask(command{Post: &posting{
		URL: r.server.url + changesPath, Token: r.server.token, Input: InputChanges, First: first + n,
		Events: limitLoad * limitSeconds, Rate: limitLoad, Connections: r.options.Concurrency,
	}}); err != nil {
		return nil, err
	}
	arrived, err := r.waitArrived(ctx, n)
	if err != nil {
		return nil, err
	}
	if arrived.Distinct < n || arrived.Windows == nil {
		return nil, fmt.Errorf("%d of %d deliveries arrived", arrived.Distinct, n)
	}
	return &RateLimit{Limit: limitRate, Load: limitLoad, Window: limitWindow, Min: arrived.Windows.Min, Max: arrived.Windows.Max}, nil
}

// addWaiting makes a webhook for changes of waitingType and returns its id.
func (s *server) addWaiting(ctx context.Context, number int, url string, more map[string]any) (id int, err error) {
	definition := map[string]any{
		"name": fmt.Sprintf("bench waiting %d", number), "content_types": []string{waitingType}, "type_create": true, "secret": "bench",
		"payload_url": url,
	}
	maps.Copy(definition, more)
	var made struct{ ID int }
	err = s.call(ctx, http.MethodPost, "extras/webhooks/", definition, &made)
	return made.ID, err
}

// countWaiting counts a webhook's deliveries that are not done.
func (s *server) countWaiting(ctx context.Context, webhook int) (int, error) {
	var page struct{ Count int }
	path := fmt.Sprintf("extras/deliveries/?limit=1&webhook_id=%d&state=queued&state=scheduled&state=started", webhook)
	err := s.call(ctx, http.MethodGet, path, nil, &page)
	return page.Count, err
}
