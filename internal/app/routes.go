package app

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"

	"bellhop/internal/api"
	"bellhop/internal/config"
	"bellhop/internal/ui"
)

// handler puts together what the server answers.
func (a *App) handler(p Params) (http.Handler, error) {
	rest, err := api.New(api.Options{
		Admin: a.Admin, Inventory: a.Inventory, IDs: a.IDs, Log: p.Log, Version: p.Version,
		BaseURL: a.options.Server.BaseURL, MaxBody: a.options.Server.MaxBody,
	})
	if err != nil {
		return nil, err
	}
	pages, err := ui.New(ui.Options{
		Admin: a.Admin, Inventory: a.Inventory, IDs: a.IDs, Log: p.Log, Version: p.Version,
		BaseURL: a.options.Server.BaseURL, REST: inProcess{rest}, Live: a.live,
		Settings:       shownSettings(p),
		DiskSize:       func() (int64, error) { return diskSize(p.Options.Database.Data) },
		KeepDeliveries: days(p.Options.Retention.Deliveries), KeepChanges: days(p.Options.Retention.Changes),
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", rest)
	mux.Handle("/", pages)
	mux.HandleFunc("GET /healthz", a.health.alive)
	mux.HandleFunc("GET /readyz", a.health.ready)
	mux.Handle("GET /metrics", a.metrics.handler())
	return &forwarded{proxies: config.Prefixes(a.options.Server.TrustedProxy), next: mux}, nil
}

// shownSettings are the settings as the pages show them. Secrets are masked.
func shownSettings(p Params) []ui.Setting {
	var shown []ui.Setting
	for _, s := range p.Options.Settings(p.Origins) {
		shown = append(shown, ui.Setting{Section: s.Group, Name: s.Name, Value: s.Value, Origin: string(s.Origin), Help: s.Help})
	}
	return shown
}

// diskSize is how many bytes the files of a directory have.
func diskSize(dir string) (size int64, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, fmt.Errorf("data directory: %w", err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // gone since
		}
		if err != nil {
			return 0, fmt.Errorf("data directory: %w", err)
		}
		if info.Mode().IsRegular() {
			size += info.Size()
		}
	}
	return size, nil
}
