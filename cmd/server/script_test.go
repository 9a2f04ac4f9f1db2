package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"skerry/internal/config"
	"skerry/internal/testkit"
)

// TestMain makes the test binary the program, when it is called skerry.
func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"skerry": main}) }

// TestScripts runs what people and their scripts type, on each engine.
func TestScripts(t *testing.T) {
	t.Parallel()
	for name, file := range scripts(t, "testdata/script/*.txtar") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.Engines(t, func(t *testing.T, dsn string) { runScript(t, file, dsn) })
		})
	}
}

// TestScriptsWithoutDatabase runs those that come to no database, or name their own.
func TestScriptsWithoutDatabase(t *testing.T) {
	t.Parallel()
	for name, file := range scripts(t, "testdata/script/plain/*.txtar") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runScript(t, file, "")
		})
	}
}

func scripts(t *testing.T, pattern string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts at %s: %v", pattern, err)
	}
	all := map[string]string{}
	for _, file := range files {
		all[strings.TrimSuffix(filepath.Base(file), ".txtar")] = file
	}
	return all
}

func runScript(t *testing.T, file, dsn string) {
	t.Helper()
	at, other := address(t), address(t)
	s := &scene{}
	f := &follower{t: t}
	testscript.RunT(scripted{t}, testscript.Params{
		Files:    []string{file},
		Deadline: time.Now().Add(3 * patience), // what was to be refused might run for ever
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, home(at, dsn)...)
			e.Vars = append(e.Vars, "ADDRESS="+at, "OTHER="+other)
			e.Defer(s.close)
			return nil
		},
		Condition: func(c string) (bool, error) {
			switch c {
			case "sqlite":
				return dsn == "", nil
			case "postgres":
				return dsn != "", nil
			}
			return false, fmt.Errorf("there is no condition %s", c)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "let": let, "until": prints, "serve": s.serve, "link": s.link, "quit": s.quit,
			"get": func(ts *testscript.TestScript, _ bool, args []string) { ask(ts, http.MethodGet, args[0], nil) },
			"post": func(ts *testscript.TestScript, _ bool, args []string) {
				ask(ts, http.MethodPost, args[0], strings.NewReader(form(ts, args[1:])))
			},
			"follow": f.follow, "answer": f.answer, "got": f.got,
			"occupy": s.occupy, "strictpostgres": s.strictPostgres,
		},
	})
}

// scripted runs a script at once where testscript would let it wait for others:
// its deadline counts already, and the test around it runs beside others anyway.
type scripted struct{ *testing.T }

func (scripted) Parallel()       {}
func (s scripted) Verbose() bool { return testing.Verbose() }

func (s scripted) Run(name string, run func(testscript.T)) {
	s.T.Run(name, func(t *testing.T) { run(scripted{t}) })
}

// exits CODE PROGRAM ARGS… wants an exit code. What fails says why in lines that
// begin with the program's name, and says nothing else.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	if want == 0 {
		return
	}
	said := ts.ReadFile("stderr")
	for line := range strings.Lines(said) {
		if !strings.HasPrefix(line, "skerry: ") {
			ts.Fatalf("stderr has the line %q, want one that begins with the program's name", line)
		}
	}
	if said == "" || ts.ReadFile("stdout") != "" {
		ts.Fatalf("stderr %q, stdout %q; want a sentence and nothing", said, ts.ReadFile("stdout"))
	}
}

// let NAME [PATTERN] keeps the last standard output as a variable, or what the
// group of the pattern found there.
func let(ts *testscript.TestScript, _ bool, args []string) {
	text := strings.TrimSpace(ts.ReadFile("stdout"))
	if len(args) > 1 {
		found := regexp.MustCompile(args[1]).FindStringSubmatch(text)
		if len(found) != 2 {
			ts.Fatalf("%s is not in:\n%s", args[1], text)
		}
		text = found[1]
	}
	ts.Setenv(args[0], text)
}

// form NAME=VALUE… with variables put in, inside single quotes too.
func form(ts *testscript.TestScript, args []string) string {
	values := url.Values{}
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok {
			ts.Fatalf("%q is not NAME=VALUE", arg)
		}
		values.Set(name, value)
	}
	return values.Encode()
}

// ask sends a request, with the token that $TOKEN holds, and prints the status
// and the body.
func ask(ts *testscript.TestScript, method, address string, body io.Reader) {
	r, err := http.NewRequest(method, address, body)
	ts.Check(err)
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if token := ts.Getenv("TOKEN"); token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	ts.Check(err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%d %s\n%s\n", res.StatusCode, res.Header.Get("Location"), text)
}

// scene is what runs beside a script.
type scene struct {
	server *testkit.Process
	others []io.Closer
}

func (s *scene) close() {
	if s.server != nil {
		s.server.Kill()
	}
	for _, o := range s.others {
		_ = o.Close()
	}
}

// serve starts the server with the script's settings and waits until it answers.
func (s *scene) serve(ts *testscript.TestScript, _ bool, args []string) {
	environ := []string{"PATH=" + os.Getenv("PATH")}
	for _, set := range config.Reference() {
		environ = append(environ, set.Name+"="+ts.Getenv(set.Name), set.Name+"_FILE="+ts.Getenv(set.Name+"_FILE"))
	}
	var err error
	s.server, err = testkit.Launch("skerry", ts.MkAbs("."), environ, append([]string{"serve"}, args...)...)
	ts.Check(err)
	ts.Check(hear(s.server, "msg=serving"))
}

// link puts the one-time link that the server printed into $LINK.
func (s *scene) link(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(hear(s.server, "/setup/"))
	_, rest, _ := strings.Cut(s.server.Said(), "/setup/")
	token, _, _ := strings.Cut(rest, "\n")
	ts.Setenv("LINK", "http://"+ts.Getenv("ADDRESS")+"/setup/"+token)
}

// quit ends the server as systemd and Docker do, wants a clean end, and prints
// what the server said.
func (s *scene) quit(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(s.server.Stop(syscall.SIGTERM))
	fmt.Fprint(ts.Stdout(), s.server.Said())
}

// occupy ADDRESS listens there until the script ends.
func (s *scene) occupy(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", args[0])
	ts.Check(err)
	s.others = append(s.others, l)
}

// strictPostgres NAME puts the address of a Postgres that refuses every password
// into a variable.
func (s *scene) strictPostgres(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	s.others = append(s.others, l)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go refusePassword(c)
		}
	}()
	ts.Setenv(args[0], l.Addr().String())
}

// refusePassword speaks just enough of Postgres's protocol: it asks for a
// password, and whatever comes is wrong.
func refusePassword(c net.Conn) {
	defer c.Close()
	question := []byte{'R', 0, 0, 0, 8, 0, 0, 0, 3}
	refusal := []byte("SFATAL\x00VFATAL\x00C28P01\x00Mpassword authentication failed for user \"me\"\x00\x00")
	answer := append([]byte{'E', 0, 0, 0, byte(len(refusal) + 4)}, refusal...)
	read := make([]byte, 4096)
	for _, message := range [][]byte{question, answer} {
		if _, err := c.Read(read); err != nil {
			return
		}
		if _, err := c.Write(message); err != nil {
			return
		}
	}
}
