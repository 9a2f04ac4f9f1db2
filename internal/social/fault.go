package social

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of trouble a Fault is. Package reply turns a Kind into a
// status code, and nothing else does.
type Kind int

const (
	Internal      Kind = iota // our own failure
	NotFound                  // absent, or not for this reader: the two look the same
	Invalid                   // what was sent cannot be understood or breaks a rule
	Unauthorized              // nobody proved who is asking
	Forbidden                 // known, and not allowed
	Conflict                  // the state does not permit it now
	Gone                      // was here, will not come back
	TooLarge                  // more bytes than we read
	Unsupported               // a media type that we do not take
	Limited                   // too many requests
	Unavailable               // a part of ours, or the other side, is away: try again
	Upstream                  // the other side answered wrongly
	Unprocessable             // well-formed, but a field breaks a rule (the client API's 422)
)

// Fault is trouble with a name. Kind picks the status code, Say is safe to show
// to a stranger, Err is for our own log. After, when not zero, is how long the
// caller should wait before trying again.
type Fault struct {
	Kind  Kind
	Say   string
	Err   error
	After time.Duration
}

// Error gives the sentence for our own log.
func (f *Fault) Error() string {
	if f.Err == nil {
		return f.Say
	}
	return f.Say + ": " + f.Err.Error()
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Err }

// Faultf makes a Fault whose sentence may be shown to a stranger.
func Faultf(kind Kind, format string, args ...any) *Fault {
	return &Fault{Kind: kind, Say: fmt.Sprintf(format, args...)}
}

// Because gives a copy of f that carries its cause.
func (f *Fault) Because(err error) *Fault {
	c := *f
	c.Err = err
	return &c
}

// Say gives the sentence of the first Fault in err's chain, else all that err says.
func Say(err error) string {
	var f *Fault
	if errors.As(err, &f) {
		return f.Say
	}
	return err.Error()
}

// OfField makes a Fault one of the field whose text led to it; other errors stay.
func OfField(err error) error {
	var f *Fault
	if !errors.As(err, &f) {
		return err
	}
	return &Fault{Kind: Unprocessable, Say: f.Say, Err: f.Err}
}

// KindOf gives the kind of the first Fault in err's chain: Internal when there is none.
func KindOf(err error) Kind {
	var f *Fault
	if errors.As(err, &f) {
		return f.Kind
	}
	return Internal
}

// Is reports whether err carries a Fault of this kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }
