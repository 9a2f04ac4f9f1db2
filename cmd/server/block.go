package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"skerry/internal/app"
	"skerry/internal/outbox"
	"skerry/internal/social"
)

func (p program) block(ctx context.Context, args []string) error {
	name := "list"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	switch name {
	case "list":
		return p.blockList(ctx, args)
	case "add":
		return p.blockAdd(ctx, args)
	case "remove":
		return p.blockRemove(ctx, args)
	case "import":
		return p.blockImport(ctx, args)
	case "export":
		return p.blockExport(ctx, args)
	case "lists":
		return p.blockLists(ctx, args)
	case "subscribe":
		return p.blockSubscribe(ctx, args)
	case "unsubscribe":
		return p.blockUnsubscribe(ctx, args)
	}
	return usagef("block: %q is not understood: say list, add, remove, import, export, lists, subscribe or unsubscribe", name)
}

// blockJSON is a block as programs read it.
type blockJSON struct {
	Domain        string `json:"domain"`
	Severity      string `json:"severity"`
	RejectMedia   bool   `json:"reject_media"`
	RejectReports bool   `json:"reject_reports"`
	RejectRelayed bool   `json:"reject_relayed"`
	Public        string `json:"public_comment"`
	Private       string `json:"private_comment"`
	List          string `json:"list,omitempty"` // the address of the list that says so; none: the owner does
	Held          bool   `json:"held,omitempty"` // it waits for the owner's word
}

func (p program) blockList(ctx context.Context, args []string) error {
	var asJSON bool
	if err := p.flags("block list", args, jsonFlag(&asJSON)); err != nil {
		return err
	}
	return p.withApp(ctx, func(a *app.App) error {
		all, err := a.DB.AllDomainBlocks(ctx)
		if err != nil {
			return err
		}
		lists, err := a.DB.Blocklists(ctx)
		if err != nil {
			return err
		}
		from := map[social.ID]string{}
		for _, l := range lists {
			from[l.ID] = l.URL
		}
		sheet := sheet{out: p.out, now: a.DB.Now()}
		if asJSON {
			out := []blockJSON{}
			for _, b := range all {
				out = append(out, blockJSON{b.Domain, b.Severity.String(), b.RejectMedia, b.RejectReports, b.RejectRelayed, b.Public, b.Private, from[b.List], b.Held})
			}
			return sheet.json(out)
		}
		sheet.row("DOMAIN", "SEVERITY", "MEDIA", "REPORTS", "RELAYED", "SINCE", "WHY", "LIST")
		for _, b := range all {
			says := from[b.List]
			if b.Held {
				says += ", waits for your word"
			}
			sheet.row(b.Domain, b.Severity, refused(b.RejectMedia), refused(b.RejectReports), refused(b.RejectRelayed), sheet.age(b.At), strings.TrimSpace(b.Private+" "+b.Public), says)
		}
		return sheet.end()
	})
}

func refused(is bool) string {
	if is {
		return "no"
	}
	return "-"
}

// sureFlag is the option that makes a change which ends something.
func sureFlag(sure *bool) func(*flag.FlagSet) {
	return func(f *flag.FlagSet) { f.BoolVar(sure, "yes", false, "") }
}

// weigh makes a change, or refuses and says what it would end when that was not agreed to.
func (p program) weigh(ctx context.Context, a *app.App, c outbox.FederationChange, sure bool) error {
	if err := agreed(ctx, a, c, sure); err != nil {
		return err
	}
	return a.Publisher.ChangeFederation(ctx, c)
}

// agreed refuses a change that ends something and was not agreed to.
func agreed(ctx context.Context, a *app.App, c outbox.FederationChange, sure bool) error {
	impact, err := a.Publisher.WeighFederation(ctx, c)
	if err == nil && impact.Any() && !sure {
		return fmt.Errorf("this ends %d follows of yours, %d of your followers and %d relays, and forgets %d posts of %d servers: say so with --yes",
			len(impact.Followed), impact.Followers, len(impact.Relays), impact.Goes(), len(impact.Hosts))
	}
	return err
}

