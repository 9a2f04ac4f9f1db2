package main

import (
	"context"
	"flag"
	"fmt"
	"path"
	"slices"
	"strings"

	"skerry/internal/app"
	"skerry/internal/social"
	"skerry/internal/store"
)

func (p program) queue(ctx context.Context, args []string) error {
	const say = "say list, hosts, post, retry, abandon, pause or resume"
	name := "list"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	switch name {
	case "list":
		return p.queueList(ctx, args)
	case "hosts":
		return p.queueHosts(ctx, args)
	case "post":
		return p.queuePost(ctx, args)
	case "retry":
		return p.queueRetry(ctx, args)
	case "abandon":
		return p.queueAbandon(ctx, args)
	case "pause":
		return p.queueHold(ctx, "queue pause", args, func(a *app.App, host string) (string, error) {
			return "nothing is sent to it until: skerry queue resume " + host, a.Foreman.PauseHost(ctx, host)
		})
	case "resume":
		return p.queueHold(ctx, "queue resume", args, func(a *app.App, host string) (string, error) {
			return "what waits for it is sent", a.Foreman.ResumeHost(ctx, host)
		})
	}
	return usagef("queue: %q is not understood: %s", name, say)
}

// given is how many things that were given up are listed with the lanes.
const given = 50

func (p program) queueList(ctx context.Context, args []string) error {
	var asJSON bool
	if err := p.flags("queue list", args, jsonFlag(&asJSON)); err != nil {
		return err
	}
	return p.withApp(ctx, func(a *app.App) error {
		all, err := a.DB.Lanes(ctx, a.DB.Now())
		if err != nil {
			return err
		}
		parked, err := a.DB.ParkedItems(ctx, store.PageOf{Limit: given})
		if err != nil {
			return err
		}
		sheet := sheet{out: p.out, now: a.DB.Now()}
		if asJSON {
			return sheet.json(listJSON{each(all, newLaneJSON), each(parked, newItemJSON)})
		}
		sheet.lanes(all)
		if len(parked) > 0 {
			sheet.gap("given up")
			sheet.items(parked)
		}
		return sheet.end()
	})
}

func jsonFlag(asJSON *bool) func(*flag.FlagSet) {
	return func(f *flag.FlagSet) { f.BoolVar(asJSON, "json", false, "") }
}

func (p program) queueHosts(ctx context.Context, args []string) error {
	var asJSON bool
	var state string
	rest, err := p.words("queue hosts", args, func(f *flag.FlagSet) {
		jsonFlag(&asJSON)(f)
		f.StringVar(&state, "state", "", "")
	})
	if err != nil {
		return err
	}
	states := []string{"", "healthy", "slow", "failing", "dormant", "paused", string(store.Ill)}
	switch {
	case !slices.Contains(states, state):
		return usagef("queue hosts: there is no state %q: --state takes %s", state, strings.Join(states[1:], ", "))
	case len(rest) > 1 || len(rest) == 1 && state != "":
		return usagef("queue hosts: name one host, or a state")
	}
	return p.withApp(ctx, func(a *app.App) error {
		sheet := sheet{out: p.out, now: a.DB.Now()}
		if len(rest) == 1 {
			return showHost(ctx, a, sheet, rest[0], asJSON)
		}
		all, err := allHosts(ctx, a, social.HostState(state))
		if err != nil {
			return err
		}
		if asJSON {
			return sheet.json(each(all, sheet.newHostJSON))
		}
		sheet.hosts(all)
		return sheet.end()
	})
}

func allHosts(ctx context.Context, a *app.App, state social.HostState) (all []store.HostReport, err error) {
	of := store.HostsOf{State: state, Limit: 500}
	for {
		some, err := a.DB.Hosts(ctx, of, a.DB.Now())
		if err != nil || len(some) == 0 {
			return all, err
		}
		all, of.After = append(all, some...), some[len(some)-1].Name
	}
}

// showHost shows a host with what waits for it and was given up there.
func showHost(ctx context.Context, a *app.App, sheet sheet, name string, asJSON bool) error {
	h, err := a.DB.Host(ctx, name)
	if err != nil {
		return err
	}
	items, err := a.DB.HostItems(ctx, name, store.PageOf{Limit: 1000})
	if err != nil {
		return err
	}
	if asJSON {
		return sheet.json(hostWorkJSON{sheet.newHostJSON(h), each(items, newItemJSON)})
	}
	sheet.hosts([]store.HostReport{h})
	if len(items) > 0 {
		sheet.gap("for this host")
		sheet.items(items)
	}
	return sheet.end()
}

// queuePost shows where a post went, the newest that was said about it first.
func (p program) queuePost(ctx context.Context, args []string) error {
	var asJSON bool
	rest, err := p.words("queue post", args, jsonFlag(&asJSON))
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("queue post: name one post, by its id or its address")
	}
	id, err := social.ParseID(path.Base(rest[0]))
	if err != nil {
		return usagef("queue post: %q is no id or address of a post", rest[0])
	}
	return p.withApp(ctx, func(a *app.App) error {
		owner, err := p.existing(ctx, a)
		if err != nil {
			return err
		}
		said, err := a.DB.ActivitiesAbout(ctx, a.URLs().Post(owner.Actor.Username, id), store.PageOf{Limit: given})
		if err == nil && len(said) == 0 {
			err = fmt.Errorf("nothing was ever said about a post %d of the owner's", id)
		}
		if err != nil {
			return err
		}
		sheet := sheet{out: p.out, now: a.DB.Now()}
		return showPost(ctx, a, sheet, said, asJSON)
	})
}

func showPost(ctx context.Context, a *app.App, sheet sheet, said []store.Activity, asJSON bool) error {
	var out []saidJSON
	for i, one := range said {
		all, err := allDeliveries(ctx, a, one.ID)
		switch {
		case err != nil:
			return err
		case asJSON:
			out = append(out, saidJSON{one.Kind, one.At, each(all, newDeliveryJSON)})
			continue
		case i > 0:
			sheet.gap("")
		}
		sheet.deliveries(one, all)
	}
	if asJSON {
		return sheet.json(out)
	}
	return sheet.end()
}

func allDeliveries(ctx context.Context, a *app.App, activity social.ID) (all []store.DeliveryReport, err error) {
	of := store.FatesOf{Activity: activity, Limit: 500}
	for {
		some, err := a.DB.DeliveriesOf(ctx, of)
		if err != nil || len(some) == 0 {
			return all, err
		}
		all, of.After = append(all, some...), some[len(some)-1].Mark()
	}
}
