package condition_test

import "testing"

// BenchmarkEvaluate is a set as people write it, on a site as NetBox shows it.
func BenchmarkEvaluate(b *testing.B) {
	vectors := readVectors(b)
	data := parse(b, string(vectors[0].Data))
	set := compile(b, `{"and": [
		{"attr": "status.value", "value": "active"},
		{"or": [{"attr": "tags.slug", "value": "exempt", "op": "contains"}, {"attr": "asn", "value": 1, "op": "lt"}]},
		{"attr": "name", "value": "^Site \\d+$", "op": "regex"}
	]}`)
	b.ReportAllocs()
	for b.Loop() {
		set.Evaluate(data, nil)
	}
}
