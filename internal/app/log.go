package app

import (
	"io"
	"log/slog"

	"bellhop/internal/config"
)

// NewLog returns the logger that the settings ask for.
func NewLog(w io.Writer, settings config.Log) *slog.Logger {
	options := &slog.HandlerOptions{Level: settings.Level}
	if settings.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
