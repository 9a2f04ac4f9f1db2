package outbox

import (
	"context"
	"strings"
	"time"

	"skerry/internal/markup"
	"skerry/internal/social"
	"skerry/internal/store"
)

// EditProfile keeps what the owner says of themself and tells the followers.
func (p *Publisher) EditProfile(ctx context.Context, profile social.Profile) error {
	if err := profile.Check(); err != nil {
		return err
	}
	owner, err := p.owner(ctx)
	if err != nil {
		return err
	}
	p.wear(&owner, profile)
	owner.Updated = p.db.Now().Truncate(time.Millisecond)
	keys, err := p.identity.PublicKeys(ctx, owner)
	if err != nil {
		return err
	}
	return p.db.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.SetProfile(ctx, profile); err != nil {
			return err
		}
		if _, err := tx.PutActor(ctx, owner, p.build.URLs.Domain); err != nil {
			return err
		}
		targets, err := followerTargets(ctx, tx.Reader, owner)
		if err != nil {
			return err
		}
		iri := p.activityIRI(owner)
		to, cc := p.build.Address(social.Public, owner, nil)
		return p.say(ctx, tx, statement{
			iri: iri, kind: "Update", by: owner, object: owner.IRI, targets: targets,
			document: p.build.Update(iri, p.build.Actor(owner, keys), owner.IRI, to, cc, owner.Updated),
		})
	})
}

// wear puts a profile on an actor.
func (p *Publisher) wear(a *social.Actor, profile social.Profile) { wear(a, profile, p.build.URLs.Tag) }

func wear(a *social.Actor, profile social.Profile, tagURL func(string) string) {
	a.Name = strings.TrimSpace(profile.Name)
	a.Summary = markup.Format(profile.Bio, markup.Links{TagURL: tagURL})
	a.Locked, a.Discoverable, a.Indexable = profile.Locked, profile.Discoverable, profile.Indexable
	a.Kind = social.Person
	if profile.Bot {
		a.Kind = social.Service
	}
	a.Fields = nil
	for _, f := range profile.Fields {
		a.Fields = append(a.Fields, social.Field{Name: f.Name, Value: markup.FormatField(f.Value)})
	}
}

func handleKey(handle string) string { return strings.ToLower(handle) }

func cutHandle(handle string) (user, host string) {
	user, host, _ = strings.Cut(strings.TrimPrefix(handle, "@"), "@")
	return user, host
}
