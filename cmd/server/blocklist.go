package main

import (
	"context"
	"flag"
	"fmt"

	"skerry/internal/app"
	"skerry/internal/social"
)

// blockLists says which lists of others are read.
func (p program) blockLists(ctx context.Context, args []string) error {
	if err := p.flags("block lists", args, nil); err != nil {
		return err
	}
	return p.withApp(ctx, func(a *app.App) error {
		all, err := a.DB.Blocklists(ctx)
		if err != nil {
			return err
		}
		sheet := sheet{out: p.out, now: a.DB.Now()}
		sheet.row("LIST", "DOMAINS", "WAIT", "READ", "TROUBLE")
		for _, l := range all {
			sheet.row(l.URL, l.Domains, l.Held, sheet.age(l.ReadAt), l.Trouble)
		}
		return sheet.end()
	})
}

// blockSubscribe takes a list of others, and what it says from now on.
func (p program) blockSubscribe(ctx context.Context, args []string) error {
	var mild, sure bool
	rest, err := p.words("block subscribe", args, func(f *flag.FlagSet) {
		f.BoolVar(&mild, "mild", false, "")
		sureFlag(&sure)(f)
	})
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("block subscribe: give the address of one list")
	}
	return p.withApp(ctx, func(a *app.App) error {
		found, err := a.Publisher.ReadBlocklist(ctx, rest[0], mild)
		if err != nil {
			return err
		}
		for _, f := range found.Faults {
			fmt.Fprintf(p.out, "line %d is left out: %s\n", f.Line, f.Say)
		}
		if err := agreed(ctx, a, found.Change, sure); err != nil {
			return err
		}
		if err := a.Publisher.Subscribe(ctx, found); err != nil {
			return err
		}
		held := found.Waits()
		fmt.Fprintf(p.out, "%d domains are blocked as the list says, and it is read every day\n", len(found.Change.Put)-held)
		if held > 0 {
			fmt.Fprintf(p.out, "%d wait for your word, since a follow or a relay would end: skerry block list, then skerry block add\n", held)
		}
		return nil
	})
}

// blockUnsubscribe ends what a list says.
func (p program) blockUnsubscribe(ctx context.Context, args []string) error {
	rest, err := p.words("block unsubscribe", args, nil)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("block unsubscribe: give the address of one list, as skerry block lists shows it")
	}
	return p.withApp(ctx, func(a *app.App) error {
		all, err := a.DB.Blocklists(ctx)
		if err != nil {
			return err
		}
		for _, l := range all {
			if l.URL == rest[0] || l.ID.String() == rest[0] {
				return a.Publisher.Unsubscribe(ctx, l.ID)
			}
		}
		return social.Faultf(social.NotFound, "no list at %s is read: skerry block lists shows those that are", rest[0])
	})
}
