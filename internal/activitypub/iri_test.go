package activitypub

import (
	"strings"
	"testing"

	"skerry/internal/social"
)

func TestCanonicalIRIHasOneSpellingPerHost(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"https://a.example/users/b":             "https://a.example/users/b",
		"http://a.example/users/b":              "http://a.example/users/b",
		"https://a.example":                     "https://a.example",
		"https://a.example/":                    "https://a.example/",
		"HTTPS://A.EXAMPLE/Users/B":             "https://a.example/Users/B",
		"https://a.example./b":                  "https://a.example/b",
		"https://a.example:443/b":               "https://a.example/b",
		"https://a.example:/b":                  "https://a.example/b",
		"https://a.example:0443/b":              "https://a.example/b",
		"http://a.example:80/b":                 "http://a.example/b",
		"https://a.example:80/b":                "https://a.example:80/b",
		"http://a.example:443/b":                "http://a.example:443/b",
		"https://a.example:08443/b":             "https://a.example:8443/b",
		"https://bücher.example/b":              "https://xn--bcher-kva.example/b",
		"https://BÜCHER.example/b":              "https://xn--bcher-kva.example/b",
		"https://b%C3%BCcher.example/b":         "https://xn--bcher-kva.example/b",
		"https://xn--bcher-kva.example/b":       "https://xn--bcher-kva.example/b",
		"https://a。example/b":                   "https://a.example/b",
		"https://a.example。/b":                  "https://a.example/b",
		"https://ａ.example/b":                   "https://a.example/b",
		"https://my_host.example/b":             "https://my_host.example/b",
		"https://My_Host.Example/b":             "https://my_host.example/b",
		"https://r3---sn.example/b":             "https://r3---sn.example/b",
		"https://192.0.2.1/b":                   "https://192.0.2.1/b",
		"https://[2001:DB8:0::1]:443/b":         "https://[2001:db8::1]/b",
		"https://[2001:db8::1]:8443/b":          "https://[2001:db8::1]:8443/b",
		"https://a.example?q=1":                 "https://a.example?q=1",
		"https://a.example#f":                   "https://a.example#f",
		"https://a.example/b?c=https://d/#e":    "https://a.example/b?c=https://d/#e",
		"https://a.example/%7Eb/../c//d":        "https://a.example/%7Eb/../c//d",
		"https://a.example/@b":                  "https://a.example/@b",
		"https://a.example/標籤":                  "https://a.example/標籤",
		"https://a.example/a'b(c);d=e,f&g[h]|i": "https://a.example/a'b(c);d=e,f&g[h]|i",
	}
	for raw, want := range tests {
		got, err := CanonicalIRI(raw)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", raw, got, err, want)
			continue
		}
		if again, err := CanonicalIRI(got); err != nil || again != got {
			t.Errorf("%q: the canonical form %q became %q, %v", raw, got, again, err)
		}
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	t.Parallel()
	label := strings.Repeat("a", 63)
	tests := map[string]string{
		"": "1 to 2048 bytes",
		"https://a.example/" + strings.Repeat("a", 2048): "1 to 2048 bytes",
		// Punycode makes the host longer than what was written.
		"https://bücher.example/" + strings.Repeat("a", 2024): "1 to 2048 bytes",
		"acct:a@b.example":                     "neither https nor http",
		"ftp://a.example/":                     "neither https nor http",
		"javascript://a.example/%0aalert(1)":   "neither https nor http",
		"data:text/html,x":                     "neither https nor http",
		"did:key:z6Mk":                         "neither https nor http",
		"ap://did:key:z6Mk/actor":              "no address",
		"//a.example/b":                        "neither https nor http",
		"/users/b":                             "neither https nor http",
		"a.example/b":                          "neither https nor http",
		"Public":                               "neither https nor http",
		"https:a.example":                      "no host",
		"https:/a.example/b":                   "no host",
		"https:///a.example/b":                 "no host",
		"https://":                             "no host",
		"https://?a.example":                   "no host",
		"https://user@a.example/":              "names a user",
		"https://user:pass@a.example/":         "names a user",
		"https://good.example@evil.example/":   "names a user",
		"https://@a.example/":                  "names a user",
		"https://./":                           "host cannot be read",
		"https://a..example/":                  "host cannot be read",
		"https://.a.example/":                  "host cannot be read",
		"https://a.example../":                 "host cannot be read",
		"https://a.example／b/":                 "host cannot be read",
		"https://good.example％2f.evil.example": "host cannot be read",
		"https://a*b.example/":                 "host cannot be read",
		"https://a$b.example/":                 "host cannot be read",
		"https://" + label + "a.example/":      "host cannot be read",
		"https://" + strings.Repeat(label+".", 4) + "example/": "host cannot be read",
		"https://a.example:0/":                                 "host cannot be read",
		"https://a.example:65536/":                             "host cannot be read",
		"https://a.example:99999999999999/":                    "host cannot be read",
		"https://a.example:port/":                              "no address",
		"https://a.example:80:80/":                             "no address",
		"https://[fe80::1%25eth0]/":                            "host cannot be read",
		"https://[::1/":                                        "no address",
		"https://a%2eexample/":                                 "no address",
		"https://a.example/%zz":                                "no address",
		" https://a.example/":                                  "a character that no address has",
		"https://a.example/ b":                                 "a character that no address has",
		"https://a.example/b\n":                                "a character that no address has",
		"https://a.example/\tb":                                "a character that no address has",
		"https://a.example/\x00b":                              "a character that no address has",
		"https://a.example/\x7f":                               "a character that no address has",
		"https://a.example/\u0085":                             "a character that no address has",
		"https://a.example/\u009b":                             "a character that no address has",
		"https://a.example/\u00a0":                             "a character that no address has",
		"https://a.example/\u2028":                             "a character that no address has",
		"https://a.example/\ufffd":                             "a character that no address has",
		"https://a.example/\xff":                               "a character that no address has",
		`https://good.example\@evil.example/`:                  "a character that no address has",
		`https://a.example/"onclick="`:                         "a character that no address has",
		"https://a.example/<b>":                                "a character that no address has",
	}
	for raw, reason := range tests {
		got, err := CanonicalIRI(raw)
		if got != "" {
			t.Errorf("%.80q: got %q beside the error", raw, got)
		}
		if !social.Is(err, social.Invalid) || !strings.Contains(err.Error(), reason) {
			t.Errorf("%.80q: got error %v, want %q", raw, err, reason)
		}
		if err != nil && len(err.Error()) > 500 {
			t.Errorf("%.80q: the refusal has %d bytes", raw, len(err.Error()))
		}
		if host := Host(raw); host != "" {
			t.Errorf("%.80q: got the host %q", raw, host)
		}
	}
}

