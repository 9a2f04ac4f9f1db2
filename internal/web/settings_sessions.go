package web

import (
	"context"
	"net/http"
	"time"

	"skerry/internal/reply"
	"skerry/internal/store"
)

type settingsSessionsPage struct {
	settingsPage
	Now  time.Time
	Here browserSession
	All  []browserSession // but this one
}

// browserSession is a browser that is signed in.
type browserSession struct {
	store.Session
	Device string
}

// sessions answers /settings/sessions.
func (s *Site) sessions(w http.ResponseWriter, r *http.Request) error {
	page := settingsSessionsPage{settingsPage: s.settingsPage(r, "Sessions"), Now: s.DB.Now()}
	here, _ := s.session(r)
	all, err := s.DB.Sessions(r.Context(), page.Now)
	if err != nil {
		return err
	}
	for _, session := range all {
		shown := browserSession{session, device(session.Agent)}
		if session.Hash == here.Hash {
			page.Here = shown
		} else {
			page.All = append(page.All, shown)
		}
	}
	return s.show(w, r, "settings_sessions.html", page)
}

// endSession answers the button beside a session: that browser is signed out.
func (s *Site) endSession(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	return s.end(w, r, func(ctx context.Context, tx *store.Tx) error { return tx.DropSession(ctx, r.PostForm.Get("session")) })
}

// endOthers answers the button below all sessions: only this browser stays.
func (s *Site) endOthers(w http.ResponseWriter, r *http.Request) error {
	here, _ := s.session(r)
	return s.end(w, r, func(ctx context.Context, tx *store.Tx) error { return tx.DropOtherSessions(ctx, here.Hash) })
}

func (s *Site) end(w http.ResponseWriter, r *http.Request, drop func(context.Context, *store.Tx) error) error {
	if err := s.DB.InTx(r.Context(), func(tx *store.Tx) error { return drop(r.Context(), tx) }); err != nil {
		return err
	}
	reply.SeeOther(w, r, "/settings/sessions?ended")
	return nil
}
