package value

// dictMethods are the methods of dict. fromkeys is a class method, which
// Python finds on every dict, too.
var dictMethods = tableOf(
	positional("clear", dictClear),
	positional("copy", dictCopy),
	positional("fromkeys", dictFromKeys, required("iterable"), optional("value", None)),
	positional("get", dictGet, required("key"), optional("default", None)),
	positional("items", dictItems),
	positional("keys", dictKeys),
	positional("pop", dictPop, required("key"), optional("default", absent{})),
	positional("popitem", dictPopItem),
	positional("setdefault", dictSetDefault, required("key"), optional("default", None)),
	&Method{Signature{
		Name: "update", Params: []Param{optional("mapping", absent{})}, PosOnly: 1, RestNamed: true,
	}, dictUpdate},
	positional("values", dictValues),
)

// viewMethods are the methods of the views of keys and items.
var viewMethods = tableOf(
	positional("isdisjoint", viewIsDisjoint, required("other")),
)

// viewProperties has Python's read-only mapping of a view; here it is the dict.
var viewProperties = map[string]func(*Thread, Value) Value{
	"mapping": func(_ *Thread, self Value) Value { return self.(*DictView).dict },
}

func dictClear(th *Thread, self Value, _ Bound) Value {
	self.(*Dict).Clear(th)
	return None
}

func dictCopy(th *Thread, self Value, _ Bound) Value { return self.(*Dict).Copy(th) }

func dictFromKeys(th *Thread, _ Value, c Bound) Value {
	out := NewDict(0)
	for it := Iterate(th, c.Values[0]); ; {
		k, ok := it.Next()
		if !ok {
			return out
		}
		th.Step()
		out.Set(th, k, c.Values[1])
	}
}

func dictGet(th *Thread, self Value, c Bound) Value {
	if v, ok := self.(*Dict).Get(th, c.Values[0]); ok {
		return v
	}
	return c.Values[1]
}

func dictItems(_ *Thread, self Value, _ Bound) Value { return self.(*Dict).ItemsView() }

func dictKeys(_ *Thread, self Value, _ Bound) Value { return self.(*Dict).Keys() }

func dictValues(_ *Thread, self Value, _ Bound) Value { return self.(*Dict).Values() }

// dictPop takes an item out. A missing key without a default is a KeyError,
// whose message is the repr of the key.
func dictPop(th *Thread, self Value, c Bound) Value {
	d := self.(*Dict)
	if d.Len(th) > 0 { // an empty dict does not even look at the key
		if _, ok := d.Get(th, c.Values[0]); ok {
			v, _ := d.Delete(th, c.Values[0])
			return v
		}
	}
	if !given(c.Values[1]) {
		Raise(Other, "%s", shortRepr(c.Values[0]))
	}
	return c.Values[1]
}

// dictPopItem takes the item out that was put in last.
func dictPopItem(th *Thread, self Value, _ Bound) Value {
	d := self.(*Dict)
	k, v, ok := d.Last(th)
	if !ok {
		Raise(Other, "'popitem(): dictionary is empty'")
	}
	d.Delete(th, k)
	return NewTuple(k, v)
}

func dictSetDefault(th *Thread, self Value, c Bound) Value {
	d := self.(*Dict)
	if v, ok := d.Get(th, c.Values[0]); ok {
		return v
	}
	d.Set(th, c.Values[0], c.Values[1])
	return c.Values[1]
}

func dictUpdate(th *Thread, self Value, c Bound) Value {
	update(th, self.(*Dict), c)
	return None
}

// update puts the items of a mapping or of an iterable of pairs, then the named
// arguments, into a dict.
func update(th *Thread, d *Dict, c Bound) {
	switch from := c.Values[0].(type) {
	case absent:
	case *Undefined: // its keys would be asked for
		from.Raise()
	case *Dict:
		for k, v := range from.All(th) {
			th.Step()
			d.Set(th, k, v)
		}
	default:
		it := Iterate(th, from)
		for n := 0; ; n++ {
			pair, ok := it.Next()
			if !ok {
				break
			}
			th.Step()
			setPair(th, d, pair, n)
		}
	}
	for i, name := range c.Names {
		th.Step()
		d.Set(th, Str(name), c.Named[i])
	}
}

// setPair puts in the n-th element of an iterable of pairs. Any iterable of two
// is a pair, also the text "ab".
func setPair(th *Thread, d *Dict, pair Value, n int) {
	switch pair.(type) {
	case NoneType, Bool, Int, *BigInt, Float, Callable:
		Raise(TypeError, "cannot convert dictionary update sequence element #%d to a sequence", n)
	}
	items := Collect(th, pair)
	if len(items) != 2 {
		Raise(ValueError, "dictionary update sequence element #%d has length %d; 2 is required", n, len(items))
	}
	d.Set(th, items[0], items[1])
}

func viewIsDisjoint(th *Thread, self Value, c Bound) Value {
	v := self.(*DictView)
	for it := Iterate(th, c.Values[0]); ; {
		e, ok := it.Next()
		if !ok {
			return True
		}
		th.Step()
		if v.has(th, e) {
			return False
		}
	}
}

// DictType is Python's dict as a name in a template: dict(a=1) and
// dict.fromkeys.
type DictType struct{}

// TypeName implements [Value].
func (DictType) TypeName() string { return "type" }

// Print implements [Printer].
func (DictType) Print(*Thread) string { return "<class 'dict'>" }

// dictInit is the signature of dict().
var dictInit = Signature{
	Name: "dict", Params: []Param{optional("mapping", absent{})}, PosOnly: 1, RestNamed: true,
}

// Call implements [Callable]: it makes a dict as dict.update fills one.
func (DictType) Call(th *Thread, args Args) Value {
	th.Step()
	d := NewDict(len(args.Names))
	update(th, d, dictInit.Bind(args, nil))
	return d
}

// Attr implements [Attributer].
func (DictType) Attr(th *Thread, name string) (Value, bool) {
	if name != "fromkeys" {
		return nil, false
	}
	return &BoundMethod{Self: DictType{}, Method: dictMethods[name]}, true
}
