package api

// Operation is one of the API's operations, for tests that go through all.
type Operation struct {
	Method, Path string
}

// Operations lists every operation.
func (a *API) Operations() []Operation {
	var list []Operation
	for _, rt := range a.routes {
		for _, op := range rt.operations {
			list = append(list, Operation{op.method, rt.path})
		}
	}
	return list
}
