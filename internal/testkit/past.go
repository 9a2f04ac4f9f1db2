package testkit

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"skerry/internal/social"
	"skerry/internal/store"
)

// Past is what years with relays leave on a server: posts of many authors, of whom the
// owner follows some and touched few.
type Past struct {
	Posts, Old  int // all, and those that came longer ago than posts are kept
	Authors     int
	Followed    int // of the authors
	Media       int // pictures that were fetched, of as many posts
	BookmarkOne int // of so many posts
}

// Ages of what a Past has: old posts came two weeks and more ago, the others lately.
const (
	oldest = 40 * 24 * time.Hour
	oldEnd = 20 * 24 * time.Hour
	fresh  = 5 * 24 * time.Hour
)

// Tag is a hashtag of every tenth post of a Past.
const Tag = "tide"

// FillPast stores a past beside the server's processes. Ids and times are as if it had
// come day by day.
func (p *Place) FillPast(ctx context.Context, past Past) error {
	clock := time.Now().Add(-oldest)
	return p.lookAt(ctx, func() time.Time { return clock }, func(db *store.DB) error {
		f := filler{Past: past, db: db, start: clock}
		if err := db.InTx(ctx, func(tx *store.Tx) error { return f.addAuthors(ctx, tx) }); err != nil {
			return err
		}
		together := min(1000, max(1, past.Posts/100))
		for from := 0; from < past.Posts; from += together {
			clock = f.when(from)
			err := db.InTx(ctx, func(tx *store.Tx) error {
				for i := from; i < min(from+together, past.Posts); i++ {
					if err := f.add(ctx, tx, i); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// filler fills a database with a past.
type filler struct {
	Past
	db      *store.DB
	start   time.Time
	owner   social.ID
	authors []social.Actor
}

// when is the time at which a post came.
func (f *filler) when(i int) time.Time {
	if i < f.Old {
		return f.start.Add(time.Duration(float64(oldest-oldEnd) * float64(i) / float64(f.Old)))
	}
	return f.start.Add(oldest - fresh).Add(time.Duration(float64(fresh) * float64(i-f.Old) / float64(f.Posts-f.Old)))
}

func (f *filler) addAuthors(ctx context.Context, tx *store.Tx) error {
	owner, err := f.db.Owner(ctx)
	if err != nil {
		return err
	}
	f.owner = owner.Actor.ID
	for i := range f.Authors {
		a := social.Actor{Kind: social.Person, Username: fmt.Sprint("writer", i), Name: fmt.Sprint("Writer ", i), Domain: fmt.Sprintf("w%d.example", i%1000)}
		a.IRI, a.FetchedAt = "https://"+a.Domain+"/users/"+a.Username, f.db.Now()
		a.Inbox, a.SharedInbox = a.IRI+"/inbox", "https://"+a.Domain+"/inbox"
		if a.ID, err = tx.PutActor(ctx, a, a.Domain); err != nil {
			return err
		}
		f.authors = append(f.authors, a)
		if i >= f.Followed {
			continue
		}
		if _, err := tx.PutFollow(ctx, social.Follow{ID: f.db.IDs().New(), Follower: f.owner, Followee: a.ID, State: social.Accepted, At: f.db.Now()}); err != nil {
			return err
		}
	}
	return nil
}

// add stores a post, as others write them.
func (f *filler) add(ctx context.Context, tx *store.Tx, i int) error {
	number := i * 7919 % f.Authors
	by, now := f.authors[number], f.db.Now()
	post := social.Post{
		ID: f.db.IDs().New(), IRI: fmt.Sprint(by.IRI, "/statuses/", 100000000000+i), Author: by.ID, AuthorIRI: by.IRI, Kind: social.Note, Language: "en",
		Content: fmt.Sprintf(`<p>Number %d: the tide comes in and goes out again, and the <a href="https://rock.example/%d" rel="nofollow noopener" target="_blank">rock</a> stays where it is. What lies on it is wet or dry, as the hour says.</p>`, i, i),
		To:      []string{everybody}, Cc: []string{by.IRI + "/followers"}, Published: now, FetchedAt: now,
	}
	post.URL = fmt.Sprintf("https://%s/@%s/%d", by.Domain, by.Username, 100000000000+i)
	if i%10 == 0 {
		post.Hashtags = []string{Tag}
	}
	pictured := f.Media > 0 && i%(f.Posts/f.Media) == 0
	if pictured {
		post.Attachments = []social.Attachment{{URL: fmt.Sprint("https://", by.Domain, "/media/", i, ".jpg"), MediaType: "image/jpeg", Alt: "A rock in the sea", Width: 1200, Height: 800}}
	}
	if err := tx.AddPost(ctx, post, post.Hashtags); err != nil {
		return err
	}
	if pictured {
		m := social.RemoteMedium{URL: post.Attachments[0].URL, Key: fmt.Sprint("remote/", i), MediaType: "image/jpeg", Size: 150_000, FetchedAt: now, UsedAt: now}
		if err := tx.PutRemoteMedium(ctx, m); err != nil {
			return err
		}
	}
	if number < f.Followed {
		if err := tx.AddHome(ctx, store.HomeEntry{ID: post.ID, Post: post.ID, By: by.ID}); err != nil {
			return err
		}
	}
	if f.BookmarkOne == 0 || i%f.BookmarkOne != 0 {
		return nil
	}
	_, err := tx.AddBookmark(ctx, social.Bookmark{ID: f.db.IDs().New(), Post: post.ID, By: f.owner, At: now})
	return err
}

// Tidy has Postgres do at once what it does by itself within minutes of so many changes.
func (p *Place) Tidy(ctx context.Context) error {
	if p.dsn == "" {
		return nil
	}
	c, err := pgx.Connect(ctx, p.dsn)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	_, err = c.Exec(ctx, "VACUUM (ANALYZE)")
	return err
}

// Room is what everything takes on the place.
func (p *Place) Room(ctx context.Context) (room store.Room, err error) {
	err = p.look(ctx, func(db *store.DB) error {
		room, err = db.Room(ctx)
		return err
	})
	return room, err
}
