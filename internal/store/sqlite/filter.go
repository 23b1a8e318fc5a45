package sqlite

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"bellhop/internal/store"
	"bellhop/internal/webhook"
)

// expression is a piece of SQL with the arguments of its placeholders.
type expression struct {
	sql  string
	args []any
}

// fields finds the fields of one kind of rows.
type fields interface {
	// expr returns the SQL expression of a field.
	expr(path string) (expression, error)
	// value turns a filter's value into the field's stored form. ok false
	// means that no row can have it.
	value(path string, value any) (stored any, ok bool)
}

// builder turns a store's filters into SQL. Values only ever become arguments.
type builder struct {
	fields fields
	// started are the claimed deliveries, for the state that is not stored.
	started []webhook.UUID
	// depth gives nested look-ups aliases of their own.
	depth int
	// parts counts the comparisons, those of nested look-ups included.
	parts *int
}

const (
	// maxParts bounds the comparisons of a filter. SQLite takes expressions that are
	// less than 1,000 deep, a chain is as deep as it is long, and what it takes to
	// plan a query grows with the square of that.
	maxParts = 500
	// maxValues bounds the values of a list, well below what SQLite takes.
	maxValues = 20_000
	// maxDepth bounds look-ups within look-ups.
	maxDepth = 8
)

func newBuilder(f fields, started []webhook.UUID) *builder {
	return &builder{fields: f, started: started, parts: new(int)}
}

// nested returns a builder for a look-up within a filter.
func (b *builder) nested(f fields) *builder {
	return &builder{fields: f, depth: b.depth + 1, parts: b.parts}
}

// where returns an expression that is 1 or 0 or NULL, of which only 1 matches.
func (b *builder) where(f store.Filter) (expression, error) {
	switch f := f.(type) {
	case nil:
		return expression{sql: "1"}, nil
	case store.And:
		return b.and(f)
	case store.Or:
		return b.combine(f, " OR ", "0")
	case store.Not:
		inner, err := b.where(f.Filter)
		inner.sql = "NOT ifnull((" + inner.sql + "), 0)"
		return inner, err
	}
	if b.depth > maxDepth {
		return expression{}, fmt.Errorf("%w: more than %d look-ups are within each other", store.ErrInvalidFilter, maxDepth)
	}
	if *b.parts++; *b.parts > maxParts {
		return expression{}, fmt.Errorf("%w: it has more than %d parts", store.ErrInvalidFilter, maxParts)
	}
	switch f := f.(type) {
	case store.Compare:
		return b.compare(f)
	case store.In:
		return b.in(f)
	case store.Has:
		return b.has(f)
	case store.Related:
		return b.related(f)
	case store.Changed:
		return b.changed(f)
	case store.Network:
		return b.network(f)
	}
	return expression{}, fmt.Errorf("%w: %T", store.ErrInvalidFilter, f)
}

func (b *builder) combine(filters []store.Filter, operator, empty string) (expression, error) {
	if len(filters) == 0 {
		return expression{sql: empty}, nil
	}
	var result expression
	parts := make([]string, len(filters))
	for i, f := range filters {
		part, err := b.where(f)
		if err != nil {
			return part, err
		}
		parts[i] = "(" + part.sql + ")"
		result.args = append(result.args, part.args...)
	}
	// What stands before a filter is joined to it by AND, which binds closer than OR.
	result.sql = "(" + strings.Join(parts, operator) + ")"
	return result, nil
}

func (b *builder) compare(f store.Compare) (expression, error) {
	if e, ok := b.state(f); ok {
		return e, nil
	}
	if b.isOfChange(f) {
		return b.ofChange(store.And{f})
	}
	field, err := b.fields.expr(f.Path)
	if err != nil {
		return field, err
	}
	switch f.Op {
	case store.Eq:
		if f.Value == nil {
			field.sql += " IS NULL"
			return field, nil
		}
		return b.binary(field, "=", f)
	case store.Lt:
		return b.binary(field, "<", f)
	case store.Lte:
		return b.binary(field, "<=", f)
	case store.Gt:
		return b.binary(field, ">", f)
	case store.Gte:
		return b.binary(field, ">=", f)
	case store.Empty:
		sql := "ifnull(" + field.sql + ", '') IN ('', '[]')"
		if wanted, _ := f.Value.(bool); !wanted {
			sql = "NOT (" + sql + ")"
		}
		return expression{sql, field.args}, nil
	}
	text := fmt.Sprint(f.Value)
	folded := "fold_case(" + field.sql + ")"
	switch f.Op {
	case store.Ie:
		return expression{folded + " = ?", append(field.args, foldCase(text))}, nil
	case store.Ic:
		return expression{"instr(" + folded + ", ?) > 0", append(field.args, foldCase(text))}, nil
	case store.Isw:
		return expression{"instr(" + folded + ", ?) = 1", append(field.args, foldCase(text))}, nil
	case store.Iew:
		if text == "" {
			return expression{field.sql + " IS NOT NULL", field.args}, nil
		}
		text = foldCase(text)
		return expression{"substr(" + folded + ", -length(?)) = ?", append(field.args, text, text)}, nil
	case store.Regex, store.IRegex:
		if f.Op == store.IRegex {
			text = "(?i)" + text
		}
		if _, err := regexp.Compile(text); err != nil {
			return expression{}, fmt.Errorf("%w: %w", store.ErrInvalidFilter, err)
		}
		return expression{"matches(?, " + field.sql + ")", append([]any{text}, field.args...)}, nil
	}
	return expression{}, fmt.Errorf("%w: operator %d", store.ErrInvalidFilter, f.Op)
}

