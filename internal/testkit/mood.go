package testkit

import (
	"io"
	"net/http"
	"time"
)

// Mood is how a host treats what comes to its inboxes. The zero Mood takes it.
type Mood struct {
	Latency time.Duration // before it answers
	Hang    bool          // it never does
	Drip    bool          // its answer comes a byte a second
	Status  int           // it refuses
	Until   time.Time     // then it is well again; zero: never
}

// Everybody names all hosts for SetMood.
const Everybody = -1

// SetMood puts hosts into a mood: those of these numbers.
func (w *World) SetMood(m Mood, hosts ...int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, host := range hosts {
		if host == Everybody {
			w.moods = map[int]Mood{}
		}
		w.moods[host] = m
	}
}

func (w *World) mood(host int) Mood {
	w.mu.RLock()
	defer w.mu.RUnlock()
	m, own := w.moods[host]
	if !own {
		m = w.moods[Everybody]
	}
	if !m.Until.IsZero() && time.Now().After(m.Until) {
		return Mood{}
	}
	return m
}

// receive takes an activity in the mood of its host.
func (w *World) receive(rw http.ResponseWriter, r *http.Request, host, person int) {
	m := w.mood(host)
	body, err := readAll(r.Body)
	if err != nil {
		return // the other side has left
	}
	if !w.wait(r, m) {
		return
	}
	switch {
	case m.Drip:
		w.drip(rw)
	case m.Status != 0:
		rw.WriteHeader(m.Status)
	default:
		rw.WriteHeader(w.take(r, body, person))
	}
}

// wait lets the other side wait; it is false when nobody waits any more.
func (w *World) wait(r *http.Request, m Mood) bool {
	var after <-chan time.Time
	switch {
	case m.Hang: // never
	case m.Latency > 0:
		after = time.After(m.Latency)
	default:
		return true
	}
	select {
	case <-after:
		return true
	case <-r.Context().Done():
	case <-w.closed:
	}
	return false
}

// drip sends an answer a byte a second, for as long as somebody reads it.
func (w *World) drip(rw http.ResponseWriter) {
	c, _, err := http.NewResponseController(rw).Hijack()
	if err != nil {
		return
	}
	defer c.Close()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for _, b := range []byte("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n") {
		if _, err := c.Write([]byte{b}); err != nil {
			return
		}
		select {
		case <-tick.C:
		case <-w.closed:
			return
		}
	}
	_, _ = io.Copy(io.Discard, c)
}
