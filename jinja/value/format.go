package value

func Percent(th *Thread, format, arg Value) Value { Raise(Other, "soon"); return nil }

func Format(th *Thread, format Value, args Args) Value { Raise(Other, "soon"); return nil }

func FormatMap(th *Thread, format, mapping Value) Value { Raise(Other, "soon"); return nil }
