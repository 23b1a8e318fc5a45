package app

import (
	"net/http"

	"bellhop/internal/api"
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
		BaseURL: a.options.Server.BaseURL, REST: inProcess{rest},
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
	return mux, nil
}
