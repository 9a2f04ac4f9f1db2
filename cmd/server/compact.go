package main

import (
	"context"
	"fmt"
	"time"

	"skerry/internal/app"
	"skerry/internal/social"
)

// written is about how many bytes a second are written anew.
const written = 20e6

// compact gives spare room of the database back to the disk. It says first what that
// takes, and does it with --yes.
func (p program) compact(ctx context.Context, yes bool) error {
	return p.withApp(ctx, func(a *app.App) error {
		release, err := a.Alone(ctx)
		if err != nil {
			return err
		}
		defer release()
		frees, needs, err := a.DB.Compacted(ctx)
		if err != nil {
			return err
		}
		room, err := a.DB.Room(ctx)
		if err != nil {
			return err
		}
		sheet := sheet{out: p.out, now: a.DB.Now()}
		sheet.row("is free within the database, and goes back to the disk", "about "+social.Bytes(frees))
		sheet.row("is needed on the disk meanwhile", "about "+social.Bytes(needs))
		sheet.row("takes", "about "+short(time.Duration(float64(room.Database)/written*float64(time.Second))))
		if err := sheet.end(); err != nil {
			return err
		}
		if !yes {
			fmt.Fprintln(p.out, "nothing is done yet: say it again with --yes")
			return nil
		}
		return a.DB.Compact(ctx, func(what string) { fmt.Fprintln(p.out, "writing anew:", what) })
	})
}
