package outbox

import (
	"fmt"
	"time"

	"skerry/internal/queue"
	"skerry/internal/store"
	"skerry/internal/transport"
)

// retries is the schedule of a delivery: 19 attempts over six days.
var retries = schedule()

func schedule() queue.Schedule {
	s := queue.Schedule{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour}
	for len(s) < 18 {
		s = append(s, 12*time.Hour)
	}
	return s
}

// answered reports whether a status is an answer in order, though it may be a
// refusal: the host lives, and has time for us.
func answered(status int) bool {
	return status != 0 && status != 408 && status != 425 && status != 429 && status < 500
}

// judge decides what an answer means. A refusal that trying again cannot mend
// parks the delivery; whatever may pass waits for its next turn.
func judge(res *transport.Response, err error, attempts int, now time.Time) store.Delivered {
	end := store.Delivered{Ending: store.Ending{At: now}}
	if err != nil {
		if transport.Permanent(err) {
			end.State, end.Outcome = store.Parked, transport.Reason(err)
			return end
		}
		return again(end, transport.Reason(err), attempts, 0)
	}
	end.Status = res.Status
	said := fmt.Sprintf("answered %d", res.Status)
	switch s := res.Status; {
	case s >= 200 && s < 300:
		end.State, end.Outcome = store.Done, said
	case s == 403 && attempts < 2: // a CDN's challenge may go away
		return again(end, said, attempts, 0)
	case s == 401 || s == 408 || s == 425 || s == 429 || s >= 500 && s != 501:
		return again(end, said, attempts, retryAfter(res, now))
	default: // redirects of a POST are not followed; the rest is a refusal
		end.State, end.Outcome = store.Parked, said
	}
	return end
}

// again gives a delivery its next turn, or parks it after the last one.
func again(end store.Delivered, why string, attempts int, after time.Duration) store.Delivered {
	pause, left := retries.After(attempts)
	if !left {
		end.State, end.Outcome = store.Parked, why+", after the last attempt"
		return end
	}
	end.State, end.Outcome, end.Next = store.Waiting, why, end.At.Add(max(pause, after))
	return end
}

// maxRetryAfter is how long a host may put us off.
const maxRetryAfter = 24 * time.Hour

func retryAfter(res *transport.Response, now time.Time) time.Duration {
	header := res.Header.Get("Retry-After")
	if header == "" {
		return 0
	}
	var seconds int
	if _, err := fmt.Sscanf(header, "%d", &seconds); err == nil {
		return min(max(0, time.Duration(seconds)*time.Second), maxRetryAfter)
	}
	if at, err := time.Parse(time.RFC1123, header); err == nil {
		return min(max(0, at.Sub(now)), maxRetryAfter)
	}
	return 0
}
