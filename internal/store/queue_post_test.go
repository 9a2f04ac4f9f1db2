package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
	"skerry/internal/store"
)

// fan stores an activity about a post that fares differently at each host.
func (w *work) fan() (activity social.ID) {
	w.Helper()
	activity = say(w.T, w.db, w.us, "post", target("done.example"), target("parked.example"), target("gone.example"))
	endings := map[string]store.Ending{"done.example": taken, "parked.example": parked, "gone.example": putOff}
	for _, h := range claimHosts(w.T, w.db, lease("me", noon)) {
		record(w.T, w.db, ended(h, endings[h.Name]))
	}
	in(w.T, w.db, func(tx *store.Tx) error {
		_, err := tx.AbandonHost(w.Context(), "gone.example", "abandoned", noon)
		return err
	})
	in(w.T, w.db, func(tx *store.Tx) error {
		return tx.AddDeliveries(w.Context(), activity, "post", []store.Target{target("waits.example"), target("broken.example"), target("paused.example")}, noon)
	})
	broken(w.T, w.db, "broken.example", noon.Add(time.Hour))
	pause(w.T, w.db, "paused.example")
	return activity
}

func TestDeliveriesOfAnActivityTellTroubleFirst(t *testing.T) {
	onWork(t, func(w *work) {
		activity := w.fan()
		all, err := w.db.DeliveriesOf(w.Context(), store.FatesOf{Activity: activity, Limit: 10})
		if err != nil {
			w.Fatal(err)
		}
		want := []store.DeliveryReport{
			{Host: "parked.example", State: store.Parked, Attempts: 1, Outcome: "answered 404", Ended: noon, Again: true},
			{Host: "broken.example", Next: noon.Add(time.Hour)},
			{Host: "paused.example", Paused: true},
			{Host: "waits.example", Next: noon},
			{Host: "gone.example", State: store.Cancelled, Attempts: 1, Outcome: "abandoned", Ended: noon},
			{Host: "done.example", State: store.Done, Attempts: 1, Outcome: "answered 202", Ended: noon},
		}
		for i := range min(len(want), len(all)) {
			want[i].ID, want[i].Inbox = all[i].ID, "https://"+want[i].Host+"/inbox"
		}
		if diff := cmp.Diff(want, all); diff != "" {
			w.Errorf("deliveries (-want +got):\n%s", diff)
		}
		fates, err := w.db.Fates(w.Context(), []social.ID{activity})
		if err != nil || fates[activity] != (store.Fates{Waiting: 3, Done: 1, Parked: 1, Cancelled: 1}) || fates[activity].All() != 6 {
			w.Errorf("fates %+v, %v", fates, err)
		}
	})
}

func TestDeliveriesOfAnActivityArePaged(t *testing.T) {
	onWork(t, func(w *work) {
		activity := w.fan()
		all, err := w.db.DeliveriesOf(w.Context(), store.FatesOf{Activity: activity, Limit: 10})
		if err != nil {
			w.Fatal(err)
		}
		var paged []store.DeliveryReport
		var after store.DeliveryMark
		for {
			page, err := w.db.DeliveriesOf(w.Context(), store.FatesOf{Activity: activity, After: after, Limit: 2})
			if err != nil {
				w.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			paged, after = append(paged, page...), page[len(page)-1].Mark()
		}
		if diff := cmp.Diff(all, paged); diff != "" {
			w.Errorf("whole and paged (-whole +paged):\n%s", diff)
		}
	})
}

func TestDeliveryTellsThatItWaitsForAnEarlierOne(t *testing.T) {
	onWork(t, func(w *work) {
		say(w.T, w.db, w.us, "post", target("a.example"))
		update := say(w.T, w.db, w.us, "post", target("a.example"))
		if d := w.fate(update); !d.Behind {
			w.Errorf("got %+v; want it behind the first", d)
		}
		w.end(taken)
		if d := w.fate(update); d.Behind {
			w.Errorf("got %+v; want its turn", d)
		}
	})
}

func TestDeliveryThatIsOvertakenIsNotOfferedAgain(t *testing.T) {
	onWork(t, func(w *work) {
		create := say(w.T, w.db, w.us, "post", target("a.example"))
		w.end(parked)
		if !w.fate(create).Again {
			w.Error("want it offered while nothing later has arrived")
		}
		say(w.T, w.db, w.us, "post", target("a.example"))
		w.end(taken)
		if w.fate(create).Again {
			w.Error("it is offered after a later one has arrived")
		}
	})
}

func TestActivitiesAboutAPostAreListedNewestFirst(t *testing.T) {
	onWork(t, func(w *work) {
		create := say(w.T, w.db, w.us, "post")
		say(w.T, w.db, w.us, "other")
		update := say(w.T, w.db, w.us, "post")
		all, err := w.db.ActivitiesAbout(w.Context(), "post", store.PageOf{Limit: 10})
		var got []social.ID
		for _, a := range all {
			got = append(got, a.ID)
		}
		if want := []social.ID{update, create}; err != nil || !slices.Equal(got, want) {
			w.Errorf("got %v, %v; want %v", got, err, want)
		}
	})
}

func TestDeliveryTellsWhyItStandsSo(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]store.DeliveryReport{
		"not tried yet":      {},
		"answered 503":       {Attempts: 1, Outcome: "answered 503"},
		"the host is paused": {Attempts: 1, Outcome: "answered 503", Paused: true, Behind: true},
		"it waits for an earlier one about the same thing": {Behind: true},
		"answered 404": {State: store.Parked, Outcome: "answered 404", Paused: true},
		"answered 202": {State: store.Done, Outcome: "answered 202", Paused: true},
	} {
		if got := d.Because(); got != want {
			t.Errorf("%+v: got %q, want %q", d, got, want)
		}
	}
}
