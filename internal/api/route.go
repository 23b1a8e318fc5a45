package api

import (
	"net/http"
	"slices"
	"time"

	"bellhop/internal/webhook"
)

// route is a path and what can be done with it.
type route struct {
	// path is a pattern of net/http that ends in a slash.
	path string
	// about describes the resource behind it, for OPTIONS and the OpenAPI
	// document; nil for the objects of the type in the path, and for routes
	// that stand alone.
	about      *description
	operations []operation
}

// operation is what one method does.
type operation struct {
	method  string
	summary string
	access  access
	handle  func(*call) error
	// takes and gives name what the body holds (see schema.go); empty is
	// nothing.
	takes, gives shape
	// takesNamed and givesNamed name schemas that are no resource's.
	takesNamed, givesNamed string
	// status is that of a success.
	status int
	// timeout is used in place of the API's; 0 is not.
	timeout time.Duration
	// parameters are query parameters beside those of lists.
	parameters []parameter
}

// shape says what a body holds.
type shape uint8

const (
	shapeNothing shape = iota
	shapeOne           // one of the resource
	shapeMany          // a list of the resource
	shapeEither        // one or a list
	shapePage          // a page of a list
	shapeKeys          // a list of ids
	shapeFree          // some JSON
	shapeText          // something else
)

// parameter is a query parameter of an operation.
type parameter struct {
	name, help string
	kind       kind
}

// access says who may call an operation.
type access struct {
	level level
	// action and kind name the permission at levelPermitted; an empty kind is
	// the object type in the path.
	action webhook.Action
	kind   string
}

type level uint8

const (
	// levelPermitted asks for a permission; it is the zero value, so that
	// nothing is open by oversight.
	levelPermitted level = iota
	// levelPublic is open to everybody.
	levelPublic
	// levelSignedIn asks for any valid token.
	levelSignedIn
	// levelSuperuser asks for a superuser.
	levelSuperuser
)

func may(action webhook.Action, kind string) access {
	return access{level: levelPermitted, action: action, kind: kind}
}

var (
	public    = access{level: levelPublic}
	signedIn  = access{level: levelSignedIn}
	superuser = access{level: levelSuperuser}
)

// operation returns what a method does here, or nil. HEAD is GET.
func (rt *route) operation(method string) *operation {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	i := slices.IndexFunc(rt.operations, func(op operation) bool { return op.method == method })
	if i < 0 {
		return nil
	}
	return &rt.operations[i]
}

// methods returns what the Allow header says.
func (rt *route) methods() []string {
	var list []string
	for _, op := range rt.operations {
		list = append(list, op.method)
		if op.method == http.MethodGet {
			list = append(list, http.MethodHead)
		}
	}
	return append(list, http.MethodOptions)
}
