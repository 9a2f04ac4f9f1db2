package social

import "testing"

func TestBytesAreWrittenForPeople(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1 KB", 1549: "1.5 KB", 999_949: "999.9 KB", 999_951: "1 MB", 10_000_000_000: "10 GB",
		-2_500_000: "−2.5 MB", 1<<63 - 1: "9.2 EB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("%d is written %q, want %q", n, got, want)
		}
	}
}
