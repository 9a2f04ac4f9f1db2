package retention

import (
	"context"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Report is what takes room, how it grows, and who brought it.
type Report struct {
	social.Storage
	Rules  social.Retention
	Days   []store.StorageDay // the oldest first; the last one is the newest measurement
	Growth int64              // bytes in a day, of late; below zero: it shrinks
	FullAt time.Time          // when the oldest begins to go for lack of room; zero: not at this pace
	Hosts  []Brought
	Relays []Brought
}

// Brought is how much somebody has brought, about.
type Brought struct {
	store.Share
	Bytes int64
}

// watched is over how many days is reported.
const watched = 60

// paced is from how many days the pace is read.
const paced = 14

// Report tells how storage stands.
func (s *Sweeper) Report(ctx context.Context) (r Report, err error) {
	now := s.DB.Now()
	if r.Rules, err = s.Rules(ctx); err == nil {
		r.Storage, err = s.DB.Storage(ctx)
	}
	if err == nil && (r.At.IsZero() || r.Budget != r.Rules.Budget) { // nobody has looked yet
		r.Storage, err = s.Weigh(ctx)
	}
	if err == nil {
		r.Days, err = s.DB.StorageDays(ctx, now.AddDate(0, 0, -watched))
	}
	if err != nil {
		return r, err
	}
	r.Growth = growth(r.Days)
	if left := r.High() - r.Used; r.Growth > 0 && left > 0 {
		if days := left / r.Growth; days < 10*365 {
			r.FullAt = now.AddDate(0, 0, int(days))
		}
	}
	return r, s.whoBrought(ctx, &r)
}

// growth is by how much a day takes more than the one before, of late.
func growth(days []store.StorageDay) int64 {
	if len(days) == 0 {
		return 0
	}
	last := days[len(days)-1]
	for _, first := range days {
		if n := int64(last.Day.Sub(first.Day) / social.Day); n > 0 && n <= paced {
			return (last.Sizes.Total() - first.Sizes.Total()) / n
		}
	}
	return 0
}

// whoBrought adds who has brought the most posts; each is taken to be as large as posts
// are on the average, with their indexes.
func (s *Sweeper) whoBrought(ctx context.Context, r *Report) error {
	hosts, err := s.DB.PostsByHost(ctx)
	if err != nil {
		return err
	}
	relays, err := s.DB.PostsByRelay(ctx)
	if err != nil {
		return err
	}
	n, err := s.DB.CountPosts(ctx)
	if err != nil || n == 0 {
		return err
	}
	var each int64
	if len(r.Days) > 0 {
		sizes := r.Days[len(r.Days)-1].Sizes
		each = (sizes[social.StuffPosts] + sizes[social.StuffIndexes]) / n
	}
	for _, h := range hosts {
		r.Hosts = append(r.Hosts, Brought{h, int64(h.Posts) * each})
	}
	for _, l := range relays {
		r.Relays = append(r.Relays, Brought{l, int64(l.Posts) * each})
	}
	return nil
}

// High is from where on the oldest goes.
func (r Report) High() int64 { return int64(social.NearShare * float64(r.Budget)) }
