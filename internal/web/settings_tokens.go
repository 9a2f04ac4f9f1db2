package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"skerry/internal/access"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

type settingsTokensPage struct {
	settingsPage
	Now                    time.Time
	Tokens                 []store.Token
	Made                   string // the new token
	Name                   string // as typed
	Wholes, Reads, Writes  []choice
	InParts                bool // a part was chosen
	WrongName, WrongScopes string
}

// wholeScopes are those that a token is offered, before parts of them.
var wholeScopes = []choice{
	{Value: "read", Say: "Read everything", Hint: "Home, notifications, also what is written to you alone."},
	{Value: "write", Say: "Write everything", Hint: "Post and delete, like and boost, follow, change the profile."},
	{Value: "follow", Say: "Follow, mute and block", Hint: "And read whom."},
}

func (s *Site) settingsTokensPage(r *http.Request, chosen access.Scopes) (settingsTokensPage, error) {
	page := settingsTokensPage{settingsPage: s.settingsPage(r, "Tokens"), Now: s.DB.Now(), Wholes: slices.Clone(wholeScopes)}
	for whole, into := range map[string]*[]choice{"read": &page.Reads, "write": &page.Writes} {
		for _, part := range access.Parts(whole) {
			*into = append(*into, choice{Value: part, Say: part})
		}
	}
	for _, all := range [][]choice{page.Wholes, page.Reads, page.Writes} {
		for i := range all {
			all[i].Chosen = slices.Contains(chosen, all[i].Value)
			page.InParts = page.InParts || all[i].Chosen && strings.Contains(all[i].Value, ":")
		}
	}
	var err error
	page.Tokens, err = s.DB.Tokens(r.Context())
	return page, err
}

// tokens answers /settings/tokens.
func (s *Site) tokens(w http.ResponseWriter, r *http.Request) error {
	page, err := s.settingsTokensPage(r, access.Scopes{"read"})
	if err != nil {
		return err
	}
	return s.show(w, r, "settings_tokens.html", page)
}

// addToken answers the form of /settings/tokens. The answer is the page with the
// token: it is kept nowhere from which another page could show it.
func (s *Site) addToken(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	name, typed := r.PostForm.Get("name"), r.PostForm["scope"]
	scopes, noScopes := access.ParseScopes(strings.Join(typed, " "))
	made, err := "", noScopes
	if err == nil {
		made, err = s.Identity.NewToken(r.Context(), name, scopes)
	}
	say, wrong := wrongOf(err)
	if err != nil && !wrong {
		return err
	}
	page, err := s.settingsTokensPage(r, typed)
	if err != nil {
		return err
	}
	page.Made, page.Name = made, name
	switch {
	case noScopes != nil:
		page.WrongScopes = say
	case wrong:
		page.WrongName = say
	default:
		return s.show(w, r, "settings_tokens.html", page)
	}
	page.Wrong = notTaken
	return s.showWith(w, http.StatusUnprocessableEntity, "settings_tokens.html", page)
}

// revokeToken answers the button beside a token.
func (s *Site) revokeToken(w http.ResponseWriter, r *http.Request) error {
	id, err := social.ParseID(chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	if err := s.DB.InTx(r.Context(), func(tx *store.Tx) error { return tx.DropToken(r.Context(), id) }); err != nil {
		return err
	}
	reply.SeeOther(w, r, "/settings/tokens?revoked")
	return nil
}
