package transport

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

// refusedURLs are addresses that look as if they could be asked, by the reason
// that is given.
var refusedURLs = map[string][]string{
	"an address has 1 to 2048 bytes": {
		"", "https://a.example/" + strings.Repeat("x", 2048), "https://" + strings.Repeat("a.", 1100) + "example/",
	},
	"a character that no address has": {
		" https://a.example/", "https://a.example/ ", "https://a.example/a b", "https://a .example/", "https://a.example\t/", "https://a.example/\n",
		"https://a.example/\r\nHost: b.example", "https://a.example\x00.b.example/", "https://a.example/\x7f", "\x01https://a.example/",
		`https:\\a.example\`, `https://a.example\@b.example/`, `https://a.example\.b.example/`, `https:/\a.example/`, `https://a.example/\..\x`,
	},
	"it is no address": {
		"https://a.example:port/", "https://a.example:443:443/", "https://ex%61mple.org/", "https://a.example%00/", "https://a.example%2f.b.example/",
		"https://a.example/%zz", "https://[a.example]/", "https://[::1/", "https://::1]/", "https://[::1]a.example/", "https://a.example[::1]/", ":",
		"1https://a.example/", "https://[fe80::1%eth0]/", "https://a.example:-443/", "https://a.example:443x/", "://a.example/",
	},
	"it has no host": {
		"https:", "https://", "https:///", "https:///a.example/", "https:a.example", "https:/a.example/", "https://?a.example", "https://#a.example",
		"a.example", "/users/a", "acct:a@b.example", "mailto:a@b.example", "data:text/plain,x", "javascript:alert(1)", "file:///etc/passwd",
		"urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "did:key:z6Mk", "?x", "#x", ".",
	},
	"it names a user": {
		"https://a@b.example/", "https://a:b@b.example/", "https://@b.example/", "https://:@b.example/", "https://a.example:443@b.example/",
		"https://a.example%2F@b.example/", "https://a.example;@b.example/", "http://u@127.0.0.1/",
	},
	"only https is asked": {
		"http://a.example/", "HTTP://a.example/", "ftp://a.example/", "ws://a.example/", "wss://a.example/", "gopher://a.example/", "//a.example/",
		"httpss://a.example/", "ipfs://a.example/", "http://10.0.0.1/", "http://localhost/", "http://own.example/", "file://a.example/etc/passwd",
	},
	"only port 443 is asked": {
		"https://a.example:80/", "https://a.example:8443/", "https://a.example:0/", "https://a.example:0443/", "https://a.example:65979/",
		"https://a.example:44/", "https://own.example:8080/", "https://10.0.0.1:22/",
	},
	"a host has a name, not only a number": {
		// As they stand.
		"https://8.8.8.8/", "https://10.0.0.1/", "https://169.254.169.254/latest/meta-data/", "https://[::1]/", "https://[::]/", "https://0.0.0.0/",
		"https://[2606:4700::1]/", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[fe80::1%25eth0]/", "https://[::127.0.0.1]/",
		// As some resolvers read them: decimal, octal, hexadecimal, with parts left out.
		"https://127.1/", "https://127.0.1/", "https://0177.0.0.1/", "https://0x7f.0.0.1/", "https://0x7f.1/", "https://127.0.0.0x1/", "https://127.0.0.0X1/",
		"https://0177.0.0.0x1/", "https://0x7f.0x0.0x0.0x1/", "https://127.0.0.01/", "https://127.0.0.256/", "https://1.2.3.4.5/", "https://a.0x/",
		"https://a.example.1/", "https://a.08/", "https://017700000001.0/", "https://256.256.256.256/", "https://127.0.0.1:443/",
		// As Unicode writes them.
		"https://１２７.0.0.1/", "https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/", "https://127.0.0.%EF%BC%91/", "https://𝟙𝟚𝟟.0.0.1/", "https://127.0.0.1\u00ad/",
	},
	"the host's name has no dot": {
		"https://localhost/", "https://LOCALHOST/", "https://2130706433/", "https://017700000001/", "https://0x7f000001/", "https://redis/", "https://a/",
		"https://ｌocalhost/",
	},
	"a host's name does not end in a dot": {
		"https://a.example./", "https://localhost./", "https://own.example./", "https://127.0.0.1./", "https://a.example。/", "https://own.example｡/",
		"https://own.example%E3%80%82/", "https://own.example．/", "https://./", "https://a.example../", "https://own.example.xn--/",
	},
	"1 to 63 letters": {
		"https://a..example/", "https://.a.example/", "https://own..example/", "https://own。.example/", "https://xn--.own.example/",
		"https://" + strings.Repeat("a", 64) + ".example/", "https://" + strings.Repeat("a.", 124) + "example/",
	},
	"the host's name cannot be read": {
		"https://a_İ.example/", "https://℀.example/", "https://a.example＠b.example/", "https://a／b.example/", "https://a.example／.b.example/",
		"https://a.example？.b.example/", "https://\u200da.example/", "https://a\ufffd.example/", "https://\xff.example/", "https://%FF.example/", "https://a\u2028b.example/",
		"https://a,b.example/", "https://a'.example/", "https://a.example&b/", "https://*.example/", "https://a.example;/", "https://(a).example/",
		"https://$a.example/", "https://a+b.example/", "https://a=b.example/", "https://a~.example/", "https://a!.example/",
	},
	"it is this server": {
		"https://own.example/", "https://own.example", "https://own.example:443/", "https://own.example:/", "https://OWN.Example/", "HTTPS://own.example/x?y#z",
		"https://ｏｗｎ.example/", "https://own。example/", "https://own．example/", "https://own｡example/", "https://o\u00adwn.example/", "https://own\u200b.example/",
		"https://%EF%BD%8Fwn.example/", "https://ⓞⓦⓝ.example/", "https://ᵒwn.example/", "https://𝐨wn.example/",
		"https://xn--bcher-kva.example/", "https://bücher.example/", "https://BÜCHER.example/", "https://bu\u0308cher.example/", "https://XN--BCHER-KVA.example/",
		"https://sKerry.example/", // with the sign for kelvin
		"http://127.0.0.1:8080/", "https://127.0.0.1:8080/", "http://127.0.0.1:08080/", "http://[::ffff:127.0.0.1]:8080/", "http://[::ffff:7f00:1]:8080/x",
		"https://[::1]/", "https://[::1]:443/", "https://[0:0::0:1]:0443/", "https://[::1]:/",
	},
	"it is neither https nor http": {"ftp://127.0.0.1/", "//127.0.0.1/", "file://127.0.0.1/etc/passwd"},
	"its port is none":             {"http://127.0.0.1:0/", "http://127.0.0.1:65536/", "http://127.0.0.1:99999999999999999999/"},
}

