package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"skerry/internal/testkit"
)

// show starts the demo where the settings of a server lie that could not start, and
// gives the folder for its temporary files.
func show(t *testing.T) (s *testkit.Process, temporary string) {
	t.Helper()
	dir, temporary := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".env"), []byte("DATABASE_URL=postgres://127.0.0.1:1/none\nDOMAIN=social.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := testkit.Launch("skerry", dir, []string{"TMPDIR=" + temporary, "DATA_DIR=" + dir + "/data", "REDIS_URL=redis://127.0.0.1:1"}, "demo")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s, temporary
}

// bare wants a folder with nothing in it.
func bare(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("what it made: got %v (%v), want nothing left", left, err)
	}
}

// visitor is a browser.
type visitor struct {
	t      *testing.T
	client http.Client
}

func newVisitor(t *testing.T) visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return visitor{t, http.Client{Jar: jar}}
}

// read gives the page at an address.
func (v visitor) read(address string) string {
	v.t.Helper()
	res, err := v.client.Get(address)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		v.t.Fatalf("%s: got %s (%v), want a page", address, res.Status, err)
	}
	return string(body)
}

var (
	invitation = regexp.MustCompile(`(http://\S+)/@(\w+)\s+log in as \w+ with the password (\S+)`)
	ownPost    = regexp.MustCompile(`class="u-url" href="(http://[^"]+/@\w+/\d+)"`)
)

func TestDemoShowsTwoServersThatTalk(t *testing.T) {
	t.Parallel()
	s, temporary := show(t)
	if err := hear(s, "Ctrl-C ends all three"); err != nil {
		t.Fatal(err)
	}
	hear := map[string]string{"marit": "I was under it, counting.", "noor": "I took them for carrier bags"}
	found := invitation.FindAllStringSubmatch(s.Said(), -1)
	if len(found) != len(hear) {
		t.Fatalf("it invites to %d servers, want %d:\n%s", len(found), len(hear), s.Said())
	}
	for _, f := range found {
		origin, name, password := f[1], f[2], f[3]
		v := newVisitor(t)
		res, err := v.client.PostForm(origin+"/login", url.Values{"username": {name}, "password": {password}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		profile := v.read(origin + "/@" + name)
		if !strings.Contains(profile, "Log out") {
			t.Errorf("%s: the password that was printed does not let in", name)
		}
		answered := false
		for _, post := range ownPost.FindAllStringSubmatch(profile, -1) {
			answered = answered || strings.Contains(v.read(post[1]), hear[name])
		}
		if !answered {
			t.Errorf("%s: no post has the answer %q of the other server", name, hear[name])
		}
	}
	if err := s.Stop(syscall.SIGINT); err != nil {
		t.Error(err)
	}
	bare(t, temporary)
	if said := s.Said(); strings.Contains(said, "level=") {
		t.Errorf("it complained:\n%s", said)
	}
}

func TestDemoThatIsEndedEarlyLeavesNothing(t *testing.T) {
	t.Parallel()
	for name, sig := range map[string]syscall.Signal{"by Ctrl-C": syscall.SIGINT, "by a terminal that is closed": syscall.SIGHUP} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, temporary := show(t)
			if err := hear(s, "Two servers and a relay start"); err != nil {
				t.Fatal(err)
			}
			if err := s.Stop(sig); err != nil {
				t.Error(err)
			}
			bare(t, temporary)
		})
	}
}

func TestDemoThatNobodyReadsEndsAndLeavesNothing(t *testing.T) {
	t.Parallel()
	temporary := t.TempDir()
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out.Close()
	defer in.Close()
	c := exec.Command("skerry", "demo")
	c.Env, c.Dir, c.Stdout = []string{"TMPDIR=" + temporary}, t.TempDir(), in
	err = c.Run()
	if got := c.ProcessState.ExitCode(); got != 1 {
		t.Errorf("exit code %d (%v), want 1", got, err)
	}
	bare(t, temporary)
}

// spoiler puts a file where the demo wants a folder, as soon as it speaks.
type spoiler struct{ temporary string }

func (s spoiler) Write(b []byte) (int, error) {
	made, err := filepath.Glob(filepath.Join(s.temporary, "skerry-demo-*"))
	if err != nil || len(made) != 1 {
		return len(b), err
	}
	return len(b), os.WriteFile(filepath.Join(made[0], "marit"), nil, 0o600)
}

func TestDemoThatFailsLeavesNothing(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	var said bytes.Buffer
	p := program{out: spoiler{temporary}, err: &said, dir: t.TempDir()}
	if code := p.run(t.Context(), []string{"demo"}); code != 1 || !strings.Contains(said.String(), "marit") {
		t.Errorf("exit code %d, %q; want 1 and the reason", code, said.String())
	}
	bare(t, temporary)
}

// The first demo has the ports that are easy to type, a second one others.
func TestBerthThatIsTakenHasAnotherBesideIt(t *testing.T) {
	t.Parallel()
	first := testkit.Listen(t)
	defer first.Close()
	host, port, _ := strings.Cut(first.Addr().String(), ":")
	second, err := berth(host, port)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if got := second.Addr().String(); !strings.HasPrefix(got, host+":") || got == first.Addr().String() {
		t.Errorf("got %s, want another port of %s", got, host)
	}
}

// Some systems have one loopback address.
func TestBerthWhoseHostIsNoneOfThisMachineIsOnTheFirstLoopback(t *testing.T) {
	t.Parallel()
	l, err := berth("192.0.2.1", "0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if got := l.Addr().String(); !strings.HasPrefix(got, "127.0.0.1:") {
		t.Errorf("got %s, want one on 127.0.0.1", got)
	}
}
