package media

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"skerry/internal/blob"
	"skerry/internal/social"
	"skerry/internal/store"
)

// Finding is something about which database and media store do not agree.
type Finding struct {
	Key    string
	Say    string // what is wrong, and what was done or can be
	Mended bool
}

// Check compares what the database says is kept with what lies in the store, both
// ways, and tells what differs; with repair it mends what can be. It gives how many
// files were looked at.
func (l *Library) Check(ctx context.Context, repair bool, tell func(Finding)) (files int, err error) {
	for _, folder := range []string{own, remote} {
		d, err := l.compare(ctx, folder)
		if err != nil {
			return files, err
		}
		files += d.files
		for _, lost := range d.lost {
			f, err := lost.finding(ctx, l, repair)
			if err != nil {
				return files, err
			}
			tell(f)
		}
		for _, o := range d.orphans {
			f := Finding{Key: o.Key, Say: fmt.Sprintf("%d bytes that nothing names", o.Size), Mended: repair}
			if repair {
				if err := l.Blobs.Delete(ctx, o.Key); err != nil {
					return files, err
				}
			}
			tell(f)
		}
	}
	return files, nil
}

// difference is how a folder of the store and its rows differ.
type difference struct {
	files   int
	lost    []lost
	orphans []blob.Info // bytes that no row names, and that are no upload of now
}

// lost is a row whose bytes are not there.
type lost struct {
	key    string
	own    social.Medium // of the owner's,
	remote string        // or the address of a stranger's
}

// finding says what of a lost medium can be mended: strangers' media are fetched
// again when somebody looks; an upload that nothing shows is forgotten.
func (o lost) finding(ctx context.Context, l *Library, repair bool) (f Finding, err error) {
	f = Finding{Key: o.key, Mended: repair}
	switch {
	case o.remote != "":
		f.Say = "is not there; it is fetched again when somebody looks: " + o.remote
		if repair {
			err = l.DB.InTx(ctx, func(tx *store.Tx) error { return tx.DropRemoteMedium(ctx, o.remote) })
		}
	case o.own.Free():
		f.Say = "is not there; nothing shows it"
		if repair {
			err = l.DB.InTx(ctx, func(tx *store.Tx) error { return tx.DropMedium(ctx, o.own.ID) })
		}
	case o.own.Post != 0:
		f.Say, f.Mended = fmt.Sprintf("is not there and post %s shows it: put it back from a backup, or edit the post", o.own.Post), false
	default:
		f.Say, f.Mended = "is not there and the profile or an emoji shows it: put it back from a backup, or choose another picture", false
	}
	if social.Is(err, social.NotFound) { // it went by itself meanwhile
		err = nil
	}
	return f, err
}

// compare looks at a folder and at the rows that name what is in it.
func (l *Library) compare(ctx context.Context, folder string) (difference, error) {
	var d difference
	there := map[string]blob.Info{}
	for info, err := range l.Blobs.List(ctx, folder) {
		if err != nil {
			return d, err
		}
		there[info.Key] = info
	}
	d.files = len(there)
	named := map[string]bool{}
	seen := func(o lost) error {
		if _, ok := there[o.key]; !ok {
			_, err := l.Blobs.Head(ctx, o.key) // it may have come since the list was made
			if err != nil && !social.Is(err, social.NotFound) {
				return err
			}
			if err != nil {
				d.lost = append(d.lost, o)
			}
		}
		named[o.key] = true
		return nil
	}
	rows := l.ownRows
	if folder == remote {
		rows = l.remoteRows
	}
	if err := rows(ctx, seen); err != nil {
		return d, err
	}
	for _, key := range slices.Sorted(maps.Keys(there)) {
		if !named[key] && l.DB.Now().Sub(there[key].Modified) >= Grace {
			d.orphans = append(d.orphans, there[key])
		}
	}
	return d, nil
}

// ownRows tells of every upload, as lost as it might be.
func (l *Library) ownRows(ctx context.Context, seen func(lost) error) error {
	for last := social.ID(0); ; {
		some, err := l.DB.MediaAfter(ctx, last)
		if err != nil || len(some) == 0 {
			return err
		}
		for _, m := range some {
			for _, key := range m.Keys() {
				if err := seen(lost{key: key, own: m}); err != nil {
					return err
				}
			}
			last = m.ID
		}
	}
}

// remoteRows tells of all that is kept of strangers' media.
func (l *Library) remoteRows(ctx context.Context, seen func(lost) error) error {
	for last := ""; ; {
		some, err := l.DB.RemoteMediaAfter(ctx, last)
		if err != nil || len(some) == 0 {
			return err
		}
		for _, m := range some {
			if err := seen(lost{key: m.Key, remote: m.URL}); err != nil {
				return err
			}
			last = m.URL
		}
	}
}
