package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/app"
	"skerry/internal/relay"
	"skerry/internal/social"
)

func (p program) relay(ctx context.Context, args []string) error {
	const say = "say list, add, ask, pause, resume, publish, remove, rules, preview or trial"
	name := "list"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	switch name {
	case "list":
		return p.relayList(ctx, args)
	case "add":
		return p.relayAdd(ctx, args)
	case "rules":
		return p.relayRules(ctx, args)
	case "preview":
		return p.relayPreview(ctx, args)
	case "trial":
		return p.relayTrial(ctx, args)
	case "ask":
		return p.relayChange(ctx, "relay ask", args, func(a *app.App, id social.ID) (social.Relay, error) { return a.Relays.Ask(ctx, id) })
	case "pause":
		return p.relayChange(ctx, "relay pause", args, func(a *app.App, id social.ID) (social.Relay, error) { return a.Relays.Pause(ctx, id) })
	case "resume":
		return p.relayChange(ctx, "relay resume", args, func(a *app.App, id social.ID) (social.Relay, error) { return a.Relays.Resume(ctx, id) })
	case "publish":
		return p.relayPublish(ctx, args)
	case "remove":
		return p.relayChange(ctx, "relay remove", args, func(a *app.App, id social.ID) (social.Relay, error) { return a.Relays.Leave(ctx, id) })
	}
	return usagef("relay: %q is not understood: %s", name, say)
}

// relayJSON is a relay as programs read it.
type relayJSON struct {
	ID       string                    `json:"id"`
	URL      string                    `json:"url"`
	Actor    string                    `json:"actor"`
	Inbox    string                    `json:"inbox"`
	Name     string                    `json:"name"`
	Software string                    `json:"software"`
	Style    string                    `json:"style"`
	State    string                    `json:"state"`
	Says     string                    `json:"says"`
	Trouble  string                    `json:"trouble,omitempty"`
	Publish  bool                      `json:"publish"` // the owner's public posts go to it
	Trial    bool                      `json:"trial"`   // nothing of it is kept
	Heard    time.Time                 `json:"heard,omitzero"`
	Day      map[social.RelayCount]int `json:"day"`   // what was counted in the last 24 hours
	Month    map[social.RelayCount]int `json:"month"` // and in the last 30 days
	Here     relayStockJSON            `json:"here"`
}

// relayStockJSON is what is here of what a relay named first.
type relayStockJSON struct {
	Posts   int     `json:"posts"`
	Touched int     `json:"touched"` // of the newest 5,000
	Home    int     `json:"home"`    // of the newest 5,000
	Read    int     `json:"read"`    // of these, where the owner has read to
	Bytes   int64   `json:"bytes"`   // about, database and media
	Cost    float64 `json:"cost_per_month"`
}

func (p program) relayList(ctx context.Context, args []string) error {
	var asJSON bool
	if err := p.flags("relay list", args, jsonFlag(&asJSON)); err != nil {
		return err
	}
	return p.withApp(ctx, func(a *app.App) error {
		sheet := sheet{out: p.out, now: a.DB.Now()}
		all, err := a.Relays.Reports(ctx)
		if err != nil {
			return err
		}
		if asJSON {
			out := []relayJSON{}
			for _, r := range all {
				ledger, err := a.Relays.Ledger(ctx, r.ID)
				if err != nil {
					return err
				}
				out = append(out, newRelayJSON(r, ledger))
			}
			return sheet.json(out)
		}
		sheet.row("RELAY", "ID", "STATE", "STYLE", "SOFTWARE", "HEARD", "NAMED/H", "KEPT/DAY", "SAYS")
		for _, r := range all {
			says := r.Says()
			if r.Trouble != "" {
				says += ". " + r.Trouble
			}
			sheet.row(r.Inbox, r.ID, r.State, r.Style, r.Software, sheet.age(r.HeardAt), fmt.Sprintf("%.1f", r.PerHour()), r.Stored(), says)
		}
		return sheet.end()
	})
}

func newRelayJSON(r relay.Report, l relay.Ledger) relayJSON {
	return relayJSON{
		r.ID.String(), r.URL, r.Actor, r.Inbox, r.Name, r.Software, string(r.Style), r.State.String(), r.Says(), r.Trouble, r.Publishes, r.Trial, r.HeardAt, r.Day,
		l.Last30().Counts, relayStockJSON{l.Stock.Posts, l.Stock.Touched, l.Stock.Home, l.Stock.Read, l.Stock.Bytes(), l.Cost()},
	}
}

func (p program) relayAdd(ctx context.Context, args []string) error {
	var style string
	rest, err := p.words("relay add", args, func(f *flag.FlagSet) { f.StringVar(&style, "style", "", "") })
	switch {
	case err != nil:
		return err
	case len(rest) != 1:
		return usagef("relay add: give one address, the relay's inbox or actor")
	case style != "" && style != string(social.RelayMastodon) && style != string(social.RelayLitePub):
		return usagef("relay add: there is no style %q: --style takes mastodon or litepub", style)
	}
	return p.withApp(ctx, func(a *app.App) error {
		r, err := a.Relays.Follow(ctx, rest[0], social.RelayStyle(style))
		if err == nil {
			fmt.Fprintf(p.out, "asked %s (%s) as %s does: skerry relay list says what it answers\n",
				plain(r.Inbox), plain(r.Software), map[social.RelayStyle]string{social.RelayMastodon: "Mastodon", social.RelayLitePub: "Pleroma"}[r.Style])
		}
		return err
	})
}

// relayChange does something with one relay.
func (p program) relayChange(ctx context.Context, name string, args []string, do func(a *app.App, id social.ID) (social.Relay, error)) error {
	rest, err := p.words(name, args, nil)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("%s: name one relay, by its id, address or host", name)
	}
	return p.withApp(ctx, func(a *app.App) error {
		id, err := named(ctx, a, rest[0])
		if err != nil {
			return err
		}
		r, err := do(a, id)
		if err == nil {
			fmt.Fprintf(p.out, "%s is %s: %s\n", plain(r.Inbox), r.State, plain(r.Says()))
		}
		return err
	})
}

// relayPublish says whether the owner's public posts go to a relay.
func (p program) relayPublish(ctx context.Context, args []string) error {
	if len(args) != 2 || args[1] != "on" && args[1] != "off" {
		return usagef("relay publish: name one relay, and say on or off")
	}
	return p.withApp(ctx, func(a *app.App) error {
		id, err := named(ctx, a, args[0])
		if err != nil {
			return err
		}
		r, err := a.Relays.Publish(ctx, id, args[1] == "on")
		if err == nil {
			fmt.Fprintf(p.out, "%s to %s\n", map[bool]string{true: "your public posts go", false: "nothing of yours goes"}[r.Publishes], plain(r.Inbox))
		}
		return err
	})
}

// named finds the one relay that was not left and is meant.
func named(ctx context.Context, a *app.App, text string) (id social.ID, err error) {
	all, err := a.DB.Reader.Relays(ctx)
	if err != nil {
		return 0, err
	}
	for _, r := range all {
		if r.State == social.RelayGone || text != r.ID.String() && text != r.URL && text != r.Actor && text != r.Inbox && text != activitypub.Host(r.Inbox) {
			continue
		}
		if id != 0 {
			return 0, fmt.Errorf("several relays are at %s: name one by its id or its inbox, as skerry relay list shows them", text)
		}
		id = r.ID
	}
	if id == 0 {
		return 0, fmt.Errorf("no relay %s is followed: skerry relay list shows those that are", text)
	}
	return id, nil
}
