package value

import "testing"

func BenchmarkAttributeOfDict(b *testing.B) {
	v, err := ParseJSON(deviceUpdated(b))
	if err != nil {
		b.Fatal(err)
	}
	th := newThread(b)
	data, name := NewAttr("data"), NewAttr("name")
	b.ReportAllocs()
	for b.Loop() {
		GetAttr(th, GetAttr(th, v, data), name)
	}
}

func BenchmarkSplitAndIndex(b *testing.B) {
	split := NewAttr("split")
	args := Args{Pos: []Value{Str("/")}}
	address := Value(Str("192.0.2.10/24"))
	b.ReportAllocs()
	for b.Loop() {
		th := newThread(b)
		for range 100 {
			GetItem(th, Invoke(th, address, split, args), Int(0))
		}
	}
}

func BenchmarkReprOfContext(b *testing.B) {
	v, err := ParseJSON(deviceUpdated(b))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		AppendText(newThread(b), nil, v)
	}
}

func BenchmarkNewAttr(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		NewAttr("address")
	}
}
