package mastodon

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"

	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

// verifyCredentials answers GET /api/v1/accounts/verify_credentials: the first
// thing every app asks. [Masto: accounts]
func (a *API) verifyCredentials(w http.ResponseWriter, r *request) error { return a.answerOwner(w, r) }

func (a *API) answerOwner(w http.ResponseWriter, r *request) error {
	ctx := r.Context()
	owner, err := a.db.Owner(ctx)
	if err != nil {
		return err
	}
	id, profile, prefs := owner.Actor.ID, owner.Profile, owner.Preferences
	show, err := a.renderer(ctx, id, []social.ID{id}, nil)
	if err != nil {
		return err
	}
	asked, err := a.db.FollowersOf(ctx, id, social.Pending, store.PageOf{Limit: 80})
	if err != nil {
		return err
	}
	out := show.account(id)
	out.HideFollows = &profile.HideFollows
	out.Source = &ownerSource{
		Privacy: prefs.Visibility.String(), Sensitive: prefs.Sensitive, Language: text(prefs.Language), Note: profile.Bio, Fields: []field{}, FollowRequests: len(asked),
		Discoverable: profile.Discoverable, Indexable: profile.Indexable, HideFollows: profile.HideFollows,
	}
	for _, f := range profile.Fields {
		out.Source.Fields = append(out.Source.Fields, field{Name: f.Name, Value: f.Value})
	}
	// The one bit that says administrator. [Masto: Role]
	out.Role = &role{ID: "1", Name: "Owner", Permissions: "1", Highlighted: true}
	return reply.JSON(w, r.Request, out)
}

// updateCredentials answers PATCH /api/v1/accounts/update_credentials. What is
// not sent stays.
func (a *API) updateCredentials(w http.ResponseWriter, r *request) error {
	if err := r.onlyBuiltProfile(); err != nil {
		return err
	}
	prefs, err := r.preferences()
	if err != nil {
		return err
	}
	p := r.owner.Profile
	if r.has("display_name") {
		p.Name = strings.TrimSpace(r.text("display_name"))
	}
	if r.has("note") {
		p.Bio = r.text("note")
	}
	p.Locked, p.Bot = r.flag("locked", p.Locked), r.flag("bot", p.Bot)
	p.Discoverable, p.Indexable = r.flag("discoverable", p.Discoverable), r.flag("indexable", p.Indexable)
	p.HideFollows = r.flag("hide_collections", p.HideFollows)
	if rows, sent := r.rows("fields_attributes", "name", "value"); sent {
		p.Fields = nil
		for _, row := range rows {
			if row["name"] != "" || row["value"] != "" {
				p.Fields = append(p.Fields, social.ProfileField{Name: row["name"], Value: row["value"]})
			}
		}
	}
	if err := a.newPictures(r, &p); err != nil {
		return err
	}
	if err := a.publisher.EditProfile(r.Context(), p); err != nil {
		return err
	}
	if prefs != r.owner.Preferences {
		if err := a.publisher.Prefer(r.Context(), prefs); err != nil {
			return err
		}
	}
	return a.answerOwner(w, r)
}

// preferences gives how the owner likes to post, with what the request changes of it.
func (r *request) preferences() (social.Preferences, error) {
	p := r.owner.Preferences
	var err error
	if r.sent("source[privacy]") {
		if p.Visibility, err = social.ParseVisibility(r.text("source[privacy]")); err != nil {
			return p, err
		}
	}
	if r.has("source[language]") {
		if p.Language, err = parseLanguage(r.text("source[language]")); err != nil {
			return p, err
		}
	}
	p.Sensitive = r.flag("source[sensitive]", p.Sensitive)
	return p, p.Check()
}

// newPictures puts the pictures that were sent on a profile. A profile that breaks
// a rule keeps none.
func (a *API) newPictures(r *request, p *social.Profile) error {
	if err := p.Check(); err != nil {
		return err
	}
	for _, one := range []struct {
		name string
		keep func(context.Context, io.Reader) (social.Image, error)
		into *social.Image
	}{{"avatar", a.library.Avatar, &p.Avatar}, {"header", a.library.Header, &p.Header}} {
		file, err := r.file(one.name)
		if err != nil {
			return err
		}
		if file == nil {
			continue
		}
		defer file.Close()
		if *one.into, err = one.keep(r.Context(), file); err != nil {
			return err
		}
	}
	return nil
}

// takeOff answers the DELETE of a picture of the profile.
func (a *API) takeOff(change func(*social.Profile)) handler {
	return func(w http.ResponseWriter, r *request) error {
		p := r.owner.Profile
		change(&p)
		if err := a.publisher.EditProfile(r.Context(), p); err != nil {
			return err
		}
		return a.answerOwner(w, r)
	}
}

// onlyBuiltProfile refuses what of a profile cannot be kept.
func (r *request) onlyBuiltProfile() error {
	for _, name := range []string{"avatar", "header"} {
		if r.sent(name) {
			return social.Faultf(social.Unprocessable, "Validation failed: %s is sent as a file, in multipart/form-data", name)
		}
	}
	return nil
}

// account answers GET /api/v1/accounts/:id.
func (a *API) account(w http.ResponseWriter, r *request) error {
	id, err := r.pathID()
	if err != nil {
		return err
	}
	found, err := a.db.Actor(r.Context(), id)
	if err != nil {
		return err
	}
	return a.answerAccount(w, r, found)
}

