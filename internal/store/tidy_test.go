package store_test

import (
	"slices"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// The ids of notifications are counted and say nothing of their age.
func TestOldNotificationsAreForgottenAndNewOnesStay(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		addOwner(t, db, "owner")
		bert := addActor(t, db, "bert", false)
		rules := social.DefaultRetention
		rules.Notifications = 30 * social.Day
		old := noon.Add(-rules.Notifications - time.Hour)
		in(t, db, func(tx *store.Tx) error {
			for _, n := range []social.Notification{
				{Kind: social.NotifyFollow, From: bert.ID, At: old},
				{Kind: social.NotifyFollowRequest, From: bert.ID, At: old}, // waits for an answer
				{Kind: social.NotifyLike, From: bert.ID, At: noon.Add(-time.Hour)},
			} {
				if _, err := tx.Notify(t.Context(), n); err != nil {
					return err
				}
			}
			return tx.Tidy(t.Context(), noon, rules)
		})
		all, err := db.Notifications(t.Context(), nil, store.PageOf{Limit: 40})
		var left []social.NotificationKind
		for _, n := range all {
			left = append(left, n.Kind)
		}
		if want := []social.NotificationKind{social.NotifyLike, social.NotifyFollowRequest}; err != nil || !slices.Equal(left, want) {
			t.Errorf("left are %v, %v, want %v", left, err, want)
		}
	})
}
