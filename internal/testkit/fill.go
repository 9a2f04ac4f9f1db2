package testkit

import (
	"context"
	"fmt"

	"skerry/internal/social"
	"skerry/internal/store"
)

// FillHome puts posts of strangers into the owner's timeline, beside the server's
// processes.
func (p *Place) FillHome(ctx context.Context, posts int) error {
	const people, together = 200, 1000
	return p.look(ctx, func(db *store.DB) error {
		authors := make([]social.Actor, people)
		err := db.InTx(ctx, func(tx *store.Tx) (err error) {
			for i := range authors {
				a := social.Actor{Kind: social.Person, Username: fmt.Sprint("writer", i), Name: fmt.Sprint("Writer ", i), Domain: fmt.Sprintf("w%d.example", i)}
				a.IRI, a.FetchedAt = "https://"+a.Domain+"/users/"+a.Username, db.Now()
				if a.ID, err = tx.PutActor(ctx, a, a.Domain); err != nil {
					return err
				}
				authors[i] = a
			}
			return nil
		})
		for from := 0; from < posts && err == nil; from += together {
			err = db.InTx(ctx, func(tx *store.Tx) error {
				for i := from; i < min(from+together, posts); i++ {
					if err := addToHome(ctx, tx, db, authors[i*7%people], i); err != nil {
						return err
					}
				}
				return nil
			})
		}
		return err
	})
}

// addToHome adds a post as others write them: some have a picture, some a warning.
func addToHome(ctx context.Context, tx *store.Tx, db *store.DB, by social.Actor, i int) error {
	post := social.Post{
		ID: db.IDs().New(), IRI: fmt.Sprint(by.IRI, "/posts/", i), Author: by.ID, AuthorIRI: by.IRI, Kind: social.Note, Language: "en",
		Content: fmt.Sprintf(`<p>Number %d: the tide comes in and goes out again, and the <a href="https://rock.example/%d" rel="nofollow noopener" target="_blank">rock</a> stays where it is.</p>`, i, i),
		To:      []string{"https://www.w3.org/ns/activitystreams#Public"}, Cc: []string{by.IRI + "/followers"},
		Published: db.Now(), FetchedAt: db.Now(), Hashtags: []string{"tide"},
	}
	post.URL = post.IRI + "/page"
	if i%5 == 0 {
		post.Attachments = []social.Attachment{{URL: fmt.Sprint("https://", by.Domain, "/", i, ".jpg"), MediaType: "image/jpeg", Alt: "A rock in the sea", Width: 1200, Height: 800}}
	}
	if i%11 == 0 {
		post.Warning = "The sea"
	}
	if err := tx.AddPost(ctx, post, post.Hashtags); err != nil {
		return err
	}
	return tx.AddHome(ctx, store.HomeEntry{ID: post.ID, Post: post.ID, By: by.ID})
}
