package mastodon_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/outbox"
	"skerry/internal/social"
)

func TestDomainsAreBlockedByApps(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		bert := st.meet(st.bert)
		domain := strings.TrimPrefix(st.peer.Origin, "http://")
		blocked := func(want ...string) {
			t.Helper()
			got := st.want(200, "GET", "/v1/domain_blocks")
			var names []string
			st.must(json.Unmarshal(got.body, &names))
			if diff := cmp.Diff(append([]string{}, want...), names); diff != "" {
				t.Errorf("blocked (-want +got):\n%s", diff)
			}
		}
		blocking := func(want bool) {
			t.Helper()
			if got := st.list("/v1/accounts/relationships?id=" + bert); got[0]["domain_blocking"] != want {
				t.Errorf("domain_blocking is %v, want %v", got[0]["domain_blocking"], want)
			}
		}
		blocked()
		blocking(false)
		st.post("/v1/domain_blocks", "domain", domain)
		st.post("/v1/domain_blocks", "domain", "*.Bad.example")
		blocked("bad.example", domain)
		blocking(true)
		st.refused(403, "POST", "/v1/accounts/"+bert+"/follow")
		st.want(200, "DELETE", "/v1/domain_blocks?domain="+domain)
		st.want(200, "DELETE", "/v1/domain_blocks?domain="+domain)
		blocked("bad.example")
		blocking(false)
		quiet := social.DomainBlock{Domain: "loud.example", Severity: social.Silenced}
		st.must(st.Publisher.ChangeFederation(t.Context(), outbox.FederationChange{Put: []social.DomainBlock{quiet}}))
		st.want(200, "DELETE", "/v1/domain_blocks?domain=loud.example")
		if _, err := st.DB.DomainBlockOf(t.Context(), "loud.example"); err != nil {
			t.Errorf("what the app was not shown was lifted: %v", err)
		}
		for _, wrong := range []string{"", "nothing", st.URLs().Domain} {
			st.refused(422, "POST", "/v1/domain_blocks?domain="+wrong)
		}
	})
}
