package mastodon_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

var markerRules = rules{"last_read_id": matching("digits in a string", `^\d+$`), "version": count, "updated_at": date}

func TestMarkersKeepHowFarTheOwnerHasRead(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		both := rules{"home": markerRules.object(), "notifications": markerRules.object()}
		check(t, "before anything was read", st.get("/v1/markers?timeline[]=home&timeline[]=notifications"), both)
		one, two := text(st.say("one"), "id"), text(st.say("two"), "id")
		read := func(id string) string {
			t.Helper()
			got := st.post("/v1/markers", "home[last_read_id]", id)
			check(t, "answer", got, rules{"home": markerRules.object()})
			if _, more := got["notifications"]; more {
				t.Errorf("got %v, want the home marker alone", got)
			}
			return text(got, "home", "last_read_id")
		}
		// An app that lags behind, and one that knows what is yet to come.
		got := []string{read(one), read(two), read(one), read("9223372036854775807")}
		if diff := cmp.Diff([]string{one, two, two, two}, got); diff != "" {
			t.Errorf("home markers (-want +got):\n%s", diff)
		}
		kept := st.get("/v1/markers?timeline[]=home")
		if text(kept, "home", "last_read_id") != two || len(kept) != 1 || show(at(kept, "home", "version")) != "2" {
			t.Errorf("got %v, want the home marker alone, raised twice, at %s", kept, two)
		}
		check(t, "all", st.get("/v1/markers"), both)
		st.refused(400, "POST", "/v1/markers", form("home[last_read_id]", "x"))
		a := st.want(200, "POST", "/v1/markers", body("application/json", `{"notifications":{"last_read_id":0}}`))
		check(t, "of JSON with a number", a.object(t), rules{"notifications": markerRules.object()})
	})
}

func TestUnreadNotificationsAreCountedFromTheMarkerOn(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		unread := func(parameters string) string {
			return show(st.get("/v1/notifications/unread_count" + parameters)["count"])
		}
		own := st.say("hello")
		st.tell(st.bert, st.bert.Activity("Follow", "f", st.Owner.IRI))
		st.tell(st.bert, st.bert.Activity("Like", "l", own["uri"]))
		told := ids(st.list("/v1/notifications"))
		got := []string{unread(""), unread("?limit=1"), unread("?types[]=follow"), unread("?exclude_types[]=follow&exclude_types[]=favourite")}
		st.post("/v1/markers", "notifications[last_read_id]", told[1])
		got = append(got, unread(""), unread("?types[]=follow"))
		st.post("/v1/markers", "notifications[last_read_id]", "9007199254740991")
		got = append(got, unread(""))
		st.write(st.bert, "1", "hello", st.naming) // after all was read
		got = append(got, unread(""))
		if diff := cmp.Diff([]string{"2", "1", "1", "0", "1", "0", "0", "1"}, got); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
	})
}
