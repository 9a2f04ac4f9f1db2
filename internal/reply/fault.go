package reply

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"skerry/internal/social"
)

// ours is all that a stranger hears of our own failures.
const ours = "something went wrong on our side"

// Status gives the status code of an error: the one table. A body that
// http.MaxBytesReader cut is too large whoever noticed it.
func Status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	var cut *http.MaxBytesError
	var fault *social.Fault
	if !errors.As(err, &fault) && errors.As(err, &cut) {
		return http.StatusRequestEntityTooLarge
	}
	switch social.KindOf(err) {
	case social.NotFound:
		return http.StatusNotFound
	case social.Invalid:
		return http.StatusBadRequest
	case social.Unauthorized:
		return http.StatusUnauthorized
	case social.Forbidden:
		return http.StatusForbidden
	case social.Conflict:
		return http.StatusConflict
	case social.Gone:
		return http.StatusGone
	case social.TooLarge:
		return http.StatusRequestEntityTooLarge
	case social.Unsupported:
		return http.StatusUnsupportedMediaType
	case social.Limited:
		return http.StatusTooManyRequests
	case social.Unavailable:
		return http.StatusServiceUnavailable
	case social.Upstream:
		return http.StatusBadGateway
	case social.Unprocessable:
		return http.StatusUnprocessableEntity
	}
	return http.StatusInternalServerError
}

// Style puts an error into the form of a face. say is one sentence, safe to show.
type Style func(w http.ResponseWriter, r *http.Request, status int, say string)

// JSONError writes {"error": say}, as the client API and peers expect.
func JSONError(w http.ResponseWriter, r *http.Request, status int, say string) {
	body, err := encode(map[string]string{"error": say})
	if err != nil {
		panic(err) // a map of strings always has a JSON form
	}
	write(w, r, status, TypeJSON, body)
}

// Text writes the sentence alone.
func Text(w http.ResponseWriter, r *http.Request, status int, say string) {
	write(w, r, status, TypeText, []byte(say+"\n"))
}

// Errors turns handlers that fail into handlers that answer.
type Errors struct {
	Log   *slog.Logger
	Write Style // JSONError, Text, or a face's own
}

// Handle answers with fn; the error it returns, or the panic it ends in, is
// logged here once if it is our failure, and told in the style of the face. An
// answer that had begun is cut instead: a reader must not take half for whole.
func (e Errors) Handle(fn func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s := &sentinel{ResponseWriter: w}
		err := run(fn, s, r)
		if err == nil {
			return
		}
		e.log(r, err)
		if s.begun {
			panic(http.ErrAbortHandler)
		}
		e.answer(w, r, err)
	}
}

// run calls fn and gives its panic as an error. http.ErrAbortHandler passes: it
// is how a handler asks the server to drop the connection.
func run(fn func(http.ResponseWriter, *http.Request) error, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if p == http.ErrAbortHandler {
			panic(p)
		}
		err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	}()
	return fn(w, r)
}

func (e Errors) answer(w http.ResponseWriter, r *http.Request, err error) {
	h := w.Header()
	// What the handler said of the answer that it then did not give.
	for _, name := range []string{"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Length", "ETag", "Last-Modified"} {
		h.Del(name)
	}
	status, say := Status(err), ours
	var fault *social.Fault
	switch {
	case abandoned(r, err):
		status, say = http.StatusServiceUnavailable, "the request was given up before it was done"
	case errors.As(err, &fault) && fault.Say != "":
		say = fault.Say
	case status != http.StatusInternalServerError:
		say = strings.ToLower(http.StatusText(status))
	}
	if fault != nil && fault.After > 0 {
		seconds := int64((fault.After + time.Second - 1) / time.Second)
		h.Set("Retry-After", strconv.FormatInt(seconds, 10))
	}
	e.Write(w, r, status, say)
}

// log writes what the operator should know as an error, what a developer may
// want as debug, and nothing of faults that are the caller's alone.
func (e Errors) log(r *http.Request, err error) {
	var fault *social.Fault
	known := errors.As(err, &fault)
	attrs := []any{"method", r.Method, "path", r.URL.Path, "err", err}
	switch {
	case Status(err) == http.StatusInternalServerError && !abandoned(r, err):
		e.Log.ErrorContext(r.Context(), "request failed", attrs...)
	case !known || fault.Err != nil:
		e.Log.DebugContext(r.Context(), "request refused", attrs...)
	}
}

// abandoned reports whether the request ended because its reader left or its
// time was up, which is no failure of ours.
func abandoned(r *http.Request, err error) bool {
	var fault *social.Fault
	return !errors.As(err, &fault) && r.Context().Err() != nil &&
		(errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}

// sentinel notices that an answer has begun.
type sentinel struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader notes the final status: hints begin nothing, a switch of protocols does.
func (s *sentinel) WriteHeader(status int) {
	s.begun = s.begun || status >= 200 || status == http.StatusSwitchingProtocols
	s.ResponseWriter.WriteHeader(status)
}

func (s *sentinel) Write(b []byte) (int, error) {
	s.begun = true
	return s.ResponseWriter.Write(b)
}

// ReadFrom keeps the server's short way from a file to the socket.
func (s *sentinel) ReadFrom(src io.Reader) (int64, error) {
	s.begun = true
	return io.Copy(s.ResponseWriter, src)
}

// Flush sends what is written so far, for handlers that stream.
func (s *sentinel) Flush() {
	s.begun = true
	http.NewResponseController(s.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach deadlines and the connection.
func (s *sentinel) Unwrap() http.ResponseWriter { return s.ResponseWriter }
