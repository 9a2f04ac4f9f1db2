package outbox

import (
	"context"
	"slices"
	"strings"
	"time"

	"skerry/internal/markup"
	"skerry/internal/queue"
	"skerry/internal/remote"
	"skerry/internal/social"
	"skerry/internal/store"
)

// EditProfile keeps what the owner says of themself and tells the followers, unless
// it is what was said before. Who waits for approval when none is needed any more is
// let in.
func (p *Publisher) EditProfile(ctx context.Context, profile social.Profile) error {
	if err := profile.Check(); err != nil {
		return err
	}
	owner, err := p.owner(ctx)
	if err != nil {
		return err
	}
	was, opened := owner, owner.Locked && !profile.Locked
	if err := p.wear(ctx, &owner, profile); err != nil {
		return err
	}
	if same, err := p.worn(ctx, profile, was, owner); err != nil || same {
		return err
	}
	owner.Updated = p.db.Now().Truncate(time.Millisecond)
	keys, err := p.identity.PublicKeys(ctx, owner)
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		if err := p.hang(ctx, tx, was, owner, owner.Updated); err != nil {
			return err
		}
		if err := tx.SetProfile(ctx, profile); err != nil {
			return err
		}
		if _, err := tx.PutActor(ctx, owner, p.build.URLs.Domain); err != nil {
			return err
		}
		if err := queue.Add(ctx, tx, p.bus, remote.LinksJob(owner.ID, owner.Updated), owner.Updated); err != nil {
			return err
		}
		targets, err := followerTargets(ctx, tx.Reader, owner)
		if err != nil {
			return err
		}
		if opened {
			if err := p.acceptAll(ctx, tx, owner); err != nil {
				return err
			}
		}
		iri := p.activityIRI(owner)
		to, cc := p.build.Address(social.Public, owner, nil)
		return p.say(ctx, tx, statement{
			iri: iri, kind: "Update", by: owner, object: owner.IRI, targets: targets,
			document: p.build.Update(iri, p.build.Actor(owner, keys), owner.IRI, to, cc, owner.Updated),
		})
	})
}

// acceptAll lets in everybody who waits.
func (p *Publisher) acceptAll(ctx context.Context, tx *store.Tx, owner social.Actor) error {
	asked, err := tx.FollowersOf(ctx, owner.ID, social.Pending, store.PageOf{Limit: 1000})
	if err != nil {
		return err
	}
	ids := make([]social.ID, len(asked))
	for i, f := range asked {
		ids[i] = f.Follower
	}
	who, err := tx.Actors(ctx, ids)
	if err != nil {
		return err
	}
	for _, f := range asked {
		if err := p.Accept(ctx, tx, f, who[f.Follower], owner); err != nil {
			return err
		}
	}
	return nil
}

// worn reports whether a profile is the one that the owner has, and looks as it did:
// the same words may show emojis that are new.
func (p *Publisher) worn(ctx context.Context, profile social.Profile, was, is social.Actor) (bool, error) {
	stored, err := p.db.Reader.Owner(ctx) // as it is now, whoever has changed it
	if err != nil {
		return false, err
	}
	looks := slices.EqualFunc(was.Emojis, is.Emojis, func(a, b social.Emoji) bool { return a.URL == b.URL })
	return looks && profile.Equal(stored.Profile), nil
}

// wear puts a profile on the owner.
func (p *Publisher) wear(ctx context.Context, a *social.Actor, profile social.Profile) (err error) {
	wear(a, profile, p.build.URLs.Tag)
	texts := []string{profile.Name, profile.Bio}
	for _, f := range profile.Fields {
		texts = append(texts, f.Name, f.Value)
	}
	a.Emojis, err = p.emojisIn(ctx, a.Emojis, texts...)
	return err
}

func wear(a *social.Actor, profile social.Profile, tagURL func(string) string) {
	a.Name = strings.TrimSpace(profile.Name)
	a.Summary = markup.Format(profile.Bio, markup.Links{TagURL: tagURL})
	a.Locked, a.Discoverable, a.Indexable = profile.Locked, profile.Discoverable, profile.Indexable
	a.Kind = social.Person
	if profile.Bot {
		a.Kind = social.Service
	}
	a.Icon, a.Header = profile.Avatar, profile.Header
	was := a.Fields
	a.Fields = nil
	for _, f := range profile.Fields {
		a.Fields = append(a.Fields, social.Field{Name: f.Name, Value: markup.FormatField(f.Value)})
	}
	social.KeepVerified(was, a.Fields)
}

func handleKey(handle string) string { return strings.ToLower(handle) }

func cutHandle(handle string) (user, host string) {
	user, host, _ = strings.Cut(strings.TrimPrefix(handle, "@"), "@")
	return user, host
}
