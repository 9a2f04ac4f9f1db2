package store_test

import (
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// A follow that is being written while its author is forgotten is not taken along.
func TestWhoIsReferredToMeanwhileIsNoStranger(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		bert := addActor(t, db, "bert", false)
		forgotten := make(chan error, 1)
		in(t, db, func(tx *store.Tx) error {
			if _, err := tx.Notify(t.Context(), social.Notification{Kind: social.NotifyFollow, From: bert.ID, At: noon}); err != nil {
				return err
			}
			go func() {
				forgotten <- db.InTx(t.Context(), func(tx *store.Tx) error {
					_, err := tx.ForgetStrangers(t.Context(), []social.ID{bert.ID})
					return err
				})
			}()
			select { // until it waits for us
			case err := <-forgotten:
				t.Error("it did not wait")
				forgotten <- err
			case <-time.After(300 * time.Millisecond):
			}
			return nil
		})
		if err := <-forgotten; err != nil {
			t.Fatal(err)
		}
		if all, err := db.Notifications(t.Context(), nil, store.PageOf{Limit: 40}); err != nil || len(all) != 1 {
			t.Errorf("told are %v, %v; want the one of the follow", all, err)
		}
	})
}
