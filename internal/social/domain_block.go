package social

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// Severity is how little is to be seen of a server or of a person.
type Severity int

const (
	Unlimited Severity = iota // a block with it refuses what else it names; nothing else: an exception of others
	Silenced                  // only those who look or follow see them
	Suspended                 // nothing of them is taken, fetched or shown, and nothing is sent
)

var severities = [...]string{"noop", "silence", "suspend"}

// String gives the severity as blocklists write it.
func (s Severity) String() string { return severities[s] }

// ParseSeverity reads what String gives; "" is suspend, as in lists that say no more
// than names.
func ParseSeverity(text string) (Severity, error) {
	switch text = strings.ToLower(strings.TrimSpace(text)); text {
	case "":
		return Suspended, nil
	case "none":
		return Unlimited, nil
	case "limit":
		return Silenced, nil
	}
	if i := slices.Index(severities[:], text); i >= 0 {
		return Severity(i), nil
	}
	return 0, Faultf(Unprocessable, "a severity is suspend, silence or noop, not %.40q", text)
}

// DomainBlock is what the owner does not want of a domain and of all that is below it.
type DomainBlock struct {
	ID       ID
	Domain   string // as CleanDomain gives it
	Severity Severity

	RejectMedia   bool // their pictures and files are links, and never fetched
	RejectReports bool
	RejectRelayed bool // what relays name of them is dropped

	Public, Private string // comments
	Obfuscate       bool   // where the list is public, the name is shown in part

	List     ID   // the blocklist that says so; 0: the owner
	Imported bool // from a file of the owner's
	Held     bool // a list says so, and the owner must say yes first
	At       time.Time
}

// MaxBlockComment is the length of a comment in characters.
const MaxBlockComment = 1000

// Check says what of the block breaks a rule.
func (b DomainBlock) Check() error {
	switch {
	case b.Severity < Unlimited || b.Severity > Suspended:
		return Faultf(Unprocessable, "choose what becomes of what they send")
	case utf8.RuneCountInString(b.Public) > MaxBlockComment, utf8.RuneCountInString(b.Private) > MaxBlockComment:
		return Faultf(Unprocessable, "a comment has at most %d characters", MaxBlockComment)
	}
	return nil
}

// Says reports whether two blocks say the same of a domain, whoever says it and when.
func (b DomainBlock) Says(other DomainBlock) bool {
	other.ID, other.List, other.Imported, other.Held, other.At = b.ID, b.List, b.Imported, b.Held, b.At
	return b == other
}

// CleanDomain gives a domain as it is stored: lower-case punycode. It may be typed with
// *. before it, which means no more and no less, as an address, or as somebody's handle.
func CleanDomain(text string) (string, error) {
	bad := func(why string) (string, error) {
		return "", Faultf(Unprocessable, "%.100q is no domain: %s", text, why)
	}
	name := strings.TrimSpace(text)
	if _, rest, ok := strings.Cut(name, "://"); ok {
		name, _, _ = strings.Cut(rest, "/")
	}
	name = name[strings.LastIndexByte(name, '@')+1:]
	name, below := strings.CutPrefix(name, "*.")
	name = strings.ToLower(strings.Trim(name, "."))
	if name == "" {
		return bad("write it as example.org")
	}
	if host, ok := numbered(name); ok {
		return host, nil
	}
	port := ""
	if at := strings.LastIndexByte(name, ':'); at >= 0 {
		name, port = name[:at], name[at:]
	}
	if strings.Contains(name, "*") {
		return bad("parts of the name are hidden, write all of it")
	}
	plain, err := idna.Lookup.ToASCII(name)
	if err != nil {
		plain = name // with an underscore, as some are
	}
	for label := range strings.SplitSeq(plain, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return bad("write it as example.org")
		}
	}
	if len(plain) > 253 || strings.Trim(port, ":0123456789") != "" {
		return bad("write it as example.org")
	}
	if !below && !strings.Contains(plain, ".") && port == "" {
		return bad("all of ." + plain + " is written *." + plain)
	}
	return plain + port, nil
}

