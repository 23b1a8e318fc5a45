package ui

import "bellhop/internal/admin"

// Route is one thing that a browser can ask for, for tests that hold all of them
// to the same rules.
type Route struct {
	Pattern string
	// Public, Personal and Superuser say who may ask; else it takes a permission
	// to do Action, on the object type in the path when Kind is empty.
	Public, Personal, Superuser bool
	Action, Kind                string
}

// Routes lists all of them.
func Routes() []Route {
	var routes []Route
	for _, p := range (&UI{}).pages() {
		routes = append(routes, Route{
			Pattern: p.pattern, Public: p.access.level == levelPublic, Personal: p.access.level == levelSignedIn,
			Superuser: p.access.level == levelSuperuser, Action: string(p.access.action), Kind: p.access.kind,
		})
	}
	return routes
}

// FigureNotes returns what is said beside the overview's numbers.
func FigureNotes(s *admin.Statistics) []string {
	var notes []string
	for _, f := range overviewFigures(s, admin.Waiting{}) {
		notes = append(notes, f.Note)
	}
	return notes
}
