package app

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// readyLimit bounds what a readiness check may wait for the database.
const readyLimit = 2 * time.Second

// health answers /healthz and /readyz.
type health struct {
	store    store.Store
	draining atomic.Bool
}

// alive says that the process answers at all.
func (h *health) alive(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]string{"status": "ok"})
}

// ready says whether requests should be sent here, and if not, why.
func (h *health) ready(w http.ResponseWriter, r *http.Request) {
	if h.draining.Load() {
		answer(w, http.StatusServiceUnavailable, map[string]string{"status": "draining"})
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyLimit)
	defer cancel()
	if err := h.store.Ready(ctx); err != nil {
		status := "The database cannot be reached."
		if e, ok := errors.AsType[*webhook.Error](err); ok {
			status = e.Message
		}
		answer(w, http.StatusServiceUnavailable, map[string]string{"status": status})
		return
	}
	answer(w, http.StatusOK, map[string]string{"status": "ready"})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The client may be gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(body)
}