// numbered reports whether a name is an address, with or without a port: such are the
// servers of tests and of home networks.
func numbered(name string) (string, bool) {
	if at, err := netip.ParseAddrPort(name); err == nil {
		return at.String(), true
	}
	ip, err := netip.ParseAddr(strings.Trim(name, "[]"))
	if err != nil {
		return "", false
	}
	if ip.Is6() {
		return "[" + ip.String() + "]", true
	}
	return ip.String(), true
}

// Covers gives the domains of which a block covers a host, the closest first: the host
// with its port, without it, and all that is above.
func Covers(host string) []string {
	all := []string{host}
	name := host
	if at := strings.LastIndexByte(host, ':'); at > strings.LastIndexByte(host, ']') {
		name = host[:at]
		all = append(all, name)
	}
	if _, ok := numbered(name); ok {
		return all
	}
	for {
		_, above, ok := strings.Cut(name, ".")
		if !ok {
			return all
		}
		all, name = append(all, above), above
	}
}

// AllowedDomain is let in, with all that is below it, where federation is limited.
type AllowedDomain struct {
	ID     ID
	Domain string
	At     time.Time
}

// The modes of federation, in the words of the setting.
const (
	FederationOpen      = "open"
	FederationAllowlist = "allowlist"
)

// Federation is with whom the server speaks: with all but those who are blocked, or
// with those alone who are allowed.
type Federation struct {
	Closed  bool // only the allowed
	blocks  map[string]DomainBlock
	allowed map[string]bool
}

// NewFederation makes it of all blocks and of the domains that are allowed. What the
// owner says of a domain holds before what lists say; of those the strictest does.
func NewFederation(closed bool, blocks []DomainBlock, allowed []AllowedDomain) *Federation {
	f := &Federation{Closed: closed, blocks: make(map[string]DomainBlock, len(blocks)), allowed: make(map[string]bool, len(allowed))}
	for _, b := range blocks {
		if b.Held {
			continue
		}
		had, there := f.blocks[b.Domain]
		switch {
		case !there || b.List == 0:
			f.blocks[b.Domain] = b
		case had.List != 0:
			had.Severity = max(had.Severity, b.Severity)
			had.RejectMedia = had.RejectMedia || b.RejectMedia
			had.RejectReports = had.RejectReports || b.RejectReports
			f.blocks[b.Domain] = had
		}
	}
	for _, d := range allowed {
		f.allowed[d.Domain] = true
	}
	return f
}

// Blocks gives what holds of blocks, by domain.
func (f *Federation) Blocks() []DomainBlock {
	var all []DomainBlock
	for _, domain := range slices.Sorted(maps.Keys(f.blocks)) {
		all = append(all, f.blocks[domain])
	}
	return all
}

// Of gives what holds for a host: the block of the domain that is closest to it, and
// that it is suspended where only others are allowed.
func (f *Federation) Of(host string) DomainBlock {
	all := Covers(host)
	if f.Closed && !slices.ContainsFunc(all, func(domain string) bool { return f.allowed[domain] }) {
		return DomainBlock{Domain: host, Severity: Suspended}
	}
	for _, domain := range all {
		if b, ok := f.blocks[domain]; ok {
			return b
		}
	}
	return DomainBlock{}
}

// Limits are what holds for an actor because of its server.
type Limits struct {
	Limited     Severity
	RejectMedia bool
}

// OfActor gives what holds for an actor of a host who is named by a domain: mostly that
// is the host's own, or above it.
func (f *Federation) OfActor(host, domain string) Limits {
	b := f.Of(host)
	l := Limits{b.Severity, b.RejectMedia}
	if !f.Closed && domain != host {
		b = f.Of(domain)
		l = Limits{max(l.Limited, b.Severity), l.RejectMedia || b.RejectMedia}
	}
	return l
}

// Suspended reports whether nothing is exchanged with a host.
func (f *Federation) Suspended(host string) bool { return f.Of(host).Severity == Suspended }
