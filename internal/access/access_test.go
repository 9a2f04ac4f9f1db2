package access_test

import (
	"strings"
	"sync"
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
	for name, hash := range map[string]string{
		"no hash at all":      "x",
		"another kind":        "$bcrypt$a$b$c$d",
		"salt is no base64":   "$argon2id$v=19$m=8,t=1,p=1$!!$AAAA",
		"sum is no base64":    "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$!!",
		"no sum":              "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$",
		"another version":     "$argon2id$v=16$m=8,t=1,p=1$c2FsdHNhbHQ$AAAA",
		"no numbers":          "$argon2id$v=19$m=,t=,p=$c2FsdHNhbHQ$AAAA",
		"no passes":           "$argon2id$v=19$m=8,t=0,p=1$c2FsdHNhbHQ$AAAA",
		"no lanes":            "$argon2id$v=19$m=8,t=1,p=0$c2FsdHNhbHQ$AAAA",
		"too many lanes":      "$argon2id$v=19$m=8,t=1,p=256$c2FsdHNhbHQ$AAAA",
		"more memory than is": "$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ$AAAA",
		"less than nothing":   "$argon2id$v=19$m=8,t=-1,p=1$c2FsdHNhbHQ$AAAA",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if in, err := p.Check(hash, ""); in || err == nil {
				t.Errorf("got %v, %v; want an error", in, err)
			}
		})
	}
}

// A hash says how it was made, so that a stronger one later does not lock anybody out.
func TestHashOfOtherStrengthIsKnown(t *testing.T) {
	t.Parallel()
	const hash = "$argon2id$v=19$m=64,t=1,p=2$c2FsdHNhbHRzYWx0c2FsdA$VAWiQCPuVi4/2uDkg5Bpvg"
	p := access.NewPasswords()
	for password, want := range map[string]bool{"correct horse battery": true, "correct horse batter": false} {
		if got, err := p.Check(hash, password); err != nil || got != want {
			t.Errorf("Check(%q) = %v, %v; want %v", password, got, err, want)
		}
	}
}

// A flood of logins takes its turn, two at once.
func TestManyChecksAtOnceAllGetTheirAnswer(t *testing.T) {
	t.Parallel()
	p := access.NewPasswords()
	hash := p.Hash("correct horse battery")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if in, err := p.Check(hash, "correct horse battery"); !in || err != nil {
				t.Errorf("got %v, %v; want to be let in", in, err)
			}
		})
	}
	all.Wait()
}

func TestTokensDifferAndOnlyTheirHashIsStored(t *testing.T) {
	t.Parallel()
	one, hash := access.NewToken()
	two, _ := access.NewToken()
	if one == two || len(one) < 40 || strings.Contains(hash, one) || access.HashToken(one) != hash {
		t.Errorf("tokens %q and %q, hash %q", one, two, hash)
	}
}
