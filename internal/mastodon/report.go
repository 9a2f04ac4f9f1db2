package mastodon

import (
	"cmp"
	"net/http"

	"skerry/internal/reply"
	"skerry/internal/social"
)

// report is what the owner said is wrong with somebody. [Masto: Report]
type report struct {
	ID            string   `json:"id"`
	ActionTaken   bool     `json:"action_taken"`
	ActionTakenAt stamp    `json:"action_taken_at"`
	Category      string   `json:"category"`
	Comment       string   `json:"comment"`
	Forwarded     bool     `json:"forwarded"`
	CreatedAt     stamp    `json:"created_at"`
	StatusIDs     []string `json:"status_ids"`
	RuleIDs       []string `json:"rule_ids"`
	TargetAccount account  `json:"target_account"`
}

// report answers POST /api/v1/reports. [Masto: reports]
func (a *API) report(w http.ResponseWriter, r *request) error {
	who, err := social.ParseID(r.text("account_id"))
	if err != nil {
		return err
	}
	out := report{StatusIDs: []string{}, RuleIDs: []string{}}
	var posts []social.ID
	for _, text := range r.list("status_ids") {
		id, err := social.ParseID(text)
		if err == nil {
			id, err = a.original(r.Context(), id)
		}
		if err != nil {
			return err
		}
		posts, out.StatusIDs = append(posts, id), append(out.StatusIDs, id.String())
	}
	said, err := a.publisher.Report(r.Context(), social.Report{
		Target: who, Category: cmp.Or(r.text("category"), "other"), Comment: r.text("comment"), Forwarded: r.flag("forward", false),
	}, posts)
	if err != nil {
		return err
	}
	show, err := a.renderer(r.Context(), r.owner.Actor.ID, []social.ID{who}, nil)
	if err != nil {
		return err
	}
	out.ID, out.Category, out.Comment, out.Forwarded = said.ID.String(), said.Category, said.Comment, said.Forwarded
	out.CreatedAt, out.TargetAccount = stamp(said.At), show.account(who)
	return reply.JSON(w, r.Request, out)
}
