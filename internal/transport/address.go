package transport

import "net/netip"

// special are the blocks that are not hosts of the public internet: IANA's special
// purpose registries for IPv4, and what of 2000::/3 is special in IPv6.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
	"192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)

var (
	global6 = netip.MustParsePrefix("2000::/3")
	nat64   = netip.MustParsePrefix("64:ff9b::/96")
)

// Global reports whether an address is a host of the public internet. Of the IPv6
// blocks that carry an IPv4 address only NAT64 leads there, to the address that it
// carries; IPv4-compatible, local NAT64, 6to4 and Teredo addresses are refused
// whatever they carry.
func Global(ip netip.Addr) bool {
	if ip.Zone() != "" || !ip.IsValid() {
		return false
	}
	ip = ip.Unmap()
	if ip.Is4() {
		return !within(special, ip)
	}
	if nat64.Contains(ip) {
		b := ip.As16()
		return Global(netip.AddrFrom4([4]byte(b[12:])))
	}
	return global6.Contains(ip) && !within(special, ip)
}

func within(all []netip.Prefix, ip netip.Addr) bool {
	for _, p := range all {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

func prefixes(all ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(all))
	for i, s := range all {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}
