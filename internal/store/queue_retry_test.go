package store_test

import (
	"slices"
	"testing"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/testkit"
)

// work is a database with an actor of ours.
type work struct {
	*testing.T
	db *store.DB
	us social.Actor
}

func onWork(t *testing.T, test func(*work)) {
	t.Helper()
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		test(&work{t, db, addActor(t, db, "us", true)})
	})
}

// said stores an activity about an object for a.example, and gives its delivery.
func (w *work) said(kind, object string) social.ID {
	w.Helper()
	id := say(w.T, w.db, w.us, object, target("a.example"))
	in(w.T, w.db, func(tx *store.Tx) error {
		return tx.Exec(w.Context(), `UPDATE activities SET kind = $2 WHERE id = $1`, id, kind)
	})
	return w.fate(id).ID
}

// fate is how the only delivery of an activity stands.
func (w *work) fate(activity social.ID) store.DeliveryReport {
	w.Helper()
	all, err := w.db.DeliveriesOf(w.Context(), store.FatesOf{Activity: activity, Limit: 2})
	if err != nil || len(all) != 1 {
		w.Fatalf("deliveries %+v, %v; want one", all, err)
	}
	return all[0]
}

// end records how all ended that is due at a.example.
func (w *work) end(e store.Ending) {
	w.Helper()
	for _, h := range claimHosts(w.T, w.db, lease("me", noon)) {
		record(w.T, w.db, ended(h, e))
	}
}

// due gives the deliveries that are made next.
func (w *work) due() (all []social.ID) {
	w.Helper()
	for _, h := range claimHosts(w.T, w.db, lease("look", noon)) {
		for _, d := range h.Due {
			if d.Attempts != 0 {
				w.Errorf("delivery %d was tried %d times before, want a new start", d.ID, d.Attempts)
			}
			all = append(all, d.ID)
		}
		record(w.T, w.db, store.HostResult{Host: h.Host, Fence: h.Fence})
	}
	return all
}

func (w *work) wantDue(want ...social.ID) {
	w.Helper()
	if got := w.due(); !slices.Equal(got, want) {
		w.Errorf("due are %v, want %v", got, want)
	}
}

func (w *work) retry(id social.ID) error {
	return w.db.InTx(w.Context(), func(tx *store.Tx) error { return tx.RetryDelivery(w.Context(), id, "a.example", noon) })
}

func (w *work) wantKind(err error, want social.Kind) {
	w.Helper()
	if !social.Is(err, want) {
		w.Errorf("got %v, want a fault of kind %d", err, want)
	}
}

var parked = store.Ending{State: store.Parked, Outcome: "answered 404", At: noon}

func TestDeliveryThatWasGivenUpIsMadeAgain(t *testing.T) {
	onWork(t, func(w *work) {
		id := w.said("Create", "post")
		w.said("Create", "other")
		w.end(parked)
		w.wantDue()
		if err := w.retry(id); err != nil {
			w.Fatal(err)
		}
		w.wantDue(id)
	})
}

func TestDeliveryThatWaitsIsMadeNow(t *testing.T) {
	onWork(t, func(w *work) {
		w.said("Create", "post")
		w.end(putOff)
		all, err := w.db.HostItems(w.Context(), "a.example", store.PageOf{Limit: 1})
		if err != nil || len(all) != 1 {
			w.Fatalf("got %+v, %v", all, err)
		}
		if err := w.retry(all[0].ID); err != nil {
			w.Fatal(err)
		}
		if h := claimHosts(w.T, w.db, lease("me", noon)); len(h) != 1 || h[0].Due[0].Attempts != 1 {
			w.Errorf("claimed %+v; want it with the attempt it had", h)
		}
	})
}

// What was given up about one thing goes in its old order: an Update alone would
// reach a host that does not know the post.
func TestWhatWasGivenUpAboutOneThingIsMadeAgainTogether(t *testing.T) {
	onWork(t, func(w *work) {
		create, update := w.said("Create", "post"), w.said("Update", "post")
		w.end(parked)
		w.end(parked)
		if err := w.retry(update); err != nil {
			w.Fatal(err)
		}
		w.wantDue(create)
		w.end(taken)
		w.wantDue(update)
	})
}

