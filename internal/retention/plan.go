package retention

import (
	"context"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Plan is what the next round would remove, and why the rest stays.
type Plan struct {
	Room   store.Room // as it is now
	Budget int64
	Old    social.Cleared // what goes by age
	Excess social.Cleared // what goes for lack of room, about

	Young, MediaStays social.Amount // what nothing keeps but its age; media that stay for any reason
	Held              []store.HeldCount
}

// Plan looks at everything and changes nothing.
func (s *Sweeper) Plan(ctx context.Context) (p Plan, err error) {
	rules, err := s.Rules(ctx)
	if err != nil {
		return p, err
	}
	p.Budget = rules.Budget
	now := s.DB.Now()
	young, err := s.planPosts(ctx, &p, rules)
	if err != nil {
		return p, err
	}
	if p.Held, err = s.DB.CountHolds(ctx); err != nil {
		return p, err
	}
	if p.Old.Media, p.MediaStays, err = s.DB.OldMedia(ctx, now.Add(-rules.Media)); err != nil {
		return p, err
	}
	if rules.Profiles > 0 {
		if p.Old.Profiles, err = s.DB.CountStrangers(ctx, now.Add(-rules.Profiles)); err != nil {
			return p, err
		}
	}
	if p.Room, err = s.DB.Room(ctx); err != nil {
		return p, err
	}
	wanted := p.wanted()
	if wanted == 0 {
		return p, nil
	}
	media, _, err := s.DB.OldMedia(ctx, now)
	if err != nil {
		return p, err
	}
	profiles, err := s.DB.CountStrangers(ctx, now.Add(-met))
	if err != nil {
		return p, err
	}
	p.excess(wanted, media.Without(p.Old.Media), young, profiles.Without(p.Old.Profiles))
	return p, nil
}

// planPosts counts the posts that nothing keeps. It gives those that are not old enough
// in the order in which they would go for lack of room.
func (s *Sweeper) planPosts(ctx context.Context, p *Plan, rules social.Retention) (young [ranks]social.Amount, err error) {
	now := s.DB.Now()
	err = s.eachLoose(ctx, now, func(all []store.Loose) (bool, error) {
		for _, l := range all {
			one := social.Amount{N: 1, Bytes: l.Size}
			if !rules.Leaves(l.Stay).After(now) {
				p.Old.Posts.Add(one)
				continue
			}
			p.Young.Add(one)
			young[rank(l)].Add(one)
		}
		return true, nil
	})
	return young, err
}

// wanted is how many bytes go for lack of room when what is old has gone.
func (p *Plan) wanted() int64 {
	used := p.Room.Used() - p.Old.Bytes()
	if social.Judge(used, p.Budget) == social.Fits {
		return 0
	}
	return used - int64(social.RoomShare*float64(p.Budget))
}

// excess says what goes for lack of room, in the order of takers.
func (p *Plan) excess(wanted int64, media social.Amount, young [ranks]social.Amount, profiles social.Amount) {
	p.Excess.Media = partOf(media, &wanted)
	for _, y := range young {
		p.Excess.Posts.Add(partOf(y, &wanted))
	}
	p.Excess.Profiles = partOf(profiles, &wanted)
	p.MediaStays = p.MediaStays.Without(p.Excess.Media)
	p.Young = p.Young.Without(p.Excess.Posts)
}

// partOf takes as much of something as is wanted.
func partOf(all social.Amount, wanted *int64) social.Amount {
	if all.Bytes > *wanted {
		all.N = int(float64(all.N) * float64(*wanted) / float64(all.Bytes))
		all.Bytes = *wanted
	}
	*wanted -= all.Bytes
	return all
}
