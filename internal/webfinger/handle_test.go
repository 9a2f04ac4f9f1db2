package webfinger

import (
	"strings"
	"testing"

	"skerry/internal/social"
)

func TestParseHandle(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"alice@a.example":               "alice a.example",
		"@alice@a.example":              "alice a.example",
		"acct:alice@a.example":          "alice a.example",
		"ACCT:Alice@A.Example":          "Alice a.example",
		" @alice@a.example\n":           "alice a.example",
		"@alice@a.example.":             "alice a.example",
		"alice@BÜCHER.example":          "alice xn--bcher-kva.example",
		"alice@bücher.example":          "alice xn--bcher-kva.example",
		"alice@xn--bcher-kva.example":   "alice xn--bcher-kva.example",
		"alice@a。example。":              "alice a.example",
		"alice@a.example:443":           "alice a.example",
		"alice@a.example:08443":         "alice a.example:8443",
		"alice@localhost:8080":          "alice localhost:8080",
		"localhost:8080@localhost:8080": "localhost:8080 localhost:8080",
		"alice@127.0.0.1:8080":          "alice 127.0.0.1:8080",
		"alice@[::1]:8080":              "alice [::1]:8080",
		"alice@[0:0::1]":                "alice [::1]",
		"a.b-c_d@a.example":             "a.b-c_d a.example",
		"a.example@a.example":           "a.example a.example",
		"acct:acct@a.example":           "acct a.example",
		"alice@r3---sn.a.example":       "alice r3---sn.a.example",

		"":                       "",
		"alice":                  "",
		"@":                      "",
		"@@":                     "",
		"@alice":                 "",
		"alice@":                 "",
		"@@a.example":            "",
		"@@alice@a.example":      "",
		"alice@bob@a.example":    "",
		"acct:@alice@a.example":  "",
		"acct:":                  "",
		"al ice@a.example":       "",
		"alïce@a.example":        "",
		"alice@a example":        "",
		"alice@a.example/x":      "",
		"alice@a.example?x":      "",
		"alice@a.example#x":      "",
		"alice@a.example..":      "",
		"alice@.a.example":       "",
		"alice@.":                "",
		"alice@\xff":             "",
		"alice@a..example":       "",
		"alice@a_b.example":      "",
		"alice@a.example:":       "",
		"alice@a.example:0":      "",
		"alice@a.example:65536":  "",
		"alice@a.example:+80":    "",
		"alice@a.example:http":   "",
		"alice@::1":              "",
		"alice@[::1":             "",
		"alice@[fe80::1%25eth0]": "",
		"alice@[127.0.0.1]":      "",
		"alice@" + strings.Repeat("a", 64) + ".example":  "",
		"alice@" + strings.Repeat("a.", 130) + "example": "",
		strings.Repeat("a", 129) + "@a.example":          "",
		"https://a.example/@alice":                       "",
	} {
		user, host, err := ParseHandle(in)
		if want == "" {
			if !social.Is(err, social.Invalid) {
				t.Errorf("%.80q: got %q %q %v, want Invalid", in, user, host, err)
			}
			continue
		}
		if got := user + " " + host; err != nil || got != want {
			t.Errorf("%.80q: got %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestSameAddress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"https://a.example/users/x", "https://a.example/users/x", true},
		{"https://A.example:443/users/x", "HTTPS://a.example/users/x", true},
		{"https://a.example", "https://a.example/", true},
		{"https://bücher.example/x", "https://xn--bcher-kva.example/x", true},
		{"https://a.example/users/x", "http://a.example/users/x", false},
		{"https://a.example/users/x", "https://a.example/users/X", false},
		{"https://a.example/users/x", "https://a.example/users/x/", false},
		{"https://a.example/users/x", "https://a.example/users/x#k", false},
		{"https://a.example/users/x", "https://u:p@a.example/users/x", false},
		{"https://a.example/users/x", "https://a.example:8443/users/x", false},
		{"", "", false},
		{"acct:a@b.example", "ACCT:a@b.example", false},
	} {
		if got := sameAddress(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: got %t, want %t", c.a, c.b, got, c.want)
		}
	}
}

func FuzzParseHandle(f *testing.F) {
	for _, seed := range []string{"@alice@a.example", "acct:alice@bücher.example.", "a@[::1]:80", "a:1@b:1", "a@xn--0", "a@\u3002b", "a@\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		user, host, err := ParseHandle(s)
		if err != nil {
			if !social.Is(err, social.Invalid) {
				t.Fatalf("%q: got %v, want Invalid", s, err)
			}
			return
		}
		if host == "" || host != strings.ToLower(host) || strings.HasSuffix(host, ".") || strings.ContainsAny(host, "/?#@\\ %") {
			t.Fatalf("%q: host %q is not in its one form", s, host)
		}
		again, hostAgain, err := ParseHandle("acct:" + user + "@" + host)
		if err != nil || again != user || hostAgain != host {
			t.Fatalf("%q: gives %q %q, which gives %q %q, %v", s, user, host, again, hostAgain, err)
		}
	})
}
