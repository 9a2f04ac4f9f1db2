package testkit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"skerry/internal/httpsig"
)

// answerInbox answers the address of the inbox.
func (r *Relay) answerInbox(w http.ResponseWriter, req *http.Request) {
	switch {
	case req.Method == http.MethodPost:
		w.WriteHeader(r.receive(req))
	case r.profile.ActorPath == r.profile.InboxPath:
		WriteActivity(w, r.Document(r.profile.ActorPath))
	case r.profile.GetInbox != 0:
		w.WriteHeader(r.profile.GetInbox)
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// receive takes an activity as relays do: from whom it can look up. Who follows must be
// as relays want their members; what is published comes from their people.
func (r *Relay) receive(req *http.Request) int {
	body, err := io.ReadAll(io.LimitReader(req.Body, 1<<20))
	if err != nil {
		return http.StatusBadRequest
	}
	var doc map[string]any
	if err := json.Unmarshal(body, &doc); err != nil {
		return http.StatusBadRequest
	}
	from, err := r.sender(req, body, doc["type"] != "Create" && doc["type"] != "Update" && doc["type"] != "Delete")
	if err != nil {
		r.t.Errorf("the relay refuses us: %v", err)
		return http.StatusUnauthorized
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	status := r.take(req)
	object, _ := doc["object"].(map[string]any)
	switch doc["type"] {
	case "Follow":
		r.join(from, doc)
	case "Accept":
		if object["actor"] == r.Actor {
			r.set(from.actor, func(m *member) { m.back = true })
		}
	case "Undo":
		r.part(from, doc, object)
	}
	return status
}

// sender looks up who sends, and checks that it is fit to be a member where it must be one.
func (r *Relay) sender(req *http.Request, body []byte, asMember bool) (*member, error) {
	policy := httpsig.Policy{Origins: []string{r.Origin}, Now: r.Now}
	s, err := policy.Read(httpsig.FromRequest(req, body))
	if err != nil {
		return nil, err
	}
	address, _, _ := strings.Cut(s.KeyID, "#")
	res, err := http.Get(address)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	var doc struct {
		ID, Type, Inbox string
		Endpoints       struct{ SharedInbox string }
		PublicKey       struct{ ID, PublicKeyPem string }
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("the key %s does not lead to an actor: %w", s.KeyID, err)
	}
	switch {
	case len(text) > 20_000:
		err = fmt.Errorf("the actor has %d bytes", len(text))
	case asMember && doc.Type != "Application" || doc.Endpoints.SharedInbox == "" || doc.PublicKey.ID != s.KeyID:
		err = fmt.Errorf("the actor is no server: %+v", doc)
	case !strings.HasPrefix(doc.PublicKey.PublicKeyPem, "-----BEGIN PUBLIC KEY-----"):
		err = fmt.Errorf("the key is %.40q", doc.PublicKey.PublicKeyPem)
	}
	if err != nil {
		return nil, err
	}
	key, err := httpsig.ParsePublicKeyPEM(doc.PublicKey.PublicKeyPem)
	if err != nil {
		return nil, err
	}
	return &member{actor: doc.ID, inbox: doc.Inbox, shared: doc.Endpoints.SharedInbox}, s.Verify(key)
}

func (r *Relay) set(actor string, change func(*member)) {
	r.state.Lock()
	defer r.state.Unlock()
	if m := r.members[actor]; m != nil {
		change(m)
	}
}

// join takes a Follow, and answers it when its time is now.
func (r *Relay) join(from *member, follow map[string]any) {
	want := everybody
	if r.profile.Gated {
		want = r.Actor
	}
	if follow["object"] != want || strings.Contains(fmt.Sprint(follow["to"]), everybody) {
		r.t.Errorf("the Follow is of %v and to %v, want %s", follow["object"], follow["to"], want)
		return
	}
	r.state.Lock()
	from.follow = follow
	if was := r.members[from.actor]; was != nil {
		from.accepted, from.back = was.accepted, was.back
	}
	r.members[from.actor] = from
	r.state.Unlock()
	if r.profile.FollowBack == FollowsBefore {
		r.followBack(from)
	}
	if r.profile.Answer == AnswersWithin {
		r.answer("Accept")
	}
}

// part lets a member go whose Undo has the whole Follow, the last one.
func (r *Relay) part(from *member, undo, follow map[string]any) {
	r.state.Lock()
	m := r.members[from.actor]
	if m != nil && m.follow["id"] == follow["id"] && follow["type"] == "Follow" && follow["object"] == m.follow["object"] {
		delete(r.members, from.actor)
	}
	r.state.Unlock()
	said := map[string]any{"@context": "https://www.w3.org/ns/activitystreams", "type": "Undo", "actor": r.Actor, "to": []string{from.actor}}
	switch r.profile.UndoSays {
	case UndoSaysItself:
		said["id"], said["object"] = r.Actor, map[string]any{"type": "Follow", "actor": r.Actor, "object": from.actor, "id": r.id()}
	case UndoSaysOurs:
		said["id"], said["object"] = r.id(), undo
	default:
		return
	}
	r.send(from.shared, said)
}

// Members gives the actors to whom the relay sends.
func (r *Relay) Members() (out []string) {
	for _, m := range r.sendingTo() {
		out = append(out, m.actor)
	}
	return out
}

func (r *Relay) sendingTo() (out []*member) {
	r.state.Lock()
	defer r.state.Unlock()
	for _, m := range r.members {
		if m.accepted && (m.back || !r.profile.Gated) {
			copied := *m
			out = append(out, &copied)
		}
	}
	return out
}
