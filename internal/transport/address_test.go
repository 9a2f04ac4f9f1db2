package transport

import (
	"net/netip"
	"testing"
)

// refusedAddresses are no hosts of the public internet, and why.
var refusedAddresses = map[string]string{
	// IPv4: IANA's registry of special purposes, first and last of each block.
	"0.0.0.0": "this network", "0.0.0.1": "this network", "0.255.255.255": "this network",
	"10.0.0.0": "private", "10.1.2.3": "private", "10.255.255.255": "private",
	"100.64.0.0": "carrier-grade NAT", "100.100.100.100": "carrier-grade NAT", "100.127.255.255": "carrier-grade NAT",
	"127.0.0.0": "loopback", "127.0.0.1": "loopback", "127.1.1.1": "loopback", "127.255.255.255": "loopback",
	"169.254.0.0": "link-local", "169.254.169.254": "metadata of clouds", "169.254.255.255": "link-local",
	"172.16.0.0": "private", "172.17.0.1": "private", "172.31.255.255": "private",
	"192.0.0.0": "IETF protocols", "192.0.0.8": "dummy", "192.0.0.170": "NAT64 discovery", "192.0.0.255": "IETF protocols",
	"192.0.2.0": "documentation", "192.0.2.255": "documentation",
	"192.31.196.0": "AS112", "192.31.196.255": "AS112",
	"192.52.193.0": "AMT", "192.52.193.255": "AMT",
	"192.88.99.0": "6to4 relays", "192.88.99.255": "6to4 relays",
	"192.168.0.0": "private", "192.168.1.1": "private", "192.168.255.255": "private",
	"192.175.48.0": "AS112", "192.175.48.255": "AS112",
	"198.18.0.0": "benchmarks", "198.19.255.255": "benchmarks",
	"198.51.100.0": "documentation", "198.51.100.255": "documentation",
	"203.0.113.0": "documentation", "203.0.113.255": "documentation",
	"224.0.0.1": "multicast", "239.255.255.255": "multicast",
	"240.0.0.0": "reserved", "255.255.255.254": "reserved", "255.255.255.255": "broadcast",

	// IPv6 that is an IPv4 address, or carries one.
	"::ffff:127.0.0.1": "mapped loopback", "::ffff:10.0.0.1": "mapped private", "::ffff:0.0.0.0": "mapped this network",
	"::ffff:169.254.169.254": "mapped metadata of clouds", "::ffff:c0a8:101": "mapped private",
	"::127.0.0.1": "IPv4-compatible loopback", "::7f00:1": "IPv4-compatible loopback", "::8.8.8.8": "IPv4-compatible, though public",
	"64:ff9b::7f00:1": "NAT64 of loopback", "64:ff9b::10.0.0.1": "NAT64 of private", "64:ff9b::169.254.169.254": "NAT64 of metadata of clouds",
	"64:ff9b::0.0.0.0": "NAT64 of this network", "64:ff9b::ffff:ffff": "NAT64 of broadcast",
	"64:ff9b:1::8.8.8.8": "local NAT64", "64:ff9b:1::7f00:1": "local NAT64", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff": "local NAT64",
	"64:ff9b:0:0:0:1:808:808": "beside the NAT64 block", "64:ff9b:2::8.8.8.8": "beside the local NAT64 block",
	"2002::": "6to4", "2002:7f00:1::": "6to4 of loopback", "2002:a00:1::1": "6to4 of private", "2002:808:808::1": "6to4, though public",
	"2001::": "Teredo", "2001:0:4136:e378:8000:63bf:3fff:fdd2": "Teredo, though public", "2001:0:4136:e378:8000:63bf:80ff:fffe": "Teredo of loopback",
	"::ffff:0:8.8.8.8": "SIIT",

	// IPv6: what is not within 2000::/3, and what is special in it.
	"::": "unspecified", "::1": "loopback", "::2": "reserved", "::ffff:ffff:ffff": "mapped broadcast",
	"100::": "discard", "100:0:0:1::": "dummy prefix", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff": "reserved",
	"2001:1::1": "port control anycast", "2001:2::": "benchmarks", "2001:3::1": "AMT", "2001:4:112::1": "AS112",
	"2001:10::1": "ORCHID", "2001:20::1": "ORCHIDv2", "2001:30::1": "drone remote ids", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff": "IETF protocols",
	"2001:db8::": "documentation", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff": "documentation",
	"2620:4f:8000::": "AS112", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff": "AS112",
	"3fff::": "documentation", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff": "documentation",
	"4000::": "reserved", "5f00::1": "segment routing", "8000::1": "reserved",
	"fc00::": "unique local", "fd00::1": "unique local", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff": "unique local",
	"fe80::1": "link-local", "fe80::1%eth0": "link-local with a zone", "febf::1": "link-local", "fec0::1": "site-local",
	"ff02::1": "multicast", "ff0e::1": "multicast, though global", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff": "multicast",
	"2606:4700::1%eth0": "public with a zone", "::ffff:8.8.8.8%eth0": "mapped public with a zone", "::1%lo": "loopback with a zone",
}

