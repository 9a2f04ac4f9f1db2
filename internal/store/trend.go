package store

import (
	"context"
	"time"

	"skerry/internal/social"
)

const (
	day          = 24 * time.Hour
	mostTrending = 1000 // hashtags that a day remembers
	daysKept     = 8
)

func dayOf(t time.Time) int64 { return t.Unix() / int64(day/time.Second) }

// tagCount is how much a hashtag was used on a day.
type tagCount struct {
	tag           string
	posts, people int
}

// CountTags counts what hashtags were used in the public posts of the day that a
// moment is in, and forgets the days that nobody asks for any more. What few use is
// not remembered: strangers make as many rows as a day has room for. The counting is
// done before anything is locked.
func (db *DB) CountTags(ctx context.Context, at time.Time, write func(context.Context, func(*Tx) error) error) error {
	today := at.UTC().Truncate(day)
	counts, err := list(ctx, db.Reader, "count hashtags", func(r rows) (c tagCount, err error) {
		return c, r.Scan(&c.tag, &c.posts, &c.people)
	}, `SELECT t.tag, COUNT(*), COUNT(DISTINCT p.author_id) FROM posts p JOIN post_tags t ON t.post_id = p.id JOIN actors a ON a.id = p.author_id
		WHERE p.id >= $1 AND p.id < $2 AND p.visibility = 0 AND a.limited = 0
		GROUP BY t.tag ORDER BY 3 DESC, 2 DESC, 1 LIMIT $3`,
		social.FirstIDAt(today), social.FirstIDAt(today.Add(day)), mostTrending)
	if err != nil {
		return err
	}
	return write(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, "forget hashtags", `DELETE FROM tag_days WHERE day = $1 OR day <= $2`, dayOf(at), dayOf(at)-daysKept)
		for _, c := range counts {
			if err == nil {
				err = tx.later(ctx, addTagDay, dayOf(at), c.tag, c.posts, c.people)
			}
		}
		return err
	})
}

var addTagDay = &many{
	doing:  "remember hashtags",
	before: `INSERT INTO tag_days (day, tag, posts, people) VALUES `, row: `(?, ?, ?, ?)`,
}

// TrendingTags gives the hashtags that most people used in the last days, today
// among them, with what the days remember of them. One that fewer than two people
// used is none.
func (r Reader) TrendingTags(ctx context.Context, now time.Time, days, skip, most int) ([]social.TagUse, error) {
	tags, err := list(ctx, r, "read trending hashtags", value[string], `
		SELECT tag FROM tag_days WHERE day > $1 AND day <= $2
		GROUP BY tag HAVING SUM(people) > 1 ORDER BY SUM(people) DESC, SUM(posts) DESC, tag LIMIT $3 OFFSET $4`,
		dayOf(now)-int64(days), dayOf(now), most, skip)
	if err != nil {
		return nil, err
	}
	return r.TagUses(ctx, now, tags)
}

// TagUses gives how much folded hashtags were used in the last seven days, newest
// first, in the order in which they are asked for.
func (r Reader) TagUses(ctx context.Context, now time.Time, tags []string) ([]social.TagUse, error) {
	type line struct {
		tag string
		day int64
		social.TagDay
	}
	used := map[string]map[int64]social.TagDay{}
	for part := range chunks(tags) {
		all, err := list(ctx, r, "read hashtags", func(r rows) (l line, err error) {
			return l, r.Scan(&l.tag, &l.day, &l.Posts, &l.People)
		}, `SELECT tag, day, posts, people FROM tag_days WHERE tag IN (`+marks(1, len(part))+`)`, anys(part)...)
		if err != nil {
			return nil, err
		}
		for _, l := range all {
			if used[l.tag] == nil {
				used[l.tag] = map[int64]social.TagDay{}
			}
			used[l.tag][l.day] = l.TagDay
		}
	}
	out := make([]social.TagUse, len(tags))
	for i, tag := range tags {
		out[i] = social.TagUse{Tag: tag, Name: tag}
		for n := range int64(7) {
			d := used[tag][dayOf(now)-n]
			d.Day = now.UTC().Truncate(day).AddDate(0, 0, -int(n))
			out[i].Days = append(out[i].Days, d)
		}
	}
	return out, nil
}

// TagsBeside gives the hashtags, as they are written, of the newest public post that
// has a folded one; nil when there is none.
func (r Reader) TagsBeside(ctx context.Context, tag string) (written []string, err error) {
	all, err := list(ctx, r, "read how a hashtag is written", func(r rows) (names []string, err error) {
		return names, r.Scan(parsed{&names})
	}, `SELECT p.hashtags FROM posts p JOIN post_tags t ON t.post_id = p.id
		WHERE t.tag = $1 AND p.visibility = 0 ORDER BY t.post_id DESC LIMIT 1`, tag)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

// SearchTags gives the much used hashtags whose folded form begins so, the most used first.
func (r Reader) SearchTags(ctx context.Context, begin string, most int) ([]string, error) {
	return list(ctx, r, "search hashtags", value[string], `
		SELECT tag FROM tag_days WHERE tag LIKE $1 ESCAPE '\' GROUP BY tag ORDER BY SUM(people) DESC, tag LIMIT $2`, escapeLike(begin)+"%", most)
}
