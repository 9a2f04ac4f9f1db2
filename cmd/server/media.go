package main

import (
	"context"
	"flag"
	"fmt"

	"skerry/internal/app"
	"skerry/internal/media"
)

func (p program) media(ctx context.Context, args []string) error {
	if len(args) == 0 || args[0] != "check" {
		return usagef("media: say check, or check --repair")
	}
	var repair bool
	if err := p.flags("media check", args[1:], func(f *flag.FlagSet) { f.BoolVar(&repair, "repair", false, "") }); err != nil {
		return err
	}
	return p.withApp(ctx, func(a *app.App) error { return p.mediaCheck(ctx, a, repair) })
}

// mediaCheck tells what database and media store do not agree about. It fails when
// something of that is left.
func (p program) mediaCheck(ctx context.Context, a *app.App, repair bool) error {
	found, left := 0, 0
	files, err := a.Library.Check(ctx, repair, func(f media.Finding) {
		found++
		done := ""
		if f.Mended {
			done = ", mended"
		} else {
			left++
		}
		fmt.Fprintf(p.out, "%s %s%s\n", f.Key, f.Say, done)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "files looked at: %d, differences: %d\n", files, found)
	switch {
	case left == 0:
		return nil
	case repair:
		return fmt.Errorf("media check: of these differences %d cannot be mended from here: what to do stands beside them", left)
	}
	return fmt.Errorf("media check: database and media store differ in %d (skerry media check --repair mends what can be)", left)
}
