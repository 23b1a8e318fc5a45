package webhook

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"sync"
	"time"
)

// UUID identifies requests and deliveries.
type UUID [16]byte

// String returns the dashed lower-case form.
func (u UUID) String() string {
	var buf [36]byte
	return string(u.Append(buf[:0]))
}

// Append appends the text to dst.
func (u UUID) Append(dst []byte) []byte {
	dst = append(hex.AppendEncode(dst, u[0:4]), '-')
	dst = append(hex.AppendEncode(dst, u[4:6]), '-')
	dst = append(hex.AppendEncode(dst, u[6:8]), '-')
	dst = append(hex.AppendEncode(dst, u[8:10]), '-')
	return hex.AppendEncode(dst, u[10:16])
}

// IsZero reports whether u is the nil UUID.
func (u UUID) IsZero() bool { return u == UUID{} }

// Time returns the moment that a version 7 UUID carries, with milliseconds.
func (u UUID) Time() time.Time {
	var ms [8]byte
	copy(ms[2:], u[:6])
	return time.UnixMilli(int64(binary.BigEndian.Uint64(ms[:]))).UTC()
}

// ParseUUID reads the dashed form, in either case.
func ParseUUID(s string) (UUID, error) {
	var u UUID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return u, fmt.Errorf("%q is not a UUID", s)
	}
	compact := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:36]
	if _, err := hex.Decode(u[:], []byte(compact)); err != nil {
		return UUID{}, fmt.Errorf("%q is not a UUID", s)
	}
	return u, nil
}

// MarshalText writes the dashed form.
func (u UUID) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText reads the dashed form.
func (u *UUID) UnmarshalText(text []byte) error {
	parsed, err := ParseUUID(string(text))
	if err != nil {
		return err
	}
	*u = parsed
	return nil
}

// IDs makes UUIDs of version 7 (RFC 9562) that grow: a later one from the same
// IDs is always greater, even within a millisecond and when the clock steps
// back, so that they sort in the order in which they were made. It is safe for
// concurrent use.
type IDs struct {
	random io.Reader

	mu   sync.Mutex
	last UUID
	pool [512]byte // random bytes not used yet, from free on
	free int
}

// NewIDs returns a source of UUIDs that draws from random (crypto/rand.Reader
// outside tests).
func NewIDs(random io.Reader) *IDs {
	return &IDs{random: random, free: 512}
}

// Next returns a new UUID for the moment now. It fails only when the random
// source does.
func (g *IDs) Next(now time.Time) (UUID, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.free+10 > len(g.pool) {
		if _, err := io.ReadFull(g.random, g.pool[:]); err != nil {
			return UUID{}, fmt.Errorf("read random bytes: %w", err)
		}
		g.free = 0
	}
	var u UUID
	// 48 bits of milliseconds and 12 bits of the fraction below (RFC 9562
	// section 6.2, method 3) keep most ids apart by time alone.
	nanos := now.UnixNano()
	ms := nanos / int64(time.Millisecond)
	fraction := (nanos % int64(time.Millisecond)) << 12 / int64(time.Millisecond)
	binary.BigEndian.PutUint64(u[:8], uint64(ms)<<16|0x7000|uint64(fraction)&0x0fff)
	copy(u[8:], g.pool[g.free:g.free+8])
	u[8] = u[8]&0x3f | 0x80
	g.free += 8
	if string(u[:8]) <= string(g.last[:8]) {
		u = g.last.successor(uint64(u[15]) + 1)
	}
	g.last = u
	return u, nil
}

// After makes later UUIDs greater than one that was made before, by an earlier
// process say.
func (g *IDs) After(id UUID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if string(id[:]) > string(g.last[:]) {
		g.last = id
	}
}

// successor returns u moved forward by step within the 62 bits after the
// variant, carrying into the time when they run over.
func (u UUID) successor(step uint64) UUID {
	high, low := binary.BigEndian.Uint64(u[:8]), binary.BigEndian.Uint64(u[8:])
	const lowBits = 1<<62 - 1
	sum := low&lowBits + step
	if sum > lowBits {
		fraction := high&0x0fff + 1
		high = (high>>16+fraction>>12)<<16 | 0x7000 | fraction&0x0fff
	}
	binary.BigEndian.PutUint64(u[:8], high)
	binary.BigEndian.PutUint64(u[8:], sum&lowBits|1<<63)
	return u
}

// FirstUUID returns the least version 7 UUID of a moment's millisecond: those
// made before it are less, those made later are not.
func FirstUUID(t time.Time) UUID {
	var u UUID
	binary.BigEndian.PutUint64(u[:8], uint64(t.UnixMilli())<<16)
	return u
}