func (a *API) answerAccount(w http.ResponseWriter, r *request, found social.Actor) error {
	if err := alive(found); err != nil {
		return err
	}
	show, err := a.renderer(r.Context(), r.owner.Actor.ID, []social.ID{found.ID}, nil)
	if err != nil {
		return err
	}
	return reply.JSON(w, r.Request, show.account(found.ID))
}

// alive says that an account is gone, if it is.
func alive(a social.Actor) error {
	if a.GoneAt.IsZero() {
		return nil
	}
	return social.Faultf(social.NotFound, "this account was deleted")
}

// lookup answers GET /api/v1/accounts/lookup: a handle that is known already.
func (a *API) lookup(w http.ResponseWriter, r *request) error {
	handle := strings.TrimPrefix(r.text("acct"), "@")
	if !strings.Contains(handle, "@") {
		handle += "@" + a.urls.AccountDomain
	}
	found, err := a.storedHandle(r.Context(), handle)
	if err != nil {
		return err
	}
	return a.answerAccount(w, r, found)
}

// maxIDs is how many relationships can be asked for at once.
const maxIDs = 400

// relationships answers GET /api/v1/accounts/relationships.
func (a *API) relationships(w http.ResponseWriter, r *request) error {
	var ids []social.ID
	for _, text := range r.list("id") {
		id, err := social.ParseID(text)
		if err == nil && len(ids) < maxIDs && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	known, err := a.db.Actors(r.Context(), ids)
	if err != nil {
		return err
	}
	stands, err := a.db.Relationships(r.Context(), r.owner.Actor.ID, ids)
	if err != nil {
		return err
	}
	out := []relationship{}
	for _, id := range ids {
		if who, ok := known[id]; ok {
			line := relation(id, stands[id])
			line.DomainBlocking = who.Limited == social.Suspended
			out = append(out, line)
		}
	}
	return reply.JSON(w, r.Request, out)
}

// toward answers a POST that changes how the owner stands to an account.
func (a *API) toward(verb func(context.Context, social.ID) error) handler {
	return func(w http.ResponseWriter, r *request) error {
		id, err := r.pathID()
		if err != nil {
			return err
		}
		if err := verb(r.Context(), id); err != nil {
			return err
		}
		stands, err := a.db.Relationships(r.Context(), r.owner.Actor.ID, []social.ID{id})
		if err != nil {
			return err
		}
		return reply.JSON(w, r.Request, relation(id, stands[id]))
	}
}

// followers and following answer GET /api/v1/accounts/:id/followers and following:
// of strangers, those we know of.
func (a *API) followers(w http.ResponseWriter, r *request) error {
	return a.follows(w, r, a.db.FollowersOf, social.Accepted, func(f social.Follow) social.ID { return f.Follower })
}

func (a *API) following(w http.ResponseWriter, r *request) error {
	return a.follows(w, r, a.db.FollowedBy, social.Accepted, func(f social.Follow) social.ID { return f.Followee })
}

// followRequests answers GET /api/v1/follow_requests.
func (a *API) followRequests(w http.ResponseWriter, r *request) error {
	return a.listFollows(w, r, r.owner.Actor.ID, a.db.FollowersOf, social.Pending, func(f social.Follow) social.ID { return f.Follower })
}

type readFollows = func(context.Context, social.ID, social.FollowState, store.PageOf) ([]social.Follow, error)

func (a *API) follows(w http.ResponseWriter, r *request, read readFollows, state social.FollowState, who func(social.Follow) social.ID) error {
	id, err := r.pathID()
	if err != nil {
		return err
	}
	of, err := a.db.Actor(r.Context(), id)
	if err == nil {
		err = alive(of)
	}
	if err != nil {
		return err
	}
	return a.listFollows(w, r, id, read, state, who)
}

func (a *API) listFollows(w http.ResponseWriter, r *request, of social.ID, read readFollows, state social.FollowState, who func(social.Follow) social.ID) error {
	page, err := r.page(40, 80)
	if err != nil {
		return err
	}
	all, err := read(r.Context(), of, state, page)
	if err != nil {
		return err
	}
	lines := make([]listed, len(all))
	for i, f := range all {
		lines[i] = listed{f.ID, who(f)}
	}
	return a.listAccounts(w, r, lines, nil)
}

// listed is an account in a list, and the id by which the list is paged.
type listed struct{ line, account social.ID }

// listAccounts answers with accounts; also, when not nil, completes each.
func (a *API) listAccounts(w http.ResponseWriter, r *request, lines []listed, also func(*account, social.ID)) error {
	ids := make([]social.ID, len(lines))
	for i, l := range lines {
		ids[i] = l.account
	}
	show, err := a.renderer(r.Context(), r.owner.Actor.ID, ids, nil)
	if err != nil {
		return err
	}
	out := make([]account, len(ids))
	for i, id := range ids {
		out[i] = show.account(id)
		if also != nil {
			also(&out[i], id)
		}
	}
	if len(lines) > 0 {
		a.link(w, r, lines[0].line.String(), lines[len(lines)-1].line.String())
	}
	return reply.JSON(w, r.Request, out)
}
