package testkit

import (
	"sync/atomic"
	"time"
)

// Clock is the machine's clock moved by what a test says. The zero Clock is not
// moved. It is safe to use at once.
type Clock struct{ ahead atomic.Int64 }

// Now is the time it shows.
func (c *Clock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// Advance moves it on.
func (c *Clock) Advance(by time.Duration) { c.ahead.Add(int64(by)) }
