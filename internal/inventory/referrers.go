package inventory

// maxReferrers bounds the references that are counted for an object.
const maxReferrers = 10_000

// Referrers are the objects of a type that refer to an object through a field.
type Referrers struct {
	ObjectType, Field string
	Count             int
}

// Referrers counts what refers to an object, by type and field in the order of
// the types' names. complete is false when there is more than was counted.
func (r *Reader) Referrers(objectType string, id int64) (list []Referrers, complete bool, err error) {
	references, count, err := r.tx.Referrers(objectType, id, maxReferrers)
	if err != nil {
		return nil, false, err
	}
	at := map[Referrers]int{}
	for _, ref := range references {
		group := Referrers{ObjectType: ref.FromType, Field: ref.Field}
		i, known := at[group]
		if !known {
			i = len(list)
			at[group] = i
			list = append(list, group)
		}
		list[i].Count++
	}
	return list, count <= len(references), nil
}
