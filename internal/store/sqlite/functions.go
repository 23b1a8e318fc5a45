package sqlite

import (
	"container/list"
	"database/sql/driver"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"

	"bellhop/internal/store"
)

// registerFunctions adds what SQLite lacks: comparison without case beyond
// ASCII, regular expressions, moments, and networks.
func registerFunctions(drv *sqlite.Driver) error {
	fold := func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		switch v := args[0].(type) {
		case nil:
			return nil, nil
		case string:
			return foldCase(v), nil
		default:
			return fmt.Sprint(v), nil
		}
	}
	if err := drv.RegisterDeterministicScalarFunction("fold_case", 1, fold); err != nil {
		return fmt.Errorf("register fold_case: %w", err)
	}
	patterns := &patternCache{compiled: make(map[string]*list.Element)}
	matches := func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		pattern, ok := args[0].(string)
		text, isText := args[1].(string)
		if !ok || !isText {
			return int64(0), nil
		}
		re, err := patterns.get(pattern)
		if err != nil {
			return nil, err
		}
		if re.MatchString(text) {
			return int64(1), nil
		}
		return int64(0), nil
	}
	if err := drv.RegisterDeterministicScalarFunction("matches", 2, matches); err != nil {
		return fmt.Errorf("register matches: %w", err)
	}
	if err := drv.RegisterDeterministicScalarFunction("moment", 1, moment); err != nil {
		return fmt.Errorf("register moment: %w", err)
	}
	if err := drv.RegisterDeterministicScalarFunction("relates", 3, relates); err != nil {
		return fmt.Errorf("register relates: %w", err)
	}
	return nil
}

// moment gives the microseconds of an RFC 3339 text, and nothing for what is none.
func moment(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	text, _ := args[0].(string)
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return nil, nil //nolint:nilerr // it compares with no moment
	}
	return at.UnixMicro(), nil
}

// relates is [store.NetworkOp.Holds] for an operator, a field and a prefix.
func relates(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	op, _ := args[0].(int64)
	text, _ := args[1].(string)
	wanted, _ := args[2].(string)
	field, err := netip.ParsePrefix(text)
	prefix, wrong := netip.ParsePrefix(wanted)
	if err == nil && wrong == nil && store.NetworkOp(op).Holds(field, prefix) {
		return int64(1), nil
	}
	return int64(0), nil // what is no network relates to none
}

// foldCase maps texts that differ only in case to one text.
func foldCase(s string) string { return strings.ToLower(s) }

// maxPatterns bounds the cache of compiled patterns.
const maxPatterns = 64

// patternCache keeps the patterns used last compiled, because SQLite calls the
// function once a row. It is safe for concurrent use: readers share it.
type patternCache struct {
	mu       sync.Mutex
	compiled map[string]*list.Element
	order    list.List // of *regexp.Regexp, the one used last in front
}

func (p *patternCache) get(pattern string) (*regexp.Regexp, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if element, ok := p.compiled[pattern]; ok {
		p.order.MoveToFront(element)
		return element.Value.(*regexp.Regexp), nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	p.compiled[pattern] = p.order.PushFront(re)
	if oldest := p.order.Back(); p.order.Len() > maxPatterns {
		delete(p.compiled, p.order.Remove(oldest).(*regexp.Regexp).String())
	}
	return re, nil
}
