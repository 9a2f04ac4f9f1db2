package main

import (
	"context"
	"flag"
	"fmt"
	"path"
	"time"

	"skerry/internal/app"
	"skerry/internal/retention"
	"skerry/internal/social"
)

// prune forgets at once what the server would forget within the hour.
func (p program) prune(ctx context.Context, args []string) error {
	var dry, asJSON, yes, compact bool
	var why string
	var u purged
	if err := p.flags("prune", args, func(f *flag.FlagSet) {
		f.BoolVar(&dry, "dry-run", false, "")
		f.StringVar(&why, "why", "", "")
		f.BoolVar(&compact, "compact", false, "")
		f.StringVar(&u.domain, "domain", "", "")
		f.StringVar(&u.relay, "relay", "", "")
		f.StringVar(&u.account, "account", "", "")
		f.BoolVar(&yes, "yes", false, "")
		jsonFlag(&asJSON)(f)
	}); err != nil {
		return err
	}
	modes := 0
	for _, set := range []bool{compact, u.any(), why != ""} {
		if set {
			modes++
		}
	}
	switch {
	case modes > 1:
		return usagef("prune: give one of --compact, --why, and --domain, --relay or --account")
	case dry && (compact || why != ""):
		return usagef("prune: --dry-run goes with neither --compact nor --why")
	case dry && yes:
		return usagef("prune: give --dry-run or --yes, not both")
	case yes && !compact && !u.any():
		return usagef("prune: --yes goes with --compact, --domain, --relay or --account")
	case asJSON && compact:
		return usagef("prune: --json does not go with --compact")
	case compact:
		return p.compact(ctx, yes)
	case u.any():
		return p.purge(ctx, u, yes, asJSON)
	case why != "":
		return p.pruneWhy(ctx, why, asJSON)
	}
	return p.withApp(ctx, func(a *app.App) error {
		sheet := sheet{out: p.out, now: a.DB.Now()}
		if dry {
			plan, err := a.Sweeper.Plan(ctx)
			if err != nil {
				return err
			}
			return sheet.plan(plan, asJSON)
		}
		done, err := a.Sweeper.Sweep(ctx)
		if err != nil {
			return err
		}
		return sheet.swept(done, asJSON)
	})
}

// pruneWhy says why a post is still here. It changes nothing.
func (p program) pruneWhy(ctx context.Context, post string, asJSON bool) error {
	id, err := social.ParseID(path.Base(post))
	if err != nil {
		return usagef("prune: %q is no id of a post, nor the address of its page here", post)
	}
	return p.withApp(ctx, func(a *app.App) error {
		why, err := a.Sweeper.Why(ctx, id)
		if social.Is(err, social.NotFound) {
			return fmt.Errorf("there is no post %s here", id)
		}
		if err != nil {
			return err
		}
		sheet := sheet{out: p.out, now: a.DB.Now()}
		if asJSON {
			return sheet.json(whyJSON(why))
		}
		for _, h := range why.Holds {
			sheet.row("stays, since " + h.Words())
		}
		if !why.Leaves.IsZero() {
			sheet.row("nothing keeps it; it leaves on " + why.Leaves.UTC().Format("2 January 2006, 15:04") + " UTC")
		}
		return sheet.end()
	})
}

// What prune tells, as JSON. These names are kept: scripts read them.
type (
	planJSON struct {
		social.Cleared                // all that goes
		ForRoom        social.Cleared `json:"for_room"` // of that, what the budget has no room for
		Stay           stayJSON       `json:"stay"`
		Used           int64          `json:"used"`
		Spare          int64          `json:"spare"`
		Budget         int64          `json:"budget"`
	}
	stayJSON struct {
		Young social.Amount  `json:"young_posts"`
		Media social.Amount  `json:"media"`
		Kept  map[string]int `json:"kept_posts"`
	}
	whyJSON struct {
		Holds  []social.Hold `json:"holds,omitempty"`
		Leaves time.Time     `json:"leaves,omitzero"`
	}
)

func (s *sheet) plan(p retention.Plan, asJSON bool) error {
	if asJSON {
		kept := map[string]int{}
		for _, h := range p.Held {
			kept[string(h.Why)] = h.N
		}
		all := p.Old
		all.Add(p.Excess)
		return s.json(planJSON{all, p.Excess, stayJSON{p.Young, p.MediaStays, kept}, p.Room.Used(), p.Room.Spare, p.Budget})
	}
	s.row("used", "", fmt.Sprintf("%s of %s", social.Bytes(p.Room.Used()), social.Bytes(p.Budget)))
	s.row("room that the database uses before it grows", "", social.Bytes(p.Room.Spare))
	s.cleared("would go, old: ", p.Old)
	s.cleared("would go, to make room: ", p.Excess)
	s.row("stay: posts not old enough", p.Young.N, about(p.Young))
	s.row("stay: media shown of late, or of kept posts", p.MediaStays.N, about(p.MediaStays))
	for _, h := range p.Held {
		s.row("stay: posts, since "+h.Why.Words(), h.N, "")
	}
	return s.end()
}

// cleared tells what goes, or went.
func (s *sheet) cleared(how string, c social.Cleared) {
	s.row(how+"media", c.Media.N, about(c.Media))
	s.row(how+"posts", c.Posts.N, about(c.Posts))
	s.row(how+"profiles", c.Profiles.N, about(c.Profiles))
}

func (s *sheet) swept(done social.Cleared, asJSON bool) error {
	if asJSON {
		return s.json(done)
	}
	s.cleared("removed ", done)
	return s.end()
}

// about is what things take, in a unit that is read.
func about(a social.Amount) string { return "about " + social.Bytes(a.Bytes) }
