package value

// Freeze makes v and all that hangs below it shareable: from then on any number
// of threads may read it, and a template that changes a part of it changes a
// copy of its own. Call it before v is shared; v must not hold itself.
func Freeze(v Value) {
	switch v := v.(type) {
	case *List:
		if !v.frozen {
			v.frozen = true
			freezeAll(v.items)
		}
	case *Tuple:
		freezeAll(v.items)
	case *Dict:
		if !v.frozen {
			v.frozen = true
			for _, e := range v.entries {
				Freeze(e.value)
			}
		}
	}
}

func freezeAll(items []Value) {
	for _, v := range items {
		Freeze(v)
	}
}