// binary compares numbers with numbers and texts with texts only; SQLite would
// otherwise put every number before every text.
func (b *builder) binary(field expression, operator string, f store.Compare) (expression, error) {
	_, isJSON := b.fields.(recordFields)
	if at, ok := f.Value.(time.Time); ok && isJSON {
		// Texts of moments sort as these do only if all have as many digits.
		field.sql, f.Value = "moment("+field.sql+")", at.UnixMicro()
	}
	value, ok := b.fields.value(f.Path, f.Value)
	if !ok {
		return expression{sql: "0"}, nil
	}
	args := append(append([]any{}, field.args...), value)
	if operator == "=" {
		return expression{field.sql + " = ?", args}, nil
	}
	kinds := "('integer', 'real')"
	switch value.(type) {
	case string:
		kinds = "('text')"
	case []byte:
		kinds = "('blob')"
	}
	sql := field.sql + " " + operator + " ?"
	if isJSON {
		sql += " AND typeof(" + field.sql + ") IN " + kinds
		args = append(args, field.args...)
	}
	return expression{sql, args}, nil
}

// state translates the word of a state that is not stored: a claimed delivery is
// started, whatever its row says.
func (b *builder) state(f store.Compare) (expression, bool) {
	if _, isDelivery := b.fields.(deliveryFields); !isDelivery || f.Path != "state" || f.Op != store.Eq {
		return expression{}, false
	}
	claimed := expression{sql: "0"}
	if len(b.started) > 0 {
		claimed.sql = "delivery.id IN (?" + strings.Repeat(", ?", len(b.started)-1) + ")"
		for _, id := range b.started {
			claimed.args = append(claimed.args, id[:])
		}
	}
	if f.Value == webhook.Started.String() {
		return claimed, true
	}
	state, ok := b.fields.value("state", f.Value)
	if !ok {
		return expression{sql: "0"}, true
	}
	// The state is written into the text and the partial indexes' conditions
	// are repeated, so that SQLite sees that they can serve.
	n, _ := state.(int64)
	sql := "delivery.state = " + strconv.FormatInt(n, 10)
	switch webhook.State(n) {
	case webhook.Queued:
		sql += " AND delivery.state <= 3"
	case webhook.Scheduled, webhook.Failed, webhook.Canceled:
		sql += " AND (delivery.state = 3 OR delivery.state > 4)"
	}
	return expression{sql + " AND NOT " + claimed.sql, claimed.args}, true
}

// and asks the comparisons of a delivery's change in one look-up, so that the
// changes' index finds an object's deliveries.
func (b *builder) and(filters store.And) (expression, error) {
	var rest []store.Filter
	var change store.And
	for _, f := range b.namingObject(filters) {
		if b.isOfChange(f) {
			change = append(change, f)
		} else {
			rest = append(rest, f)
		}
	}
	result, err := b.combine(rest, " AND ", "1")
	if err != nil || len(change) == 0 {
		return result, err
	}
	asked, err := b.ofChange(change)
	return expression{result.sql + " AND " + asked.sql, append(result.args, asked.args...)}, err
}

// namingObject turns lists of one type and one id into comparisons, so that they
// count as the naming of an object.
func (b *builder) namingObject(filters store.And) store.And {
	kind, ok := only(filters, "object_type")
	id, ok2 := only(filters, "object_id")
	if _, isDelivery := b.fields.(deliveryFields); !isDelivery || !ok || !ok2 {
		return filters
	}
	rest := slices.DeleteFunc(slices.Clone(filters), func(f store.Filter) bool {
		in, isList := f.(store.In)
		return isList && (in.Path == "object_type" || in.Path == "object_id")
	})
	return append(rest,
		store.Compare{Path: "object_type", Op: store.Eq, Value: kind}, store.Compare{Path: "object_id", Op: store.Eq, Value: id})
}

func (b *builder) isOfChange(f store.Filter) bool {
	_, isDelivery := b.fields.(deliveryFields)
	c, ok := f.(store.Compare)
	return isDelivery && ok && (c.Path == "object_type" || c.Path == "object_id")
}

