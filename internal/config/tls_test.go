package config

import (
	"strings"
	"testing"
)

func TestOwnCertificatesAreForPublicNamesOnPort443(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		environ []string
		listen  string // where it is accepted
		want    string // of the refusal
	}{
		"public name":        {[]string{"DOMAIN=social.example.org"}, ":443", ""},
		"address of its own": {[]string{"DOMAIN=social.example.org", "LISTEN=192.0.2.1:443"}, "192.0.2.1:443", ""},
		"port 443 said":      {[]string{"DOMAIN=social.example.org:443"}, ":443", ""},
		"nothing set":        {nil, "", "TLS: auto needs a public name, and DOMAIN is localhost:8080: set DOMAIN, or remove TLS"},
		"loopback":           {[]string{"DOMAIN=127.0.0.1"}, "", "DOMAIN is 127.0.0.1"},
		"home network":       {[]string{"DOMAIN=skerry.home.arpa"}, "", "DOMAIN is skerry.home.arpa"},
		"reserved name":      {[]string{"DOMAIN=social.test"}, "", "DOMAIN is social.test"},
		"other port":         {[]string{"DOMAIN=social.example.org:8443"}, "", "leave the port of DOMAIN away"},
		"behind a proxy":     {[]string{"DOMAIN=social.example.org", "LISTEN=127.0.0.1:8080"}, "", "LISTEN is 127.0.0.1:8080: set LISTEN=:443 or remove it"},
		"malformed domain":   {[]string{"DOMAIN=https://example.org"}, "", "DOMAIN: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := load(t, "TLS=auto\n", c.environ...)
			if c.want == "" {
				if err != nil || !got.AutoTLS || got.Listen != c.listen {
					t.Errorf("got %t, %q, %v, want own certificates on %s", got.AutoTLS, got.Listen, err, c.listen)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line with %q", err, c.want)
			}
		})
	}
}

func TestEffectiveListenIsThatOfOwnCertificates(t *testing.T) {
	t.Parallel()
	c, err := load(t, "", "TLS=AUTO", "DOMAIN=social.example.org")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Setting{}
	for _, s := range c.Effective() {
		got[s.Name] = s
	}
	if got["TLS"].Value != "auto" || got["LISTEN"].Value != ":443" || !got["LISTEN"].Default {
		t.Errorf("got %+v and %+v, want auto and :443 by default", got["TLS"], got["LISTEN"])
	}
	if _, err := load(t, "", "TLS=on"); err == nil || !strings.Contains(err.Error(), `TLS: "on" is neither off nor auto`) {
		t.Errorf("got %v, want on refused", err)
	}
}
