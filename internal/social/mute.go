package social

import "time"

// MaxMute is the longest time for which somebody is muted; beyond it is for good.
const MaxMute = 10 * 365 * 24 * time.Hour

// Mute is the owner not wanting to hear of somebody, who does not learn of it.
type Mute struct {
	ID            ID
	Target        ID
	Notifications bool      // nor to be told what they do
	Until         time.Time // zero: for good
	At            time.Time
}

// MuteFor gives a mute that begins now and lasts so long; 0 is for good.
func MuteFor(id, target ID, notifications bool, length time.Duration, now time.Time) (Mute, error) {
	m := Mute{ID: id, Target: target, Notifications: notifications, At: now}
	switch {
	case length < 0 || length > MaxMute:
		return m, Faultf(Unprocessable, "a mute lasts up to ten years, or for good: give no time")
	case length > 0:
		m.Until = now.Add(length)
	}
	return m, nil
}
