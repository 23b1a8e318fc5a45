// Package api is the REST API in NetBox's conventions (versions 3.6 to 4.x), so
// that clients and scripts written for NetBox work unchanged.
//
// # How it is built
//
// Everything that can be called is a [route]: a path, and for each method an
// operation with who may call it, what it takes and gives, and the function that
// does it. Routing, permission checks, OPTIONS and the OpenAPI document all come
// from that one list, so none of them can fall behind another.
//
// Most routes come from resources. A resource describes its fields once, as a
// table; reading, writing, filters, metadata and schema follow from it. There
// is one file for each resource and one machinery for all.
//
// # What it must not know
//
// It translates between HTTP and use cases (package admin) or objects (package
// inventory) and decides nothing itself but who may call what: [admin.Identity]
// is asked before an operation runs.
//
// # Errors
//
// Bodies and texts are those of Django REST framework and NetBox: a map from
// field to messages, "__all__" for those of no field, {"detail": "…"} for the
// rest. An error that is not a [webhook.Error] is answered with 500 and the
// request's id, and logged; what went wrong inside is never shown.
//
// Handlers start no goroutines.
package api
