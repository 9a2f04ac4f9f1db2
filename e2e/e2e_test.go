package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"skerry/internal/testkit"
)

// password is that of the owners whom testkit makes.
const password = "correct horse battery"

// patience ends a script that hangs.
func patience() time.Duration {
	if *long || *shots != "" {
		return 50 * time.Minute
	}
	return 10 * time.Minute
}

// play runs a script of this folder with its task, and fails with what it says.
func play(t *testing.T, script string, task map[string]any) []byte {
	t.Helper()
	for _, needed := range []string{"/usr/bin/chromium", "node_modules/playwright-core", "node_modules/axe-core"} {
		if _, err := os.Stat(needed); err != nil {
			t.Fatalf("%v: make tools installs what the browser tests need", err)
		}
	}
	task["evidence"] = filepath.Join(os.TempDir(), "skerry-e2e", strings.ReplaceAll(t.Name(), "/", "-"))
	text, err := json.Marshal(task)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience())
	defer cancel()
	c := exec.CommandContext(ctx, "node", script, string(text))
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) } // it ends its browser
	c.WaitDelay = 10 * time.Second
	said, err := c.CombinedOutput()
	t.Logf("%s", said)
	if err != nil {
		t.Fatalf("node %s: %v (is node missing, make tools installs it)", script, err)
	}
	return said
}

// newcomer is a server without an owner, as a script needs it.
func newcomer(t *testing.T, name, called string) map[string]any {
	t.Helper()
	s := testkit.Start(t, "", "")
	link, err := s.Site.SetupLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"origin": s.Origin, "link": link, "name": name, "called": called}
}

// Nobody needs a mouse, and those with scripts need fewer keys.
func TestATaskIsDoneByKeyboardAlone(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, "", "anna")
	play(t, "keyboard.mjs", map[string]any{"origin": s.Origin, "name": "anna", "password": password})
}

func TestTwoPeopleMeet(t *testing.T) {
	t.Parallel()
	picture := filepath.Join(t.TempDir(), "picture.png")
	if err := os.WriteFile(picture, testkit.Picture(t, 300, 200), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, javaScript := range []bool{true, false} {
		t.Run(fmt.Sprintf("with JavaScript %v", javaScript), func(t *testing.T) {
			t.Parallel()
			servers := []any{newcomer(t, "anna", "Anna Berg"), newcomer(t, "bert", "Bert Holm")}
			play(t, "road.mjs", map[string]any{"servers": servers, "javaScript": javaScript, "picture": picture})
		})
	}
}

func TestRelayIsFollowedFromItsPage(t *testing.T) {
	t.Parallel()
	s := testkit.Start(t, "", "anna")
	relay := testkit.NewRelay(t, testkit.RelayProfile{Software: "activity-relay"})
	eve := testkit.NewPeer(t).Person("eve")
	var named atomic.Int64
	relay.Handle("/name", func(http.ResponseWriter, *http.Request) { // what makes it name three posts
		for _, text := range []string{"Tulips are out", "Rain at last", "Nothing but rain"} {
			relay.Announce(eve.Note(fmt.Sprint(named.Add(1)), text)["id"])
		}
	})
	play(t, "relay.mjs", map[string]any{
		"origin": s.Origin, "name": "anna", "password": password, "relay": relay.Inbox, "names": relay.Origin + "/name", "person": eve.IRI, "shots": *shots,
	})
}
