package social

import "testing"

func TestStockOfTheNewestStandsForAll(t *testing.T) {
	t.Parallel()
	s := RelayStock{Posts: 20_000, Looked: 5_000, Database: 5_000_000, Media: 45_000_000}
	if got := s.Bytes(); got != 200_000_000 {
		t.Errorf("20,000 posts take %d bytes, want four times what 5,000 take", got)
	}
	if got := Cost(s.Bytes(), DefaultPrice); got < 0.00299 || got > 0.00301 {
		t.Errorf("a fifth of a GB costs %v, want a fifth of 0.015", got)
	}
	if got := (RelayStock{Posts: 3}).Bytes(); got != 0 {
		t.Errorf("posts that nobody looked at take %d bytes, want 0", got)
	}
}

func TestCountsSayWhatTheyCount(t *testing.T) {
	t.Parallel()
	p := RelayPeriod{Counts: map[RelayCount]int{
		Filtered("language"): 2, Filtered("other host"): 3, RelayStored: 5, NamedAlso(77): 7, RelayUnbelieved: 11, RelayOverflow: 13,
	}}
	if p.Dropped() != 5 || p.Unlooked() != 24 || p.N("stored") != 5 {
		t.Errorf("dropped %d, unlooked %d, stored %d; want 5, 24, 5", p.Dropped(), p.Unlooked(), p.N("stored"))
	}
	for what, want := range map[RelayCount]string{Filtered("other host"): "other host", RelayStored: "", NamedAlso(77): ""} {
		if got := what.Rule(); got != want {
			t.Errorf("the rule of %s is %q, want %q", what, got, want)
		}
	}
}
