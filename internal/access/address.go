package access

import (
	"net"
	"net/netip"
)

// Address names whoever is behind a request's address, for counting: an IPv6
// address stands for its network, which one household has to itself.
func Address(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	network, _ := ip.Prefix(64) // fails only for a longer prefix than the address
	return network.String()
}
