package retention

import (
	"context"

	"skerry/internal/store"
)

// Plan is what the next round would remove, and why the rest stays.
type Plan struct {
	Posts, Media      store.Amount // what goes
	Young, MediaStays store.Amount // what nothing keeps but its age; media that stay for any reason
	Held              []store.HeldCount
}

// Plan looks at everything and changes nothing.
func (s *Sweeper) Plan(ctx context.Context) (p Plan, err error) {
	now := s.DB.Now()
	err = s.eachLoose(ctx, now, func(all []store.Loose) error {
		for _, l := range all {
			into := &p.Young
			if !s.Rules.Leaves(l.Fetched, l.Home, l.Followed).After(now) {
				into = &p.Posts
			}
			into.N++
			into.Bytes += l.Size
		}
		return nil
	})
	if err != nil {
		return p, err
	}
	if p.Held, err = s.DB.CountHolds(ctx); err != nil {
		return p, err
	}
	p.Media, p.MediaStays, err = s.DB.OldMedia(ctx, now.Add(-s.Rules.Media))
	return p, err
}
