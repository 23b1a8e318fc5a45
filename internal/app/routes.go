package app

import "net/http"

// handler puts together what the server answers.
func (a *App) handler(p Params) (http.Handler, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", a.health.alive)
	mux.HandleFunc("GET /readyz", a.health.ready)
	mux.Handle("GET /metrics", a.metrics.handler())
	return mux, nil
}
