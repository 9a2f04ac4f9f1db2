package outbox

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/transport"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// An answer ends a delivery, or puts it off for about as long as its turn says.
func TestAnswersAreJudged(t *testing.T) {
	t.Parallel()
	const first, second = time.Minute, 5 * time.Minute
	for name, c := range map[string]struct {
		status, attempts int
		retryAfter       string
		state            store.State
		pause            time.Duration // about, when it waits
	}{
		"200":                             {200, 0, "", store.Done, 0},
		"202":                             {202, 3, "", store.Done, 0},
		"204":                             {204, 0, "", store.Done, 0},
		"301 is not followed":             {301, 0, "", store.Parked, 0},
		"308 is not followed":             {308, 0, "", store.Parked, 0},
		"400":                             {400, 0, "", store.Parked, 0},
		"401":                             {401, 0, "", store.Waiting, first},
		"401 again":                       {401, 1, "", store.Waiting, second},
		"403":                             {403, 0, "", store.Waiting, first},
		"403 again":                       {403, 1, "", store.Waiting, second},
		"403 a third time":                {403, 2, "", store.Parked, 0},
		"404":                             {404, 0, "", store.Parked, 0},
		"405":                             {405, 0, "", store.Parked, 0},
		"406":                             {406, 0, "", store.Parked, 0},
		"408":                             {408, 0, "", store.Waiting, first},
		"410":                             {410, 0, "", store.Parked, 0},
		"413":                             {413, 0, "", store.Parked, 0},
		"415":                             {415, 0, "", store.Parked, 0},
		"422":                             {422, 0, "", store.Parked, 0},
		"425":                             {425, 0, "", store.Waiting, first},
		"429":                             {429, 0, "", store.Waiting, first},
		"429 for an hour":                 {429, 0, "3600", store.Waiting, time.Hour},
		"500":                             {500, 0, "", store.Waiting, first},
		"501":                             {501, 0, "", store.Parked, 0},
		"502":                             {502, 5, "", store.Waiting, 6 * time.Hour},
		"503 until a date":                {503, 0, noon.Add(2 * time.Hour).Format(http.TimeFormat), store.Waiting, 2 * time.Hour},
		"503 for less than the turn":      {503, 1, "10", store.Waiting, second},
		"503 for a month":                 {503, 0, "2592000", store.Waiting, 24 * time.Hour},
		"503 with nonsense":               {503, 0, "soon", store.Waiting, first},
		"503 with a negative":             {503, 0, "-5", store.Waiting, first},
		"503 after the last but one turn": {503, 17, "", store.Waiting, 12 * time.Hour},
		"503 after the last turn":         {503, 18, "", store.Parked, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := &transport.Response{Status: c.status, Header: http.Header{}}
			if c.retryAfter != "" {
				res.Header.Set("Retry-After", c.retryAfter)
			}
			got := judge(res, nil, c.attempts, noon)
			if got.State != c.state || got.Status != c.status || got.Outcome == "" {
				t.Fatalf("got %+v, want state %d", got, c.state)
			}
			pause := got.Next.Sub(noon)
			if c.state == store.Waiting && (pause < c.pause*3/4 || pause > c.pause*5/4) {
				t.Errorf("waits %v, want about %v", pause, c.pause)
			}
		})
	}
}

// What goes wrong on the way passes, unless the address itself is wrong.
func TestErrorsOnTheWayAreJudged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want store.State
	}{
		"no connection":     {&transport.Error{Kind: transport.Network}, store.Waiting},
		"no answer in time": {&transport.Error{Kind: transport.Timeout}, store.Waiting},
		"no such name":      {&transport.Error{Kind: transport.NoName}, store.Waiting},
		"bad certificate":   {&transport.Error{Kind: transport.TLS}, store.Waiting},
		"private address":   {&transport.Error{Kind: transport.Refused}, store.Waiting},
		"no address":        {social.Faultf(social.Invalid, "it is no address"), store.Parked},
		"our own failure":   {errors.New("disk on fire"), store.Waiting},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := judge(nil, c.err, 0, noon); got.State != c.want || got.Outcome == "" {
				t.Errorf("got %+v, want state %d", got, c.want)
			}
		})
	}
}

func TestNineteenAttemptsAreMadeOverSixDays(t *testing.T) {
	t.Parallel()
	total := time.Duration(0)
	for _, pause := range retries {
		total += pause
	}
	if attempts := len(retries) + 1; attempts != 19 || total < 6*24*time.Hour || total > 7*24*time.Hour {
		t.Errorf("%d attempts over %v; want 19 over six days", attempts, total)
	}
}
