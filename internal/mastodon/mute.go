package mastodon

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"skerry/internal/social"
)

// mute answers POST /api/v1/accounts/:id/mute. [Masto: accounts]
func (a *API) mute(w http.ResponseWriter, r *request) error {
	length, err := r.seconds("duration")
	if err != nil {
		return err
	}
	return a.toward(func(ctx context.Context, id social.ID) error {
		return a.publisher.Mute(ctx, id, r.flag("notifications", true), length)
	})(w, r)
}

// seconds reads a length of time; it is 0 when none is sent.
func (r *request) seconds(name string) (time.Duration, error) {
	text := r.text(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if most := int64(social.MaxMute / time.Second); err != nil || n < 0 || n > most {
		return 0, social.Faultf(social.Unprocessable, "Validation failed: %s is a number of seconds from 0 to %d", name, most)
	}
	return time.Duration(n) * time.Second, nil
}

// follow answers POST /api/v1/accounts/:id/follow, which also says whether the boosts
// of somebody are shown who is followed already. [Masto: accounts]
func (a *API) follow(w http.ResponseWriter, r *request) error {
	return a.toward(func(ctx context.Context, id social.ID) error {
		if err := a.publisher.Follow(ctx, id); err != nil || !r.sent("reblogs") {
			return err
		}
		if r.flag("reblogs", true) {
			return a.publisher.ShowBoosts(ctx, id)
		}
		return a.publisher.HideBoosts(ctx, id)
	})(w, r)
}

// mutes answers GET /api/v1/mutes. Its pages go by the mutes' own ids, which only
// the Link tells. [Masto: mutes]
func (a *API) mutes(w http.ResponseWriter, r *request) error {
	page, err := r.page(40, 80)
	if err != nil {
		return err
	}
	all, err := a.db.Mutes(r.Context(), page)
	if err != nil {
		return err
	}
	until := make(map[social.ID]stamp, len(all))
	lines := make([]listed, len(all))
	for i, m := range all {
		lines[i], until[m.Target] = listed{m.ID, m.Target}, stamp(m.Until)
	}
	return a.listAccounts(w, r, lines, func(shown *account, id social.ID) {
		end := until[id]
		shown.MuteExpiresAt = &end
	})
}

// blocks answers GET /api/v1/blocks. [Masto: blocks]
func (a *API) blocks(w http.ResponseWriter, r *request) error {
	page, err := r.page(40, 80)
	if err != nil {
		return err
	}
	all, err := a.db.BlocksBy(r.Context(), r.owner.Actor.ID, page)
	if err != nil {
		return err
	}
	lines := make([]listed, len(all))
	for i, b := range all {
		lines[i] = listed{b.ID, b.Target}
	}
	return a.listAccounts(w, r, lines, nil)
}