func TestWhatIsOvertakenIsNotMadeAgain(t *testing.T) {
	onWork(t, func(w *work) {
		edited, deleted := w.said("Create", "edited"), w.said("Create", "deleted")
		w.end(parked)
		w.said("Update", "edited")
		w.end(taken)
		w.said("Delete", "deleted") // has not arrived
		w.wantKind(w.retry(edited), social.Conflict)
		w.wantKind(w.retry(deleted), social.Conflict)
		in(w.T, w.db, func(tx *store.Tx) error {
			n, err := tx.RetryHost(w.Context(), "a.example", noon)
			if n != 1 {
				w.Errorf("%d are made due, want the Delete alone", n)
			}
			return err
		})
	})
}

func TestWhatHasEndedOtherwiseIsNotMadeAgain(t *testing.T) {
	onWork(t, func(w *work) {
		done := w.said("Create", "done")
		w.end(taken)
		cancelled := w.said("Create", "cancelled")
		in(w.T, w.db, func(tx *store.Tx) error { return tx.CancelDeliveries(w.Context(), "cancelled", "deleted", noon) })
		w.wantKind(w.retry(done), social.Conflict)
		w.wantKind(w.retry(cancelled), social.Conflict)
	})
}

// The owner need not wait for the breaker: one delivery is tried at once.
func TestRetryOfAHostProbesAnOpenBreaker(t *testing.T) {
	onWork(t, func(w *work) {
		w.said("Create", "one")
		w.said("Create", "two")
		broken(w.T, w.db, "a.example", noon.Add(time.Hour))
		in(w.T, w.db, func(tx *store.Tx) error {
			n, err := tx.RetryHost(w.Context(), "a.example", noon)
			if n != 2 {
				w.Errorf("%d are made due, want 2", n)
			}
			return err
		})
		if h := claimHosts(w.T, w.db, lease("me", noon)); len(h) != 1 || !h[0].Probe || len(h[0].Due) != 1 {
			w.Errorf("claimed %+v; want one delivery as a probe", h)
		}
		err := w.db.InTx(w.Context(), func(tx *store.Tx) error {
			_, err := tx.RetryHost(w.Context(), "never.example", noon)
			return err
		})
		w.wantKind(err, social.NotFound)
	})
}

func TestNothingIsMadeDueAtAPausedHost(t *testing.T) {
	onWork(t, func(w *work) {
		id := w.said("Create", "post")
		w.end(parked)
		pause(w.T, w.db, "a.example")
		w.wantKind(w.retry(id), social.Conflict)
		if item, err := w.db.Item(w.Context(), id); err != nil || item.State != store.Parked {
			w.Errorf("got %+v, %v; want it as it was", item, err)
		}
	})
}

// A host that tidying forgot is remembered again for what was given up there.
func TestRetryOfAForgottenHostRemembersIt(t *testing.T) {
	onWork(t, func(w *work) {
		id := w.said("Create", "post")
		w.end(parked)
		in(w.T, w.db, func(tx *store.Tx) error { return tx.Exec(w.Context(), `DELETE FROM hosts`) })
		if err := w.retry(id); err != nil {
			w.Fatal(err)
		}
		w.wantDue(id)
	})
}

func TestAbandonedDeliveryIsNeverMadeAndHoldsUpNoOther(t *testing.T) {
	onWork(t, func(w *work) {
		create, update := w.said("Create", "post"), w.said("Update", "post")
		abandon := func(id social.ID) error {
			return w.db.InTx(w.Context(), func(tx *store.Tx) error {
				return tx.AbandonDelivery(w.Context(), id, "a.example", "abandoned", noon)
			})
		}
		if err := abandon(create); err != nil {
			w.Fatal(err)
		}
		w.wantDue(update)
		w.wantKind(abandon(create), social.Conflict)
	})
}

func TestAbandonedHostHasNothingLeft(t *testing.T) {
	onWork(t, func(w *work) {
		w.said("Create", "parked")
		w.end(parked)
		waits := say(w.T, w.db, w.us, "waits", target("a.example"), target("b.example"))
		in(w.T, w.db, func(tx *store.Tx) error {
			n, err := tx.AbandonHost(w.Context(), "a.example", "abandoned", noon)
			if n != 2 {
				w.Errorf("%d are abandoned, want 2", n)
			}
			return err
		})
		h, err := w.db.Host(w.Context(), "a.example")
		if err != nil || h.Waiting != 0 || h.Parked != 0 || !h.Next.IsZero() {
			w.Errorf("got %+v, %v; want nothing left", h, err)
		}
		if f, err := w.db.Fates(w.Context(), []social.ID{waits}); err != nil || f[waits] != (store.Fates{Waiting: 1, Cancelled: 1}) {
			w.Errorf("the other host's: %+v, %v; want it untouched", f, err)
		}
	})
}