func (b *builder) ofChange(f store.And) (expression, error) {
	where, err := b.nested(changeFields{}).where(f)
	where.sql = "delivery.change_id IN (SELECT change.id FROM change WHERE " + where.sql + ")"
	return where, err
}

func (b *builder) in(f store.In) (expression, error) {
	if f.Path == "state" {
		either := make(store.Or, len(f.Values))
		for i, value := range f.Values {
			either[i] = store.Compare{Path: f.Path, Op: store.Eq, Value: value}
		}
		return b.where(either)
	}
	if len(f.Values) > maxValues {
		return expression{}, fmt.Errorf("%w: it has more than %d values", store.ErrInvalidFilter, maxValues)
	}
	field, err := b.fields.expr(f.Path)
	if err != nil {
		return field, err
	}
	args := append([]any{}, field.args...)
	marks := make([]string, 0, len(f.Values))
	for _, v := range f.Values {
		value, ok := b.fields.value(f.Path, v)
		if !ok {
			continue
		}
		args = append(args, value)
		marks = append(marks, "?")
	}
	return expression{field.sql + " IN (" + strings.Join(marks, ", ") + ")", args}, nil
}

func (b *builder) has(f store.Has) (expression, error) {
	records, ok := b.fields.(recordFields)
	value, valid := b.fields.value(f.Path, f.Value)
	if !ok || !valid {
		return expression{}, fmt.Errorf("%w: %s is not a list", store.ErrInvalidFilter, f.Path)
	}
	path := jsonPath(f.Path)
	document := records.alias + ".document"
	return expression{
		"json_type(" + document + ", ?) = 'array' AND EXISTS (SELECT 1 FROM json_each(" + document + ", ?) WHERE value = ?)",
		[]any{path, path, value},
	}, nil
}

func (b *builder) related(f store.Related) (expression, error) {
	records, ok := b.fields.(recordFields)
	if !ok {
		return expression{}, fmt.Errorf("%w: %s is not a reference", store.ErrInvalidFilter, f.Path)
	}
	alias := fmt.Sprintf("r%d", b.depth+1)
	inner := b.nested(recordFields{alias: alias})
	where, err := inner.where(f.Where)
	if err != nil {
		return where, err
	}
	meant := expression{sql: alias + ".id"}
	if f.By != "" {
		if meant, err = inner.fields.expr(f.By); err != nil {
			return meant, err
		}
	}
	// The inner query does not depend on the row, so SQLite runs it once.
	return expression{
		"EXISTS (SELECT 1 FROM json_each(" + records.alias + ".document, ?) j WHERE j.value IN (SELECT " + meant.sql +
			" FROM record " + alias + " WHERE " + alias + ".kind = ? AND (" + where.sql + ")))",
		slices.Concat([]any{jsonPath(f.Path)}, meant.args, []any{f.ObjectType}, where.args),
	}, nil
}

func (b *builder) changed(f store.Changed) (expression, error) {
	records, ok := b.fields.(recordFields)
	if !ok {
		return expression{}, fmt.Errorf("%w: only objects have changes", store.ErrInvalidFilter)
	}
	where, err := b.nested(changeFields{}).where(f.Where)
	return expression{
		records.alias + ".id IN (SELECT change.object_id FROM change WHERE change.object_type = ? AND (" + where.sql + "))",
		append([]any{f.ObjectType}, where.args...),
	}, err
}

func (b *builder) network(f store.Network) (expression, error) {
	if _, ok := b.fields.(recordFields); !ok {
		return expression{}, fmt.Errorf("%w: %s is no network", store.ErrInvalidFilter, f.Path)
	}
	field, err := b.fields.expr(f.Path)
	return expression{
		"relates(?, " + field.sql + ", ?)", slices.Concat([]any{int64(f.Op)}, field.args, []any{f.Prefix.String()}),
	}, err
}

// order returns the terms of an ORDER BY that is total.
func (b *builder) order(by []store.Order) (expression, error) {
	var result expression
	var terms []string
	for _, o := range append(slices.Clip(by), store.Order{Path: "id", Desc: len(by) == 1 && by[0].Path == "id" && by[0].Desc}) {
		field, err := b.fields.expr(o.Path)
		if err != nil {
			return field, err
		}
		if o.Desc {
			field.sql += " DESC"
		}
		terms = append(terms, field.sql)
		result.args = append(result.args, field.args...)
		if o.Path == "id" {
			break
		}
	}
	result.sql = strings.Join(terms, ", ")
	return result, nil
}

// recordFields finds fields in the documents of records.
type recordFields struct {
	alias string
}

func (f recordFields) expr(path string) (expression, error) {
	if path == "id" {
		return expression{sql: f.alias + ".id"}, nil
	}
	return expression{"json_extract(" + f.alias + ".document, ?)", []any{jsonPath(path)}}, nil
}

