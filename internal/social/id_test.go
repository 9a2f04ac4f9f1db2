package social_test

import (
	"slices"
	"testing"
	"time"

	"skerry/internal/social"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func TestIDsRiseAlsoWhenTheClockStepsBack(t *testing.T) {
	t.Parallel()
	now := noon
	ids := social.NewIDs(7, func() time.Time { return now })
	var all []social.ID
	for i := range 10_000 {
		if i == 5000 {
			now = now.Add(-time.Hour)
		}
		all = append(all, ids.New())
	}
	if !slices.IsSorted(all) || len(slices.Compact(all)) != len(all) {
		t.Error("the ids do not strictly rise")
	}
}

func TestProcessesMakeDifferentIDs(t *testing.T) {
	t.Parallel()
	seen := map[social.ID]bool{}
	for process := range social.Processes {
		ids := social.NewIDs(process, func() time.Time { return noon })
		for range 4 {
			for _, id := range []social.ID{ids.New(), ids.At(noon)} {
				if seen[id] {
					t.Fatalf("%d was made twice", id)
				}
				seen[id] = true
			}
		}
	}
}

// Servers that tell whole seconds leave the order within one to us.
func TestThingsOfOneSecondKeepTheOrderInWhichTheyCame(t *testing.T) {
	t.Parallel()
	now := noon.Add(300 * time.Millisecond)
	ids := social.NewIDs(1, func() time.Time { return now })
	var all []social.ID
	for range 5000 {
		all = append(all, ids.At(noon))
		now = now.Add(10 * time.Millisecond) // some come long after their second
	}
	if !slices.IsSorted(all) || len(slices.Compact(all)) != len(all) {
		t.Error("they do not stand in the order in which they came")
	}
	for _, id := range all {
		if at := id.Time(); at.Before(noon) || !at.Before(noon.Add(time.Second)) {
			t.Errorf("%v is not in its second", at)
		}
	}
}

func TestThingsElsewhereSortByTheirTime(t *testing.T) {
	t.Parallel()
	ids := social.NewIDs(1, func() time.Time { return noon })
	for name, c := range map[string]struct{ at, want time.Time }{
		"to the millisecond": {noon.Add(-1234 * time.Millisecond), noon.Add(-1234 * time.Millisecond)},
		"now":                {noon, noon},
		"the future":         {noon.Add(time.Hour), noon},
		"before the web":     {time.Date(1970, 1, 1, 0, 0, 0, 1, time.UTC), noon},
		"no time":            {time.Time{}, noon},
	} {
		if got := ids.At(c.at).Time(); !got.Equal(c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestIDHasOneForm(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"1": true, "3765566853720125440": true, "9223372036854775807": true,
		"": false, "0": false, "-1": false, "+1": false, "01": false, " 1": false, "1 ": false, "1.0": false, "0x1": false,
		"9223372036854775808": false, "١": false, "1\x00": false,
	} {
		id, err := social.ParseID(text)
		if (err == nil) != ok || ok && id.String() != text || !ok && !social.Is(err, social.NotFound) {
			t.Errorf("%q: got %v, %v", text, id, err)
		}
	}
}
