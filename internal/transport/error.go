package transport

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"

	"skerry/internal/social"
)

// ErrorKind says what went wrong on the way.
type ErrorKind int

const (
	Network   ErrorKind = iota // refused, reset, broken off, and the like
	Refused                    // the address is not one that we connect to
	NoName                     // the name has no address
	TLS                        // certificate or handshake
	Timeout                    // too slow
	TooLarge                   // more bytes than we read
	Redirects                  // too many, or to where we do not go
	Budget                     // one cause led to too many fetches
	Crowded                    // too many fetches from that host at once
	Recently                   // it failed not long ago
	Unsigned                   // we could not sign the request: our own trouble
)

// Error is what happened on the way to a stranger.
type Error struct {
	Kind    ErrorKind
	Host    string // who was asked; "" when nobody was
	Address string // the refused address
	Err     error
}

// Error gives the operator's words and the cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.reason()
	}
	return e.reason() + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// As makes a spent budget and a crowded host Faults of kind Limited.
func (e *Error) As(target any) bool {
	f, ok := target.(**social.Fault)
	if !ok || e.Kind != Budget && e.Kind != Crowded {
		return false
	}
	*f = social.Faultf(social.Limited, "%s", e.reason())
	return true
}

func (e *Error) reason() string {
	switch e.Kind {
	case Refused:
		return "the address " + e.Address + " is not on the public internet"
	case NoName:
		return "the name has no address"
	case TLS:
		return "the secure connection failed"
	case Timeout:
		return "no answer in time"
	case TooLarge:
		return "the answer is too large"
	case Redirects:
		return "the answer leads somewhere we do not go"
	case Budget:
		return "one cause led to too many fetches"
	case Crowded:
		return "too many fetches at once"
	case Recently:
		return "it failed not long ago"
	case Unsigned:
		return "we could not sign the request"
	}
	return "the connection failed"
}

// asking names who was asked when it happened.
func asking(host string, err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Host != "" {
		return err
	}
	named := *e
	named.Host = host
	return &named
}

// classify names an error of the network.
func classify(err error) error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	var dns *net.DNSError
	var n net.Error
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return &Error{Kind: NoName, Err: err}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &n) && n.Timeout():
		return &Error{Kind: Timeout, Err: err}
	case certificate(err):
		return &Error{Kind: TLS, Err: err}
	}
	return &Error{Kind: Network, Err: err}
}

func certificate(err error) bool {
	var verify *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var op *net.OpError
	return errors.As(err, &verify) || errors.As(err, &record) ||
		errors.As(err, &op) && op.Op == "remote error" // how crypto/tls hands on an alert
}

// Permanent reports whether trying again cannot help: the address itself is
// wrong. A name that leads to a private address today may lead elsewhere tomorrow.
func Permanent(err error) bool {
	var e *Error
	return !errors.As(err, &e) && social.Is(err, social.Invalid)
}

// Reason says in an operator's words what happened.
func Reason(err error) string {
	var f *social.Fault
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.reason() + detail(e.Err)
	case errors.As(err, &f):
		return f.Say
	}
	return err.Error()
}

func detail(err error) string {
	var name x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var expired x509.CertificateInvalidError
	var corrupt flate.CorruptInputError
	var record tls.RecordHeaderError
	var inner *Error
	var f *social.Fault
	switch {
	case errors.As(err, &inner), errors.As(err, &f):
		return ": " + Reason(err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return ": connection refused"
	case errors.Is(err, syscall.ECONNRESET):
		return ": connection reset"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return ": no route"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return ": the answer is damaged"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ": the answer broke off"
	case errors.As(err, &name):
		return ": the certificate is for another name"
	case errors.As(err, &unknown):
		return ": the certificate is of an unknown authority"
	case errors.As(err, &expired):
		return fmt.Sprintf(": the certificate is not valid (%v)", expired)
	case errors.As(err, &record):
		return ": the other side does not speak TLS"
	}
	return ""
}