func (p program) blockAdd(ctx context.Context, args []string) error {
	b, sure, severity := social.DomainBlock{}, false, ""
	rest, err := p.words("block add", args, func(f *flag.FlagSet) {
		f.StringVar(&severity, "severity", "suspend", "")
		f.BoolVar(&b.RejectMedia, "reject-media", false, "")
		f.BoolVar(&b.RejectReports, "reject-reports", false, "")
		f.BoolVar(&b.RejectRelayed, "reject-relayed", false, "")
		f.StringVar(&b.Private, "why", "", "")
		sureFlag(&sure)(f)
	})
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("block add: name one domain, such as example.org")
	}
	if b.Severity, err = social.ParseSeverity(severity); err != nil {
		return usagef("block add: %v", err)
	}
	if b.Domain, err = social.CleanDomain(rest[0]); err != nil {
		return usagef("block add: %v", err)
	}
	return p.withApp(ctx, func(a *app.App) error {
		err := p.weigh(ctx, a, outbox.FederationChange{Put: []social.DomainBlock{b}}, sure)
		if err == nil {
			fmt.Fprintf(p.out, "%s and all below it: %s\n", b.Domain, b.Severity)
		}
		return err
	})
}

func (p program) blockRemove(ctx context.Context, args []string) error {
	var sure bool
	rest, err := p.words("block remove", args, sureFlag(&sure))
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("block remove: name one domain, as skerry block list shows it")
	}
	domain, err := social.CleanDomain(rest[0])
	if err != nil {
		return usagef("block remove: %v", err)
	}
	return p.withApp(ctx, func(a *app.App) error {
		b, err := a.DB.DomainBlockOf(ctx, domain)
		if social.Is(err, social.NotFound) {
			if f, err := a.DB.Federation(ctx); err == nil && f.Of(domain).List != 0 {
				return fmt.Errorf("a list says so of %s: skerry block add %s --severity noop lets it in", f.Of(domain).Domain, domain)
			}
			return fmt.Errorf("%s is not blocked: skerry block list shows what is", domain)
		}
		if err != nil {
			return err
		}
		if err := p.weigh(ctx, a, outbox.FederationChange{Drop: []social.ID{b.ID}}, sure); err != nil {
			return err
		}
		f, err := a.DB.Federation(ctx)
		if err != nil {
			return err
		}
		switch now := f.Of(domain); {
		case now.Domain == "":
			fmt.Fprintf(p.out, "%s is let in again\n", domain)
		case now.Domain == domain: // only the allowed are let in
			fmt.Fprintf(p.out, "%s is blocked no more, and not among those who are allowed\n", domain)
		default:
			fmt.Fprintf(p.out, "%s has no block of its own any more, that of %s holds: %s\n", domain, now.Domain, now.Severity)
		}
		return nil
	})
}

func (p program) blockImport(ctx context.Context, args []string) error {
	var sure bool
	rest, err := p.words("block import", args, sureFlag(&sure))
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usagef("block import: name one file")
	}
	text, err := readList(rest[0])
	if err != nil {
		return err
	}
	list, wrong := social.ParseBlocklist(text)
	for _, w := range wrong {
		fmt.Fprintf(p.err, "skerry: line %d is left out: %s\n", w.Line, plain(w.Say))
	}
	if len(list) == 0 {
		return errors.New("there is no domain in it")
	}
	return p.withApp(ctx, func(a *app.App) error {
		c, err := a.Publisher.ImportBlocks(ctx, list)
		if err != nil {
			return err
		}
		if err := p.weigh(ctx, a, outbox.FederationChange{Put: append(c.New, c.Changed...)}, sure); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%d new, %d changed, %d there already\n", len(c.New), len(c.Changed), c.Same)
		return nil
	})
}

// readList reads a file that is not larger than a list may be.
func readList(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := social.ReadBlocklist(f)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return text, nil
}

func (p program) blockExport(ctx context.Context, args []string) error {
	if err := p.flags("block export", args, func(*flag.FlagSet) {}); err != nil {
		return err
	}
	return p.withApp(ctx, func(a *app.App) error {
		f, err := a.DB.Federation(ctx)
		if err != nil {
			return err
		}
		return social.WriteBlocklist(p.out, f.Blocks())
	})
}
