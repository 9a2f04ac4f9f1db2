package mastodon_test

import "testing"

func TestReportIsFiled(t *testing.T) {
	onStage(t, func(t *testing.T, st *stage) {
		post := st.write(st.bert, "1", "hello anna", st.naming)
		got := st.post("/v1/reports", "account_id", st.meet(st.bert), "status_ids[]", text(post, "id"), "comment", "rude", "forward", "true")
		check(t, "report", got, rules{
			"id": anID, "action_taken": flag, "action_taken_at": null, "category": filled, "comment": filled, "forwarded": flag,
			"created_at": date, "status_ids": listOf(anID), "rule_ids": listOf(anID), "target_account": accountRules.object(),
		})
		if got["forwarded"] != true || got["category"] != "other" || got["comment"] != "rude" {
			t.Errorf("got %v", got)
		}
		st.refused(422, "POST", "/v1/reports", form("account_id", st.Owner.ID.String()))
		st.refused(404, "POST", "/v1/reports")
	})
}