// publicAddresses are hosts of the public internet: some well-known ones, and the
// neighbours of every refused block.
var publicAddresses = []string{
	"1.1.1.1", "8.8.8.8", "93.184.215.14",
	"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
	"169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.1.255", "192.0.3.0",
	"192.31.195.255", "192.31.197.0", "192.52.192.255", "192.52.194.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0",
	"192.175.47.255", "192.175.49.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0",
	"223.255.255.255",
	"2000::", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::",
	"2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::", "2606:4700:4700::1111", "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", "2620:4f:8001::",
	"2a00:1450:4001::1", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	"::ffff:8.8.8.8", "::ffff:808:808", "::ffff:11.0.0.0", "64:ff9b::8.8.8.8", "64:ff9b::b00:0",
}

func TestOnlyHostsOfThePublicInternetAreGlobal(t *testing.T) {
	t.Parallel()
	for address, what := range refusedAddresses {
		if Global(netip.MustParseAddr(address)) {
			t.Errorf("%s (%s): got global, want not", address, what)
		}
	}
	for _, address := range publicAddresses {
		if !Global(netip.MustParseAddr(address)) {
			t.Errorf("%s: got not global, want global", address)
		}
	}
	if Global(netip.Addr{}) {
		t.Error("no address: got global, want not")
	}
}

func TestEveryAddressOfTheTableIsRefusedWhereItIsConnectedTo(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{AllowPrivate: prefixes()})
	for address, what := range refusedAddresses {
		connected := netip.AddrPortFrom(netip.MustParseAddr(address), 443).String()
		if err := c.checkConnected(connected); kind(err) != Refused {
			t.Errorf("%s (%s): got %v, want it refused", connected, what, err)
		}
	}
	for _, address := range publicAddresses {
		connected := netip.AddrPortFrom(netip.MustParseAddr(address), 443).String()
		if err := c.checkConnected(connected); err != nil {
			t.Errorf("%s: got %v, want it allowed", connected, err)
		}
	}
	for _, odd := range []string{"", "8.8.8.8", "localhost:443", "[8.8.8.8:443", ":443", "0x08080808:443"} {
		if err := c.checkConnected(odd); kind(err) != Refused {
			t.Errorf("%q: got %v, want it refused", odd, err)
		}
	}
}

func TestOpenedNetworksMayBeConnectedTo(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{AllowPrivate: prefixes("10.1.0.0/16", "fd00:1::/32")})
	for address, want := range map[string]bool{
		"10.1.0.0:443": true, "10.1.255.255:80": true, "[::ffff:10.1.2.3]:443": true, "[fd00:1::1]:1": true, "8.8.8.8:443": true,
		"10.0.255.255:443": false, "10.2.0.0:443": false, "[::10.1.2.3]:443": false, "[64:ff9b::10.1.2.3]:443": false,
		"[fd00:2::1]:443": false, "127.0.0.1:443": false,
	} {
		if err := c.checkConnected(address); (err == nil) != want {
			t.Errorf("%s: got %v, want it allowed: %v", address, err, want)
		}
	}
}
