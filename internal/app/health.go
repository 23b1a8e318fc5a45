package app

import (
	"context"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"time"

	"bellhop/internal/store"
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
	err := h.store.View(ctx, func(tx store.Tx) error {
		_, err := tx.Counts()
		return err
	})
	if err != nil {
		answer(w, http.StatusServiceUnavailable, map[string]string{"status": "database is not reachable"})
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
