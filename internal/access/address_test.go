package access_test

import (
	"testing"

	"skerry/internal/access"
)

func TestAddressesOfOneHouseholdAreOne(t *testing.T) {
	t.Parallel()
	for remote, want := range map[string]string{
		"192.0.2.7:443":              "192.0.2.7",
		"192.0.2.7":                  "192.0.2.7",
		"[::ffff:192.0.2.7]:443":     "192.0.2.7",
		"[2001:db8:1:2:3:4:5:6]:443": "2001:db8:1:2::/64",
		"[2001:db8:1:2:ffff::1]:1":   "2001:db8:1:2::/64",
		"2001:db8:1:3::1":            "2001:db8:1:3::/64",
		"[fe80::1%eth0]:443":         "fe80::/64",
		"@":                          "@",
		"":                           "",
	} {
		if got := access.Address(remote); got != want {
			t.Errorf("%q: got %q, want %q", remote, got, want)
		}
	}
}
