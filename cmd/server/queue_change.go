package main

import (
	"context"
	"flag"
	"fmt"

	"skerry/internal/app"
	"skerry/internal/social"
)

// queueRetry has work done again.
func (p program) queueRetry(ctx context.Context, args []string) error {
	var host, lane string
	rest, err := p.words("queue retry", args, func(f *flag.FlagSet) {
		f.StringVar(&host, "host", "", "")
		f.StringVar(&lane, "lane", "", "")
	})
	if err != nil {
		return err
	}
	if set(host)+set(lane)+len(rest) != 1 {
		return usagef("queue retry: give an id of skerry queue list, --host HOST, or --lane LANE")
	}
	return p.withApp(ctx, func(a *app.App) error {
		var n int64 = 1
		switch {
		case host != "":
			n, err = a.Foreman.RetryHost(ctx, host)
		case lane != "":
			n, err = a.Foreman.RetryLane(ctx, lane)
		default:
			err = onItem(rest[0], func(id social.ID) error { return a.Foreman.Retry(ctx, id) })
		}
		if err == nil {
			fmt.Fprintf(p.out, "done again: %d\n", n)
		}
		return err
	})
}

// set counts an option that was given.
func set(option string) int {
	if option == "" {
		return 0
	}
	return 1
}

func onItem(text string, do func(social.ID) error) error {
	id, err := social.ParseID(text)
	if err != nil {
		return usagef("%q is no id of skerry queue list", text)
	}
	return do(id)
}

// queueAbandon gives work up.
func (p program) queueAbandon(ctx context.Context, args []string) error {
	var host string
	rest, err := p.words("queue abandon", args, func(f *flag.FlagSet) { f.StringVar(&host, "host", "", "") })
	if err != nil {
		return err
	}
	if set(host)+len(rest) != 1 {
		return usagef("queue abandon: give an id of skerry queue list, or --host HOST")
	}
	return p.withApp(ctx, func(a *app.App) error {
		var n int64 = 1
		if host != "" {
			n, err = a.Foreman.AbandonHost(ctx, host)
		} else {
			err = onItem(rest[0], func(id social.ID) error { return a.Foreman.Abandon(ctx, id) })
		}
		if err == nil {
			fmt.Fprintf(p.out, "abandoned: %d\n", n)
		}
		return err
	})
}

// queueHold pauses or resumes a host.
func (p program) queueHold(ctx context.Context, name string, args []string, do func(a *app.App, host string) (say string, err error)) error {
	rest, err := p.words(name, args, nil)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("%s: name one host", name)
	}
	return p.withApp(ctx, func(a *app.App) error {
		say, err := do(a, rest[0])
		if err == nil {
			fmt.Fprintln(p.out, say)
		}
		return err
	})
}
