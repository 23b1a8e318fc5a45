package webhook

import "time"

// Session is somebody who has signed in to the pages with a password.
type Session struct {
	ID     int64 `json:"id"`
	UserID int64 `json:"user"`
	// KeyHash is the SHA-256 of the key in the browser's cookie, in hex: whoever
	// reads the database cannot take over a session.
	KeyHash string    `json:"key_hash"`
	Created time.Time `json:"created"`
	// Expires is when it ends unless it is used before.
	Expires time.Time `json:"expires"`
	// Address is the client's at sign-in, Agent its User-Agent, cut short; both
	// are what a person recognizes a session by.
	Address  string `json:"address"`
	Agent    string `json:"agent"`
	Revision int64  `json:"revision"`
}
