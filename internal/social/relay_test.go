package social

import (
	"strings"
	"testing"
	"time"
)

var relayNoon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// relayAsked is a relay that was asked at noon.
func relayAsked() *Relay {
	r := &Relay{Actor: "https://relay.example/actor", AddedAt: relayNoon}
	r.Ask("https://us.example/actor/activities/1", relayNoon)
	return r
}

func TestOnlyAYesMakesARelayBelieved(t *testing.T) {
	t.Parallel()
	r := relayAsked()
	if r.Spoke(relayNoon.Add(time.Minute)); r.Believed() || !r.Unconfirmed() || !strings.Contains(r.Says(), "has not confirmed") {
		t.Errorf("a relay that sends without an answer: %s, %q", r.State, r.Says())
	}
	if r.Accepted(r.Actor, relayNoon.Add(2*time.Minute)); !r.Believed() || r.Unconfirmed() {
		t.Errorf("after its yes: %s", r.State)
	}
	if r.Rejected(relayNoon.Add(time.Hour)); r.Believed() || !strings.Contains(r.Says(), "put us out on 4 March 2026") {
		t.Errorf("after its no: %s, %q", r.State, r.Says())
	}
}

func TestPausedRelayStaysPausedWhateverItAnswers(t *testing.T) {
	t.Parallel()
	r := relayAsked()
	if err := r.Pause(""); err != nil {
		t.Fatal(err)
	}
	if r.Accepted(r.Actor, relayNoon.Add(time.Hour)); r.State != RelayPaused {
		t.Errorf("after its yes: %s, want paused", r.State)
	}
	if err := r.Resume(relayNoon.Add(72 * time.Hour)); err != nil || r.State != RelayAccepted {
		t.Errorf("resumed: %s, %v", r.State, err)
	}
	if changed, _ := r.Overdue(relayNoon.Add(73 * time.Hour)); changed {
		t.Error("a pause counts as a silence")
	}
	if err := r.Resume(relayNoon); !Is(err, Conflict) {
		t.Errorf("resumed twice: %v, want a conflict", err)
	}
	other := relayAsked()
	_ = other.Pause("")
	if err := other.Resume(relayNoon); err != nil || other.State != RelayAsked {
		t.Errorf("resumed without an answer: %s, %v", other.State, err)
	}
	other.Rejected(relayNoon)
	if err := other.Pause(""); !Is(err, Conflict) {
		t.Errorf("a refused relay was paused: %v", err)
	}
}

func TestSilentRelayIsAskedAgainOnce(t *testing.T) {
	t.Parallel()
	r := relayAsked()
	r.Accepted(r.Actor, relayNoon)
	now := relayNoon.Add(RelaySilence - time.Second)
	if changed, again := r.Overdue(now); changed || again {
		t.Fatal("it is silent too early")
	}
	now = now.Add(time.Second)
	if changed, again := r.Overdue(now); !changed || !again || r.State != RelaySilent || !r.Believed() {
		t.Fatalf("after %s: %v, %v, %s", RelaySilence, changed, again, r.State)
	}
	r.AskAgain("https://us.example/actor/activities/2", now)
	if r.State != RelaySilent || !strings.HasSuffix(r.Follow, "/2") {
		t.Errorf("asked again: %s, %s", r.State, r.Follow)
	}
	r.Accepted(r.Actor, now)
	now = now.Add(RelaySilence)
	if changed, again := r.Overdue(now); !changed || again {
		t.Errorf("a second silence: %v, %v; want it noted, and nobody asked", changed, again)
	}
	if !r.Spoke(now) || r.State != RelayAccepted {
		t.Errorf("after it spoke: %s", r.State)
	}
	now = now.Add(RelaySilence)
	if _, again := r.Overdue(now.Add(time.Minute)); !again {
		t.Error("a silence after a sign of life is not asked about")
	}
}

func TestRelayThatSendsUnconfirmedIsAskedAgainOnce(t *testing.T) {
	t.Parallel()
	r := relayAsked()
	r.Spoke(relayNoon.Add(time.Minute))
	if _, again := r.Overdue(relayNoon.Add(2 * time.Minute)); again {
		t.Error("asked again at once")
	}
	now := relayNoon.Add(retryUnconfirmed)
	if _, again := r.Overdue(now); !again {
		t.Error("not asked again")
	}
	r.AskAgain("https://us.example/actor/activities/2", now)
	if r.State != RelayAsked || r.Asks != 2 {
		t.Errorf("asked again: %s, %d asks", r.State, r.Asks)
	}
	r.Spoke(now.Add(time.Minute))
	if _, again := r.Overdue(now.Add(time.Hour)); again {
		t.Error("asked a third time by itself")
	}
}
