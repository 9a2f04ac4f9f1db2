package web

import (
	"net/http"

	"skerry/internal/reply"
	"skerry/internal/social"
)

type settingsPostingPage struct {
	settingsPage
	Audiences, Languages         []choice
	Sensitive                    bool
	WrongAudience, WrongLanguage string
}

// settingsPostingPage shows preferences as they are chosen.
func (s *Site) settingsPostingPage(r *http.Request, own string, chosen social.Preferences) settingsPostingPage {
	page := settingsPostingPage{settingsPage: s.settingsPage(r, "Posting"), Sensitive: chosen.Sensitive, Languages: languagesWith(own, chosen.Language)}
	page.Languages[len(page.Languages)-1].Say = "The one of the browser"
	for v := social.Public; v <= social.FollowersOnly; v++ {
		page.Audiences = append(page.Audiences, choice{Value: v.String(), Say: audiences[v], Hint: audienceHints[v], Chosen: v == chosen.Visibility})
	}
	return page
}

// editPosting answers /settings/posting.
func (s *Site) editPosting(w http.ResponseWriter, r *http.Request) error {
	owner, err := s.DB.Owner(r.Context())
	if err != nil {
		return err
	}
	return s.show(w, r, "settings_posting.html", s.settingsPostingPage(r, owner.Preferences.Language, owner.Preferences))
}

// savePosting answers the form of /settings/posting.
func (s *Site) savePosting(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	owner, err := s.DB.Owner(r.Context())
	if err != nil {
		return err
	}
	chosen := social.Preferences{Language: r.PostForm.Get("language"), Sensitive: r.PostForm.Has("sensitive")}
	var noAudience error
	chosen.Visibility, noAudience = social.ParseVisibility(r.PostForm.Get("audience"))
	page := s.settingsPostingPage(r, owner.Preferences.Language, chosen)
	page.WrongAudience, _ = wrongOf(noAudience)
	page.WrongLanguage, _ = wrongOf(social.CheckLanguage(chosen.Language))
	if page.WrongAudience+page.WrongLanguage == "" {
		err := s.Publisher.Prefer(r.Context(), chosen)
		if err == nil {
			reply.SeeOther(w, r, "/settings/posting?saved")
			return nil
		}
		say, ok := wrongOf(err)
		if !ok {
			return err
		}
		page.WrongAudience = say // the language was judged above
	}
	page.Wrong = notTaken
	return s.showWith(w, http.StatusUnprocessableEntity, "settings_posting.html", page)
}
