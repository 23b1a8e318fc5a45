package value

// Index is the place of the parameter that may be given by a name, or -1.
func (s *Signature) Index(name string) int {
	for i, p := range s.Params {
		if i >= s.PosOnly && p.Name == name {
			return i
		}
	}
	return -1
}