func (recordFields) value(_ string, value any) (any, bool) { return plainValue(value) }

// plainValue turns a filter's value into one that SQLite compares with what
// json_extract returns.
func plainValue(value any) (any, bool) {
	switch v := value.(type) {
	case string, int64:
		return v, true
	case int:
		return int64(v), true
	case float64:
		return v, !math.IsNaN(v)
	case bool:
		if v {
			return int64(1), true
		}
		return int64(0), true
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano), true
	case webhook.UUID:
		return v.String(), true
	}
	return nil, false
}

// jsonPath quotes the parts of a dotted path.
func jsonPath(path string) string {
	var b strings.Builder
	b.WriteByte('$')
	for part := range strings.SplitSeq(path, ".") {
		b.WriteString(`."` + strings.ReplaceAll(part, `"`, `\"`) + `"`)
	}
	return b.String()
}

// changeFields finds the columns of changes.
type changeFields struct{}

func (changeFields) expr(path string) (expression, error) {
	switch path {
	case "id", "time", "event", "object_type", "object_id", "object_repr", "user_name", "request_id":
		return expression{sql: "change." + path}, nil
	}
	return expression{}, fmt.Errorf("%w: changes have no field %q", store.ErrInvalidFilter, path)
}

func (changeFields) value(path string, value any) (any, bool) {
	switch path {
	case "time":
		return timeValue(value)
	case "request_id":
		return uuidValue(value)
	case "event":
		event, ok := webhook.ParseEvent(fmt.Sprint(value))
		return int64(event), ok
	}
	return columnValue(path, value, "id", "object_id")
}

// deliveryFields finds the columns of deliveries.
type deliveryFields struct{}

// deliveryColumns maps a delivery's fields to SQL. What it may lack is stored as 0.
var deliveryColumns = map[string]string{
	"id": "delivery.id", "webhook": "delivery.webhook_id", "rule": "nullif(delivery.rule_id, 0)",
	"change": "delivery.change_id", "queue": "delivery.queue", "state": "delivery.state",
	"attempts": "delivery.attempts", "created": "delivery.created", "due": "delivery.due",
	"ended": "delivery.ended", "reason": "nullif(delivery.reason, 0)", "status_code": "nullif(delivery.status_code, 0)",
	"object_type": "(SELECT object_type FROM change WHERE change.id = delivery.change_id)",
	"object_id":   "(SELECT object_id FROM change WHERE change.id = delivery.change_id)",
	"object_repr": "(SELECT object_repr FROM change WHERE change.id = delivery.change_id)",
	"event":       "(SELECT event FROM change WHERE change.id = delivery.change_id)",
}

func (deliveryFields) expr(path string) (expression, error) {
	if sql, ok := deliveryColumns[path]; ok {
		return expression{sql: sql}, nil
	}
	return expression{}, fmt.Errorf("%w: deliveries have no field %q", store.ErrInvalidFilter, path)
}

func (deliveryFields) value(path string, value any) (any, bool) {
	switch path {
	case "id":
		return uuidValue(value)
	case "created", "due", "ended":
		return timeValue(value)
	case "event":
		event, ok := webhook.ParseEvent(fmt.Sprint(value))
		return int64(event), ok
	case "queue":
		queue, ok := webhook.ParseQueue(fmt.Sprint(value))
		return int64(queue), ok
	case "state":
		state, ok := webhook.ParseState(fmt.Sprint(value))
		return int64(state), ok
	case "reason":
		reason, ok := webhook.ParseReason(fmt.Sprint(value))
		return int64(reason), ok
	}
	return columnValue(path, value, "webhook", "rule", "change", "attempts", "status_code", "object_id")
}

// columnValue gives an integer for the paths that are integers (from text, too)
// and text for the others.
func columnValue(path string, value any, integers ...string) (any, bool) {
	plain, ok := plainValue(value)
	if !ok {
		return nil, false
	}
	for _, name := range integers {
		if name != path {
			continue
		}
		switch v := plain.(type) {
		case int64:
			return v, true
		case string:
			n, err := strconv.ParseInt(v, 10, 64)
			return n, err == nil
		}
		return nil, false
	}
	return fmt.Sprint(plain), true
}

func timeValue(value any) (any, bool) {
	switch v := value.(type) {
	case int64:
		return v, true
	case time.Time:
		return v.UnixMicro(), true
	case string:
		moment, err := time.Parse(time.RFC3339Nano, v)
		return moment.UnixMicro(), err == nil
	}
	return nil, false
}

func uuidValue(value any) (any, bool) {
	switch v := value.(type) {
	case webhook.UUID:
		return v[:], true
	case string:
		id, err := webhook.ParseUUID(v)
		return id[:], err == nil
	}
	return nil, false
}
