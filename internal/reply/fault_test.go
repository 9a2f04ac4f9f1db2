package reply

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

func TestEveryKindHasItsStatus(t *testing.T) {
	t.Parallel()
	want := map[social.Kind]int{
		social.Internal:      500,
		social.NotFound:      404,
		social.Invalid:       400,
		social.Unauthorized:  401,
		social.Forbidden:     403,
		social.Conflict:      409,
		social.Gone:          410,
		social.TooLarge:      413,
		social.Unsupported:   415,
		social.Limited:       429,
		social.Unavailable:   503,
		social.Upstream:      502,
		social.Unprocessable: 422,
	}
	for kind := social.Internal; kind <= social.Unprocessable; kind++ {
		status, listed := want[kind]
		if !listed {
			t.Errorf("kind %d is not in the table of this test", kind)
		}
		err := fmt.Errorf("while testing: %w", social.Faultf(kind, "x"))
		if got := Status(err); got != status {
			t.Errorf("kind %d: got %d, want %d", kind, got, status)
		}
	}
	for err, status := range map[error]int{
		nil:                           200,
		errors.New("plain"):           500,
		&http.MaxBytesError{Limit: 1}: 413,
		social.Faultf(social.Invalid, "x").Because(&http.MaxBytesError{}): 400,
		social.Faultf(social.Unprocessable+1, "a kind of tomorrow"):       500,
	} {
		if got := Status(err); got != status {
			t.Errorf("%v: got %d, want %d", err, got, status)
		}
	}
}

// handled runs fn below Errors and gives the answer and the log.
func handled(r *http.Request, style Style, fn func(http.ResponseWriter, *http.Request) error) (*httptest.ResponseRecorder, string) {
	var log bytes.Buffer
	e := Errors{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})), Write: style}
	rec := httptest.NewRecorder()
	e.Handle(fn)(rec, r)
	return rec, log.String()
}

func TestFaultsAreToldAndOurFailuresAreNot(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err   error
		code  int
		body  string
		log   string // level and one word of the line; empty: no line
		after string
	}{
		"fault":            {err: social.Faultf(social.NotFound, "no such post"), code: 404, body: "no such post"},
		"wrapped fault":    {err: fmt.Errorf("x: %w", social.Faultf(social.Gone, "it was deleted")), code: 410, body: "it was deleted"},
		"fault with cause": {err: social.Faultf(social.Upstream, "a.example is odd").Because(errors.New("detail")), code: 502, body: "a.example is odd", log: "DEBUG detail"},
		"fault that waits": {err: &social.Fault{Kind: social.Limited, Say: "slower", After: 1500 * time.Millisecond}, code: 429, body: "slower", after: "2"},
		"silent fault":     {err: &social.Fault{Kind: social.Forbidden}, code: 403, body: "forbidden"},
		"plain":            {err: errors.New("secret detail"), code: 500, body: "something went wrong on our side", log: "ERROR secret"},
		"silent internal":  {err: &social.Fault{}, code: 500, body: "something went wrong on our side", log: "ERROR failed"},
		"body too large":   {err: &http.MaxBytesError{Limit: 9}, code: 413, body: "request entity too large", log: "DEBUG large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec, log := handled(httptest.NewRequest("GET", "/x", nil), JSONError, func(http.ResponseWriter, *http.Request) error { return c.err })
			if want := `{"error":"` + c.body + `"}`; rec.Code != c.code || rec.Body.String() != want {
				t.Errorf("got %d %s, want %d %s", rec.Code, rec.Body, c.code, want)
			}
			want := map[string]string{"Content-Type": TypeJSON, "Cache-Control": "private, no-store"}
			if c.after != "" {
				want["Retry-After"] = c.after
			}
			if diff := cmp.Diff(want, headers(rec.Result(), "Content-Type", "Cache-Control", "Retry-After")); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
			level, word, _ := strings.Cut(c.log, " ")
			if lines := strings.Count(log, "\n"); c.log == "" && lines > 0 || c.log != "" && lines != 1 ||
				!strings.Contains(log, level) || !strings.Contains(log, word) {
				t.Errorf("got log %q, want one line at %s with %q", log, level, word)
			}
		})
	}
}