// askedURLs are addresses that are asked, and as what.
var askedURLs = map[string]string{
	"https://a.example":                                     "https://a.example",
	"https://a.example/":                                    "https://a.example/",
	"https://a.example:443/users/a":                         "https://a.example/users/a",
	"https://a.example:/":                                   "https://a.example/",
	"HTTPS://A.Example/Users/A":                             "https://a.example/Users/A",
	"https://a.example/x#main-key":                          "https://a.example/x",
	"https://a.example/#":                                   "https://a.example/",
	"https://a.example?q=1#x?y":                             "https://a.example?q=1",
	"https://a.example/a%2Fb%40c//../d?x=%2f":               "https://a.example/a%2Fb%40c//../d?x=%2f",
	"https://a.example/@a":                                  "https://a.example/@a",
	"https://a.example/users/ü":                             "https://a.example/users/%C3%BC",
	"https://a.example/\u0085":                              "https://a.example/%C2%85",
	"https://a.example/https://b.example/":                  "https://a.example/https://b.example/",
	"https://a.example/?u=a@b.example":                      "https://a.example/?u=a@b.example",
	"https://bücher2.example/":                              "https://xn--bcher2-3ya.example/",
	"https://Bücher2.example/":                              "https://xn--bcher2-3ya.example/",
	"https://b%C3%BCcher2.example/":                         "https://xn--bcher2-3ya.example/",
	"https://faß.example/":                                  "https://xn--fa-hia.example/",
	"https://例え.テスト/":                                       "https://xn--r8jz45g.xn--zckzah/",
	"https://my_host.a.example/":                            "https://my_host.a.example/",
	"https://My_Host.a.example/":                            "https://my_host.a.example/",
	"https://r3---x.a.example/":                             "https://r3---x.a.example/",
	"https://xn--a.example/":                                "https://xn--a.example/",
	"https://1.a.example/":                                  "https://1.a.example/",
	"https://0x7f.example/":                                 "https://0x7f.example/",
	"https://127.0.0.1.nip.io/":                             "https://127.0.0.1.nip.io/", // its address is looked at when it is connected to
	"https://a.0xg/":                                        "https://a.0xg/",
	"https://other.own.example/":                            "https://other.own.example/",
	"https://own.example.a.example/":                        "https://own.example.a.example/",
	"https://127.0.0.1/":                                    "https://127.0.0.1/",
	"https://127.0.0.1:443/":                                "https://127.0.0.1/",
	"http://127.0.0.1:80/x":                                 "http://127.0.0.1/x",
	"http://127.0.0.1:443/":                                 "http://127.0.0.1:443/",
	"http://127.0.0.1:8081/":                                "http://127.0.0.1:8081/",
	"http://[::1]:8080/":                                    "http://[::1]:8080/",
	"http://[::1]/#x":                                       "http://[::1]/",
	"http://[::ffff:127.0.0.1]:8081/":                       "http://127.0.0.1:8081/",
	"https://" + strings.Repeat("a", 63) + ".example/":      "https://" + strings.Repeat("a", 63) + ".example/",
	"https://a.example/" + strings.Repeat("x", 2048-18):     "https://a.example/" + strings.Repeat("x", 2048-18),
	"https://" + strings.Repeat("a.", 123) + "example/long": "https://" + strings.Repeat("a.", 123) + "example/long",
}

