package access_test

import (
	"strings"
	"testing"

	"skerry/internal/access"
)

func TestPasswordIsKnownAgainAndOthersAreNot(t *testing.T) {
	t.Parallel()
	p := access.NewPasswords()
	hash := p.Hash("correct horse battery")
	if strings.Contains(hash, "horse") || hash == p.Hash("correct horse battery") {
		t.Fatalf("the hash gives the password away or has no salt: %s", hash)
	}
	for password, want := range map[string]bool{"correct horse battery": true, "correct horse batter": false, "": false} {
		if got, err := p.Check(hash, password); err != nil || got != want {
			t.Errorf("Check(%q) = %v, %v; want %v", password, got, err, want)
		}
	}
	if got, err := p.Check("", "anything"); got || err != nil {
		t.Errorf("without a hash: %v, %v; want false", got, err)
	}
}

func TestDamagedHashIsAnErrorAndNeverLetsIn(t *testing.T) {
	t.Parallel()
	p := access.NewPasswords()
	for _, hash := range []string{"x", "$argon2id$v=19$m=8,t=1,p=1$!!$AAAA", "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$", "$bcrypt$a$b$c$d"} {
		if in, err := p.Check(hash, ""); in || err == nil {
			t.Errorf("Check(%q) = %v, %v; want an error", hash, in, err)
		}
	}
}

func TestTokensDifferAndOnlyTheirHashIsStored(t *testing.T) {
	t.Parallel()
	one, hash := access.NewToken()
	two, _ := access.NewToken()
	if one == two || len(one) < 40 || strings.Contains(hash, one) || access.HashToken(one) != hash {
		t.Errorf("tokens %q and %q, hash %q", one, two, hash)
	}
}