func TestPanicBecomesOurFailure(t *testing.T) {
	t.Parallel()
	rec, log := handled(httptest.NewRequest("GET", "/x", nil), Text, func(http.ResponseWriter, *http.Request) error { panic("secret") })
	if want := "something went wrong on our side\n"; rec.Code != 500 || rec.Body.String() != want {
		t.Errorf("got %d %q, want 500 %q", rec.Code, rec.Body, want)
	}
	if !strings.Contains(log, "panic: secret") || !strings.Contains(log, "fault_test.go") {
		t.Errorf("got log %q, want the panic and where it was", log)
	}
}

func TestErrorForgetsWhatTheHandlerPrepared(t *testing.T) {
	t.Parallel()
	rec, _ := handled(httptest.NewRequest("GET", "/x", nil), Text, func(w http.ResponseWriter, _ *http.Request) error {
		for name, value := range map[string]string{
			"Cache-Control": "public, max-age=180", "ETag": `"x"`, "Last-Modified": "yesterday", "Content-Length": "9",
			"Content-Encoding": "gzip", "Content-Disposition": "attachment", "Content-Type": TypeActivity, "Vary": "Accept",
		} {
			w.Header().Set(name, value)
		}
		return social.Faultf(social.NotFound, "no")
	})
	want := http.Header{
		"Cache-Control": {"private, no-store"}, "Content-Type": {TypeText}, "Content-Length": {"3"}, "Vary": {"Accept"},
		"X-Content-Type-Options": {"nosniff"},
	}
	if diff := cmp.Diff(want, rec.Result().Header); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

func TestAbandonedRequestIsNoFailureOfOurs(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	read := fmt.Errorf("read post: %w", context.Canceled)
	rec, log := handled(httptest.NewRequestWithContext(ctx, "GET", "/x", nil), Text, func(http.ResponseWriter, *http.Request) error { return read })
	if rec.Code != 503 || strings.Contains(log, "ERROR") {
		t.Errorf("got %d and log %q, want 503 and no error in the log", rec.Code, log)
	}
	rec, log = handled(httptest.NewRequest("GET", "/x", nil), Text, func(http.ResponseWriter, *http.Request) error { return read })
	if rec.Code != 500 || !strings.Contains(log, "ERROR") {
		t.Errorf("while the reader waits: got %d and log %q, want 500 and an error in the log", rec.Code, log)
	}
}

func TestHalfAnAnswerIsNotTakenForAWhole(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(http.ResponseWriter){
		"written": func(w http.ResponseWriter) { io.WriteString(w, "half") },
		"flushed": func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
		"copied":  func(w http.ResponseWriter) { io.Copy(w, strings.NewReader("half")) },
		"status":  func(w http.ResponseWriter) { w.WriteHeader(200); http.NewResponseController(w).Flush() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := Errors{Log: slog.New(slog.DiscardHandler), Write: Text}
			server := httptest.NewServer(e.Handle(func(w http.ResponseWriter, _ *http.Request) error {
				begin(w)
				return errors.New("the rest is lost")
			}))
			t.Cleanup(server.Close)
			res, err := server.Client().Get(server.URL)
			if err != nil {
				return // cut before the headers arrived
			}
			defer res.Body.Close()
			if body, err := io.ReadAll(res.Body); err == nil {
				t.Errorf("got a whole answer %q, want a broken one", body)
			}
		})
	}
}

func TestHintsDoNotBeginAnAnswer(t *testing.T) {
	t.Parallel()
	s := &sentinel{ResponseWriter: httptest.NewRecorder()}
	s.WriteHeader(http.StatusEarlyHints)
	if s.begun {
		t.Error("after 103: begun, want not")
	}
	s.WriteHeader(http.StatusSwitchingProtocols)
	if !s.begun {
		t.Error("after 101: not begun, want begun")
	}
}
