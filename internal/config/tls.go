package config

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
)

func setTLS(c *Config, v string) error {
	switch strings.ToLower(v) {
	case "off":
	case "auto":
		c.AutoTLS = true
	default:
		return fmt.Errorf("%q is neither off nor auto", v)
	}
	return nil
}

// noPublic are the last labels of names that lead nowhere on the public
// internet. [RFC 2606] [RFC 6762] [RFC 8375]
var noPublic = []string{"alt", "arpa", "example", "home", "internal", "invalid", "lan", "local", "localhost", "onion", "test"}

// checkTLS refuses TLS=auto where no authority could give a certificate: it comes
// to port 443 or 80 of a public name.
func checkTLS(c Config) error {
	if !c.AutoTLS || c.Domain == "" || c.Listen == "" { // what is malformed has been told
		return nil
	}
	name := hostname(c.Domain)
	if !c.Secure() || slices.Contains(noPublic, name[strings.LastIndexByte(name, '.')+1:]) {
		return fmt.Errorf("TLS: auto needs a public name, and DOMAIN is %s: set DOMAIN, or remove TLS", c.Domain)
	}
	if name != c.Domain {
		return errors.New("TLS: auto is for port 443: leave the port of DOMAIN away, or remove TLS and put a proxy in front")
	}
	if _, port, err := net.SplitHostPort(c.Listen); err != nil || port != "443" {
		return fmt.Errorf("TLS: auto answers on port 443, and LISTEN is %s: set LISTEN=:443 or remove it, or remove TLS and put a proxy in front", c.Listen)
	}
	return nil
}
