package app

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/store"
)

func TestOnlyTheDeadAreSilentForLong(t *testing.T) {
	t.Parallel()
	type look struct {
		after time.Duration // since the look before
		deaf  bool          // it could not be looked in between
		a, b  int64         // beats; 0: it is not there
	}
	for name, c := range map[string]struct {
		looks []look
		dead  []string // at the last look
	}{
		"who beats lives":                     {[]look{{a: 1, b: 1}, {after: silence, a: 2, b: 2}}, nil},
		"who is silent is dead":               {[]look{{a: 1, b: 1}, {after: silence, a: 2, b: 1}}, []string{"b"}},
		"a short silence is none":             {[]look{{a: 1, b: 1}, {after: silence - time.Millisecond, a: 2, b: 1}}, nil},
		"a new one is given its time":         {[]look{{a: 1}, {after: silence, a: 2, b: 1}, {after: beatEvery, a: 3, b: 1}}, nil},
		"silence is counted from the beat":    {[]look{{a: 1, b: 1}, {after: silence - 1, a: 2, b: 2}, {after: silence - 1, a: 3, b: 2}}, nil},
		"who comes again begins anew":         {[]look{{a: 1, b: 4}, {after: silence, a: 2, b: 1}}, nil},
		"who left is not dead":                {[]look{{a: 1, b: 1}, {after: silence, a: 2}}, nil},
		"who left and came is new":            {[]look{{a: 1, b: 1}, {after: silence / 2, a: 2}, {after: silence / 2, a: 3, b: 1}}, nil},
		"a deaf one does not know":            {[]look{{a: 1, b: 1}, {after: time.Hour, deaf: true, a: 2, b: 1}}, nil},
		"a deaf one knows after another time": {[]look{{a: 1, b: 1}, {after: time.Hour, deaf: true, a: 2, b: 1}, {after: silence, a: 3, b: 1}}, []string{"b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p pulse
			var got []string
			now := time.Now()
			for _, l := range c.looks {
				now = now.Add(l.after)
				if l.deaf {
					p.deaf()
				}
				var all []store.Process
				for _, one := range []store.Process{{Name: "a", Beats: l.a}, {Name: "b", Beats: l.b}} {
					if one.Beats != 0 {
						all = append(all, one)
					}
				}
				got = nil
				for _, one := range p.dead(now, all) {
					got = append(got, one.Name)
				}
			}
			if diff := cmp.Diff(c.dead, got); diff != "" {
				t.Errorf("the dead (-want +got):\n%s", diff)
			}
		})
	}
}
