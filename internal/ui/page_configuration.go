package ui

import (
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// configurationPages are for superusers: settings say where the server may send.
func configurationPages() []page {
	return []page{{"GET /core/configuration/{$}", superuser, (*view).showConfiguration}}
}

// configurationPage is the view model of settings and sizes.
type configurationPage struct {
	Version  string
	Sections []settingSection
	// Disk is the database's size in bytes.
	Disk int64
	// States are deliveries by state, Total all of them.
	States []stateCount
	Total  int
	// Oldest and OldestChange are when the first kept ones were made.
	Oldest, OldestChange        time.Time
	KeepDeliveries, KeepChanges time.Duration
}

type settingSection struct {
	Name     string
	Settings []Setting
}

type stateCount struct {
	State string
	N     int
	Path  string
}

func (v *view) showConfiguration() error {
	o := v.ui.options
	data := configurationPage{Version: o.Version, KeepDeliveries: o.KeepDeliveries, KeepChanges: o.KeepChanges}
	for _, s := range o.Settings {
		if n := len(data.Sections); n == 0 || data.Sections[n-1].Name != s.Section {
			data.Sections = append(data.Sections, settingSection{Name: s.Section})
		}
		last := &data.Sections[len(data.Sections)-1]
		last.Settings = append(last.Settings, s)
	}
	var err error
	if data.Disk, err = o.DiskSize(); err != nil {
		return err
	}
	if err := v.countStates(&data); err != nil {
		return err
	}
	first := store.Query{Order: []store.Order{{Path: "id"}}, Limit: 1, NoCount: true}
	deliveries, err := o.Admin.Deliveries(v.ctx, first)
	if err != nil {
		return err
	}
	if len(deliveries.Items) > 0 {
		data.Oldest = deliveries.Items[0].Created
	}
	changes, err := o.Admin.Changes(v.ctx, first, false)
	if err != nil {
		return err
	}
	if len(changes.Items) > 0 {
		data.OldestChange = changes.Items[0].Time
	}
	return v.render("configuration", "Configuration", data)
}

func (v *view) countStates(data *configurationPage) error {
	loads, err := v.loads()
	if err != nil {
		return err
	}
	var all load
	for _, l := range loads {
		all.Waiting += l.Waiting
		all.Started += l.Started
		all.Finished += l.Finished
		all.Failed += l.Failed
		all.Canceled += l.Canceled
	}
	data.States = []stateCount{
		{"waiting", all.Waiting, "/extras/deliveries/?state=queued&state=scheduled"},
		{webhook.Started.String(), all.Started, "/extras/deliveries/?state=started"},
		{webhook.Finished.String(), all.Finished, "/extras/deliveries/?state=finished"},
		{webhook.Failed.String(), all.Failed, "/extras/deliveries/?state=failed"},
		{webhook.Canceled.String(), all.Canceled, "/extras/deliveries/?state=" + webhook.Canceled.String()},
	}
	for _, s := range data.States {
		data.Total += s.N
	}
	return nil
}
