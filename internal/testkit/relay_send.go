package testkit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"skerry/internal/httpsig"
)

// Accept lets in all who have asked.
func (r *Relay) Accept() { r.answer("Accept") }

// Reject puts all out.
func (r *Relay) Reject() { r.answer("Reject") }

// Admit lets in all who have asked, and its answer is lost.
func (r *Relay) Admit() {
	r.state.Lock()
	defer r.state.Unlock()
	for _, m := range r.members {
		m.accepted = true
	}
}

func (r *Relay) answer(kind string) {
	r.state.Lock()
	var all []*member
	for _, m := range r.members {
		m.accepted = kind == "Accept"
		all = append(all, m)
	}
	r.state.Unlock()
	for _, m := range all {
		to := m.shared
		if r.profile.ToActor {
			to = m.inbox
		}
		if status := r.send(to, r.Answering(kind, m.follow)); status != http.StatusAccepted {
			r.t.Errorf("the %s of the relay: got %d, want 202", kind, status)
		}
		if kind == "Accept" && r.profile.FollowBack == FollowsAfter {
			r.followBack(m)
		}
	}
}

// Answering makes an answer to a Follow.
func (r *Relay) Answering(kind string, follow map[string]any) map[string]any {
	id := r.id()
	if r.profile.SameID {
		id = r.Actor + "#" + strings.ToLower(kind) + "s"
	}
	answer := map[string]any{"@context": []any{"https://www.w3.org/ns/activitystreams"}, "id": id, "type": kind, "actor": r.Actor, "to": []any{follow["actor"]}}
	embedded := maps.Clone(follow)
	switch r.profile.Embeds {
	case EmbedsID:
		answer["object"] = follow["id"]
		return answer
	case EmbedsItself:
		embedded["object"] = r.Actor
	case EmbedsFollower:
		embedded["actor"] = map[string]any{"id": follow["actor"], "type": "Application"}
		answer["to"] = follow["actor"]
	}
	answer["object"] = embedded
	return answer
}

func (r *Relay) followBack(m *member) {
	r.send(m.inbox, map[string]any{
		"@context": "https://www.w3.org/ns/activitystreams", "id": r.id(), "type": "Follow", "actor": r.Actor, "object": m.actor, "to": []any{m.actor},
	})
}

// id makes the id of an activity of the relay's. Nothing is served there.
func (r *Relay) id() string {
	r.state.Lock()
	defer r.state.Unlock()
	r.sent++
	return fmt.Sprintf("%s/activities/%d", r.Actor, r.sent)
}

// Pass passes an activity on to all members, in the relay's way, once: relays do not
// try again. It gives what the last one answered.
func (r *Relay) Pass(activity map[string]any) (status int) {
	r.t.Helper()
	if r.profile.Announces {
		object := activity["object"]
		if embedded, ok := object.(map[string]any); ok {
			object = embedded["id"]
		}
		return r.Announce(object)
	}
	for _, m := range r.sendingTo() {
		status = r.send(m.shared, activity)
	}
	return status
}

// Announce names a thing to all members.
func (r *Relay) Announce(iri any) (status int) {
	r.t.Helper()
	for _, m := range r.sendingTo() {
		status = r.send(m.shared, r.Announcement(iri))
	}
	return status
}

// Announcement makes what Announce sends.
func (r *Relay) Announcement(iri any) map[string]any {
	doc := map[string]any{
		"@context": []any{"https://www.w3.org/ns/activitystreams"}, "id": r.id(), "type": "Announce", "actor": r.Actor, "object": iri,
		"to": []any{r.Actor + "/followers"}, "published": r.Now().UTC().Format(time.RFC3339),
	}
	if r.profile.Loudly {
		doc["to"] = everybody
	}
	if r.profile.Undated {
		delete(doc, "published")
	}
	return doc
}

// Send posts something to an inbox, signed by the relay, whether it is a member's or
// not.
func (r *Relay) Send(inbox string, activity any) (status int) { return r.send(inbox, activity) }

func (r *Relay) send(inbox string, activity any) (status int) {
	schemes := []func(*http.Request, []byte, httpsig.Key, time.Time) error{httpsig.Sign}
	if r.profile.RFC9421 {
		schemes = append([]func(*http.Request, []byte, httpsig.Key, time.Time) error{httpsig.SignRFC9421}, schemes...)
	}
	body, err := json.Marshal(activity)
	if err != nil {
		r.t.Error(err)
	}
	for _, sign := range schemes {
		req, err := http.NewRequest(http.MethodPost, inbox, bytes.NewReader(body))
		if err == nil {
			req.Header.Set("Content-Type", activityJSON)
			err = sign(req, body, r.Key, r.Now())
		}
		if err != nil {
			r.t.Error(err)
			return 0
		}
		if r.profile.Label != "" {
			req.Header.Set("Signature", strings.Replace(req.Header.Get("Signature"), "rsa-sha256", r.profile.Label, 1))
		}
		res, err := r.client.Do(req)
		if err != nil {
			r.t.Errorf("the relay could not send: %v", err)
			return 0
		}
		res.Body.Close()
		if status = res.StatusCode; status != http.StatusUnauthorized {
			break
		}
	}
	return status
}