func TestPublicHasThreeSpellings(t *testing.T) {
	t.Parallel()
	for _, iri := range []string{"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"} {
		if !IsPublic(iri) {
			t.Errorf("%q is not read as Public", iri)
		}
	}
	for _, iri := range []string{
		"", "public", "as:public", "as:Public ", "http://www.w3.org/ns/activitystreams#Public",
		"https://www.w3.org/ns/activitystreams", "https://evil.example/ns/activitystreams#Public",
	} {
		if IsPublic(iri) {
			t.Errorf("%q is read as Public", iri)
		}
	}
}

func TestHostIsTheAuthority(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"https://A.example./users/b":     "a.example",
		"https://a.example:443?x":        "a.example",
		"https://a.example:8443#x":       "a.example:8443",
		"http://bücher.example":          "xn--bcher-kva.example",
		"https://[2001:db8::1]:8443/":    "[2001:db8::1]:8443",
		"https://a.example/@b@c.example": "a.example",
		"a.example":                      "",
		"":                               "",
	}
	for iri, want := range tests {
		if got := Host(iri); got != want {
			t.Errorf("%q: got %q, want %q", iri, got, want)
		}
	}
}

func TestSameOriginNeedsSchemeHostAndPort(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want bool
	}{
		{"https://a.example/1", "https://a.example/2", true},
		{"https://a.example/1", "https://a.example", true},
		{"https://A.example.:443/1", "https://a.example/2", true},
		{"https://bücher.example/", "https://xn--bcher-kva.example/", true},
		{"https://a.example#key", "https://a.example?q", true},
		{"https://a.example/", "http://a.example/", false},
		{"https://a.example/", "https://a.example:8443/", false},
		{"https://a.example/", "https://b.a.example/", false},
		{"https://a.example/", "https://a.example.evil.example/", false},
		{"https://a.example/", "https://a.example@evil.example/", false},
		{"https://а.example/", "https://a.example/", false}, // the first has a Cyrillic letter
		{"https://a.example/", "", false},
		{"", "", false},
		{"x", "x", false},
		{"as:Public", "as:Public", false},
		{"https://[fe80::1%25a]/", "https://[fe80::2%25a]/", false},
	}
	for _, test := range tests {
		if got := SameOrigin(test.a, test.b); got != test.want {
			t.Errorf("SameOrigin(%q, %q): got %t, want %t", test.a, test.b, got, test.want)
		}
		if got := SameOrigin(test.b, test.a); got != test.want {
			t.Errorf("SameOrigin(%q, %q): got %t, want %t", test.b, test.a, got, test.want)
		}
	}
}