func urlClient(t *testing.T) *Client {
	return newClient(t, Options{
		OwnHosts:     []string{"own.example", "xn--bcher-kva.example", "skerry.example", "127.0.0.1:8080", "[::1]:443"},
		AllowPrivate: prefixes("127.0.0.0/8", "::1/128"),
	})
}

func TestLookalikesAreNotAsked(t *testing.T) {
	t.Parallel()
	c := urlClient(t)
	strict := newClient(t, Options{OwnHosts: []string{"own.example"}, AllowPrivate: prefixes()})
	for why, all := range refusedURLs {
		for _, raw := range all {
			client := c
			if why == "a host has a name, not only a number" {
				client = strict // nothing is opened
			}
			u, err := client.CheckURL(raw)
			var f *social.Fault
			if !errors.As(err, &f) || f.Kind != social.Invalid || !strings.Contains(f.Say, why) || u != nil {
				t.Errorf("%.80q: got %v, %v, want it refused: %s", raw, u, err, why)
			}
		}
	}
}

func TestAddressesHaveOneSpelling(t *testing.T) {
	t.Parallel()
	c := urlClient(t)
	for raw, want := range askedURLs {
		u, err := c.CheckURL(raw)
		if err != nil {
			t.Errorf("%.80q: got %v, want %.80q", raw, err, want)
			continue
		}
		if diff := cmp.Diff(want, u.String()); diff != "" {
			t.Errorf("%.80q (-want +got):\n%s", raw, diff)
		}
	}
}

func TestPrivateAddressIsAskedOnlyWhenItIsOpened(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{AllowPrivate: prefixes("10.1.0.0/16")})
	for raw, want := range map[string]bool{
		"http://10.1.2.3:3000/": true, "https://10.1.2.3/": true, "http://[::ffff:10.1.2.3]/": true,
		"http://10.2.2.3/": false, "https://10.2.2.3/": false, "http://127.0.0.1/": false, "https://[::1]/": false, "http://0x0a.1.2.3/": false,
		"http://10.1.2/": false, "http://10.1.2.3.nip.io/": false,
	} {
		if _, err := c.CheckURL(raw); (err == nil) != want {
			t.Errorf("%s: got %v, want it asked: %v", raw, err, want)
		}
	}
}

// FuzzCheckURL looks for an address that passes and is another once it is read
// again, or that leads to us.
func FuzzCheckURL(f *testing.F) {
	for _, all := range refusedURLs {
		for _, raw := range all {
			f.Add(raw)
		}
	}
	for raw := range askedURLs {
		f.Add(raw)
	}
	c, err := New(Options{OwnHosts: []string{"own.example", "xn--bcher-kva.example"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := c.CheckURL(raw)
		if err != nil {
			return
		}
		if u.Scheme != "https" || u.User != nil || u.Port() != "" || u.Fragment != "" || strings.HasSuffix(u.Host, ".") {
			t.Errorf("%q: got %q, want https, a name and no more", raw, u)
		}
		if u.Host == "own.example" || u.Host == "xn--bcher-kva.example" || u.Host != strings.ToLower(u.Host) {
			t.Errorf("%q: got the host %q", raw, u.Host)
		}
		again, err := url.Parse(u.String())
		if err != nil || again.Host != u.Host || again.RequestURI() != u.RequestURI() {
			t.Errorf("%q: got %q, which is read as %v, %v", raw, u, again, err)
		}
		if len(u.String()) > maxURL {
			return
		}
		if twice, err := c.CheckURL(u.String()); err != nil || twice.String() != u.String() {
			t.Errorf("%q: got %q, which is asked as %v, %v", raw, u, twice, err)
		}
	})
}
