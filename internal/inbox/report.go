package inbox

import (
	"cmp"
	"context"

	"skerry/internal/activitypub"
	"skerry/internal/social"
	"skerry/internal/store"
)

// flag: somebody, mostly another server, says what is wrong with the owner or their
// posts. It is kept for the owner to read, and nothing is done about it.
//
// Quirk(lemmy): it names the post alone, and says why in the summary.
func (w *Worker) flag(ctx context.Context, v Verified) (string, error) {
	federation, err := w.db.Federation(ctx)
	if err != nil {
		return "", err
	}
	if federation.Of(activitypub.Host(v.by.IRI)).RejectReports || federation.Of(v.by.Domain).RejectReports {
		return "ignored: reports of its server are not wanted", nil
	}
	named, posts, err := w.reported(ctx, v)
	if err != nil {
		return "", err
	}
	if !named && len(posts) == 0 {
		return "ignored: it reports nobody here", nil
	}
	r := social.Report{
		ID: w.db.IDs().New(), IRI: cmp.Or(v.ID, v.by.IRI+"#report-"+v.row.String()), From: v.by.ID, Target: v.owner.ID, Category: "other",
		Comment: cut(cmp.Or(v.Raw.Str("content"), v.Raw.Str("summary")), social.MaxReportHeard), Posts: posts, Forwarded: true, At: v.at,
	}
	return w.commit(ctx, v, "a report of the owner, kept", func(tx *store.Tx) error {
		added, err := tx.AddReport(ctx, r)
		if err != nil || !added {
			return err
		}
		// Who reported before is told of again, on top.
		if err := tx.DropNotification(ctx, social.NotifyReport, v.by.ID, 0); err != nil {
			return err
		}
		return v.notify(ctx, tx, social.NotifyReport, 0)
	})
}

// reported gives what of ours a report is about.
func (w *Worker) reported(ctx context.Context, v Verified) (named bool, posts []string, err error) {
	all := v.Raw.IRIs("object")
	for _, iri := range all[:min(len(all), 2*social.MaxReported)] {
		a, err := w.ownActor(ctx, iri)
		if err == nil {
			named = named || a.ID == v.owner.ID
			continue
		}
		if !social.Is(err, social.NotFound) {
			return false, nil, err
		}
		p, err := w.storedPost(ctx, iri)
		if err != nil && !social.Is(err, social.NotFound) {
			return false, nil, err
		}
		if err == nil && p.Local && len(posts) < social.MaxReported {
			posts = append(posts, p.IRI)
		}
	}
	return named, posts, nil
}

// cut shortens a text to so many characters.
func cut(text string, most int) string {
	if all := []rune(text); len(all) > most {
		return string(all[:most]) + "…"
	}
	return text
}