func TestAttemptThatEndsAfterItWasAbandonedChangesNothing(t *testing.T) {
	onWork(t, func(w *work) {
		id := w.said("Create", "post")
		h := claimHosts(w.T, w.db, lease("me", noon))[0]
		in(w.T, w.db, func(tx *store.Tx) error {
			return tx.AbandonDelivery(w.Context(), id, "a.example", "abandoned", noon)
		})
		record(w.T, w.db, ended(h, putOff))
		if item, err := w.db.Item(w.Context(), id); err != nil || item.State != store.Cancelled || item.Outcome != "abandoned" {
			w.Errorf("got %+v, %v; want it abandoned", item, err)
		}
	})
}

func TestActivityThatWasGivenUpIsActedOnAgain(t *testing.T) {
	onWork(t, func(w *work) {
		row, other := addInbound(w.T, w.db, "https://a.example/a", "one"), addInbound(w.T, w.db, "https://b.example/b", "two")
		for _, i := range []store.Inbound{row, other} {
			in(w.T, w.db, func(tx *store.Tx) error { return tx.FinishInbound(w.Context(), i.ID, parked) })
		}
		in(w.T, w.db, func(tx *store.Tx) error { return tx.RetryInbound(w.Context(), row.ID, noon) })
		if got := claim(w.T, w.db, lease("me", noon)); len(got) != 1 || got[0].ID != row.ID || got[0].Attempts != 0 {
			w.Errorf("claimed %+v; want it alone, from its first attempt", got)
		}
		in(w.T, w.db, func(tx *store.Tx) error {
			n, err := tx.RetryParkedInbound(w.Context(), noon)
			if n != 1 {
				w.Errorf("%d are retried, want the other one", n)
			}
			return err
		})
	})
}

func TestActivityThatIsWorkedOnIsNotTakenAway(t *testing.T) {
	onWork(t, func(w *work) {
		row := addInbound(w.T, w.db, "https://a.example/a", "one")
		claim(w.T, w.db, lease("me", noon))
		retry := func(id social.ID) error {
			return w.db.InTx(w.Context(), func(tx *store.Tx) error { return tx.RetryInbound(w.Context(), id, noon) })
		}
		w.wantKind(retry(row.ID), social.Conflict)
		in(w.T, w.db, func(tx *store.Tx) error { return tx.AbandonInbound(w.Context(), row.ID, "abandoned", noon) })
		in(w.T, w.db, func(tx *store.Tx) error { return tx.FinishInbound(w.Context(), row.ID, putOff) })
		if got, err := w.db.Inbound(w.Context(), row.ID); err != nil || got.State != store.Cancelled {
			w.Errorf("got %+v, %v; want it abandoned", got, err)
		}
		w.wantKind(retry(row.ID), social.Conflict)
	})
}

func TestJobThatWasGivenUpIsDoneAgainOnce(t *testing.T) {
	onWork(t, func(w *work) {
		var jobs []social.ID
		for range 2 { // the same, given up twice
			id := addJob(w.T, w.db, "page")
			in(w.T, w.db, func(tx *store.Tx) error { return tx.FinishJob(w.Context(), id, parked) })
			jobs = append(jobs, id)
		}
		in(w.T, w.db, func(tx *store.Tx) error {
			n, err := tx.RetryParkedJobs(w.Context(), "fetch", noon)
			if n != 1 {
				w.Errorf("%d are retried, want the newer one of the same", n)
			}
			return err
		})
		retry := func(id social.ID) error {
			return w.db.InTx(w.Context(), func(tx *store.Tx) error { return tx.RetryJob(w.Context(), id, noon) })
		}
		w.wantKind(retry(jobs[0]), social.Conflict)
		if err := retry(jobs[1]); err != nil {
			w.Errorf("retry of what waits: %v", err)
		}
		in(w.T, w.db, func(tx *store.Tx) error { return tx.AbandonJob(w.Context(), jobs[1], "abandoned", noon) })
		if err := retry(jobs[0]); err != nil {
			w.Errorf("retry of the older one: %v", err)
		}
	})
}
