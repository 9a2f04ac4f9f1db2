package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"skerry/internal/app"
	"skerry/internal/social"
)

// longRules is how long a file of rules may be, in bytes.
const longRules = 1 << 20

// relayRules says what of a relay is kept, or sets it.
func (p program) relayRules(ctx context.Context, args []string) error {
	var all bool
	var file string
	rest, err := p.words("relay rules", args, func(f *flag.FlagSet) {
		f.BoolVar(&all, "all", false, "")
		f.StringVar(&file, "set", "", "")
	})
	if err != nil {
		return err
	}
	if all == (len(rest) == 1) || len(rest) > 1 {
		return usagef("relay rules: name one relay, by its id, address or host, or say --all for the rules of all")
	}
	return p.withApp(ctx, func(a *app.App) error {
		id, err := namedOrAll(ctx, a, rest)
		if err != nil {
			return err
		}
		if file != "" {
			rules, err := p.rulesIn(file)
			if err != nil {
				return err
			}
			if err := a.Relays.SetRules(ctx, id, rules); err != nil {
				return err
			}
		}
		rules, err := a.Relays.Rules(ctx, id)
		if err != nil {
			return err
		}
		s := sheet{out: p.out, now: a.DB.Now()}
		return s.json(rules)
	})
}

// namedOrAll gives the relay that is named, 0 when none is.
func namedOrAll(ctx context.Context, a *app.App, names []string) (social.ID, error) {
	if len(names) == 0 {
		return 0, nil
	}
	return named(ctx, a, names[0])
}

// rulesIn reads rules from a file, - being the standard input.
func (p program) rulesIn(file string) (rules social.RelayRules, err error) {
	in := p.in
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return rules, err
		}
		defer f.Close()
		in = f
	}
	d := json.NewDecoder(io.LimitReader(in, longRules))
	d.DisallowUnknownFields()
	if err := d.Decode(&rules); err != nil {
		return rules, fmt.Errorf("%s holds no rules: %w (skerry relay rules prints some)", file, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return rules, fmt.Errorf("%s holds more than rules: one JSON object is read", file)
	}
	return rules, nil
}

// relayTrial begins or ends the trial of a relay.
func (p program) relayTrial(ctx context.Context, args []string) error {
	if len(args) != 2 || args[1] != "on" && args[1] != "off" {
		return usagef("relay trial: name one relay, and on or off")
	}
	return p.relayChange(ctx, "relay trial", args[:1], func(a *app.App, id social.ID) (social.Relay, error) { return a.Relays.Trial(ctx, id, args[1] == "on") })
}

// previewJSON is a preview as programs read it.
type previewJSON struct {
	Kept     int              `json:"kept"`
	Dropped  int              `json:"dropped"`
	Unknown  int              `json:"unknown"`
	Rules    map[string]int   `json:"rules"`
	Examples []previewExample `json:"examples"`
}

type previewExample struct {
	IRI     string `json:"iri"`
	Text    string `json:"text,omitempty"`
	Verdict string `json:"verdict"`
}

// relayPreview says what rules would have done in the last 24 hours: those of a file,
// or those that are set.
func (p program) relayPreview(ctx context.Context, args []string) error {
	var all, asJSON bool
	rest, err := p.words("relay preview", args, func(f *flag.FlagSet) {
		f.BoolVar(&all, "all", false, "")
		jsonFlag(&asJSON)(f)
	})
	if err != nil {
		return err
	}
	names := rest
	if all {
		names = nil
	} else if len(rest) > 0 {
		names, rest = rest[:1], rest[1:]
	}
	if !all && len(names) == 0 || len(rest) > 1 {
		return usagef("relay preview: name one relay, by its id, address or host, or say --all; and a file of rules, when others than those that are set")
	}
	return p.withApp(ctx, func(a *app.App) error {
		id, err := namedOrAll(ctx, a, names)
		if err != nil {
			return err
		}
		rules, err := a.Relays.Rules(ctx, id)
		if err == nil && len(rest) == 1 {
			rules, err = p.rulesIn(rest[0])
		}
		if err != nil {
			return err
		}
		preview, err := a.Relays.Preview(ctx, id, rules)
		if err != nil {
			return err
		}
		return p.showPreview(&sheet{out: p.out, now: a.DB.Now()}, preview, asJSON)
	})
}

// examples is how many posts of each sort a preview shows.
const examples = 3

func (p program) showPreview(s *sheet, preview social.RelayPreview, asJSON bool) error {
	out := previewJSON{preview.Kept, preview.Dropped, preview.Unknown, map[string]int{}, []previewExample{}}
	for _, r := range preview.Rules {
		out.Rules[r.Rule] = r.N
	}
	for _, j := range preview.Examples(examples) {
		e := previewExample{IRI: j.IRI, Verdict: j.Verdict()}
		if j.Facts != nil {
			e.Text = j.Facts.Text
		}
		out.Examples = append(out.Examples, e)
	}
	if asJSON {
		return s.json(out)
	}
	switch {
	case len(preview.Judged) == 0:
		fmt.Fprintln(p.out, "nothing has come in 24 hours that rules could judge")
		return nil
	case preview.Nothing():
		fmt.Fprintln(p.out, "these rules would have dropped everything")
	}
	fmt.Fprintf(p.out, "kept %d, dropped %d, unknown %d\n", out.Kept, out.Dropped, out.Unknown)
	for _, r := range preview.Rules {
		fmt.Fprintf(p.out, "%6d  %s\n", r.N, r.Says())
	}
	s.row("POST", "TEXT", "THEN")
	for _, e := range out.Examples {
		s.row(e.IRI, e.Text, e.Verdict)
	}
	return s.end()
}
