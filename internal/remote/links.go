package remote

import (
	"context"
	"mime"
	"time"

	"skerry/internal/markup"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/transport"
)

const (
	// maxPage is how many bytes are read of a page that may link back.
	maxPage = 1 << 20
	// relink is how often links are looked at again: pages change hands.
	relink = 7 * 24 * time.Hour
)

// VerifyLinks looks whether the pages that an actor's profile names link back to it,
// and stores that. A page that does not answer changes nothing: it may be back.
func (f *Finder) VerifyLinks(ctx context.Context, a social.Actor) error {
	ctx = cause(ctx)
	seen := map[string]*time.Time{}
	for _, field := range a.Fields {
		at := markup.FieldLink(field.Value)
		if at == "" {
			continue
		}
		back, err := f.linksBack(ctx, at, a)
		if err != nil {
			f.log.Debug("a page that a profile names could not be looked at", "actor", a.IRI, "iri", at, "err", err)
			continue
		}
		seen[field.Value] = nil
		if now := f.db.Now().UTC().Truncate(time.Millisecond); back {
			seen[field.Value] = &now
		}
	}
	if len(seen) == 0 {
		return nil
	}
	return f.db.InTx(ctx, func(tx *store.Tx) error { return tx.MarkLinks(ctx, a.ID, seen) })
}

// linksBack reports whether a page is there and links to the actor's by rel="me".
func (f *Finder) linksBack(ctx context.Context, at string, a social.Actor) (bool, error) {
	res, err := f.client.Get(ctx, at, transport.Get{Accept: "text/html", MaxBytes: maxPage, Unsigned: true, Fresh: a.Local})
	if err != nil {
		return false, err
	}
	if err := statusFault(at, res.Status); err != nil {
		if social.Is(err, social.NotFound) || social.Is(err, social.Gone) {
			return false, nil
		}
		return false, err
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	return (kind == "text/html" || kind == "application/xhtml+xml") && markup.LinksBack(res.Body, a.URL, a.IRI), nil
}

// JobLinks is the kind of the job that looks at the owner's links.
const JobLinks = "links"

// LinksJob is the job of looking at them; it names their actor.
func LinksJob(owner social.ID, due time.Time) store.Job {
	return store.Job{Lane: store.LaneFetch, Kind: JobLinks, Once: due.UTC().Format(time.RFC3339), Payload: owner.String(), Due: due}
}

// DoLinks does such a job, and leaves the next one.
func (f *Finder) DoLinks(ctx context.Context, j store.Job) (string, error) {
	id, err := social.ParseID(j.Payload)
	if err != nil {
		return "", err
	}
	a, err := f.db.Actor(ctx, id)
	if err != nil {
		return "", err
	}
	if err := f.VerifyLinks(ctx, a); err != nil {
		return "", err
	}
	now := f.db.Now()
	return "looked at", f.db.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.DropJobs(ctx, JobLinks, now); err != nil { // of earlier edits: one chain is enough
			return err
		}
		_, err := tx.AddJob(ctx, LinksJob(id, now.Add(relink)), now)
		return err
	})
}
