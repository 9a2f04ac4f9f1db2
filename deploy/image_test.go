package deploy

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"skerry/internal/testkit"
)

// folder is where the tests build the program.
var folder string

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "skerry-deploy-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// build makes the program, once, as the Dockerfile says.
var build = sync.OnceValue(func() error {
	stages, err := readDockerfile("Dockerfile")
	if err != nil {
		return err
	}
	for _, run := range stages[0].every("RUN") {
		if !strings.Contains(run.rest, "go build") {
			continue
		}
		c := exec.Command("sh", "-ec", strings.Replace(run.rest, "-o /skerry", "-o "+folder+"/skerry", 1))
		c.Dir, c.Env = "..", append(os.Environ(), "TARGETOS=", "TARGETARCH=", "VERSION=of-a-test")
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", run.rest, err, out)
		}
	}
	return nil
})

// program is the path of the server as the image has it.
func program(t *testing.T) string {
	t.Helper()
	if err := build(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, "skerry")
}

// image is what the last stage of the Dockerfile makes: a folder with what it
// copies, and how the program is run.
type image struct {
	t          *testing.T
	root, data string // data is mounted at the volume
	volume     string
	environ    []string
	entrypoint []string
	health     []string
}

func newImage(t *testing.T) *image {
	t.Helper()
	stages, err := readDockerfile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	last := stages[len(stages)-1]
	get := func(word string) instruction {
		i, err := last.only(word)
		if err != nil {
			t.Fatalf("the image: %v", err)
		}
		return i
	}
	if from := get("FROM").rest; from != "scratch" {
		t.Fatalf("the image begins with %s: it is not only what is copied", from)
	}
	if user := get("USER").rest; user != "65532:65532" {
		t.Errorf("the image runs as %s", user)
	}
	i := &image{t: t, root: t.TempDir(), data: t.TempDir(), volume: get("VOLUME").rest, environ: strings.Fields(get("ENV").rest)}
	for _, c := range last.every("COPY") {
		i.copy(strings.Fields(c.rest))
	}
	for to, from := range map[*[]string]instruction{&i.entrypoint: get("ENTRYPOINT"), &i.health: get("HEALTHCHECK")} {
		if *to, err = from.words(); err != nil {
			t.Fatalf("%s: %v", from.word, err)
		}
	}
	for _, dir := range []string{i.root, i.data} {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if os.Getuid() == 0 {
		if err := os.Chown(i.data, 65532, 65532); err != nil {
			t.Fatal(err)
		}
	}
	return i
}

// copy brings a file to its place: the program from where it was built, what is of
// Debian, as the image that builds is, from this machine. The folder of the volume
// is empty.
func (i *image) copy(fromTo []string) {
	i.t.Helper()
	from, to := fromTo[0], filepath.Join(i.root, fromTo[1])
	if from == i.volume {
		if err := os.MkdirAll(to, 0o755); err != nil {
			i.t.Fatal(err)
		}
		return
	}
	if from == "/skerry" {
		from = program(i.t)
	}
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o755)
	}
	if err == nil {
		err = os.WriteFile(to, text, 0o755)
	}
	if err != nil {
		i.t.Fatalf("COPY %s: %v", fromTo, err)
	}
}

// contain runs a program in the folder $1 as the engine does: read-only, with $2
// at $3, as the image's user and with no rights. Root becomes that user; anybody
// else is it in a namespace of their own.
const contain = `
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
mount --bind "$2" "$1$3"
cd "$1"
root=$1
shift 3
if [ -n "$AS_ROOT" ]; then
	exec setpriv --bounding-set=-all,+sys_chroot,+setuid,+setgid --inh-caps=-all --no-new-privs chroot --userspec=65532:65532 --groups= "$root" "$@"
fi
exec unshare --user --map-user=65532 --map-group=65532 --root="$root" --wd=/ "$@"`

// start runs a program in a container of the image.
func (i *image) start(args []string, settings ...string) *testkit.Process {
	i.t.Helper()
	unshare := []string{"--mount"}
	environ := append([]string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "AS_ROOT=1"}, append(i.environ, settings...)...)
	if os.Getuid() != 0 {
		unshare, environ[1] = append(unshare, "--map-root-user"), "AS_ROOT="
	}
	unshare = append(unshare, "sh", "-ec", contain, "sh", i.root, i.data, i.volume)
	return start(i.t, "unshare", environ, append(unshare, args...)...)
}

// trust adds an authority to those that the image believes.
func (i *image) trust(ca *testkit.CA) {
	i.t.Helper()
	f, err := os.OpenFile(filepath.Join(i.root, "etc/ssl/certs/ca-certificates.crt"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.Write(append([]byte("\n"), testkit.PEM(ca.Cert)...))
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		i.t.Fatal(err)
	}
}

// TestImageServes runs the image without an engine, and lets a stranger follow
// whose server is only believed through the authorities that the image ships.
func TestImageServes(t *testing.T) {
	t.Parallel()
	i, ca := newImage(t), testkit.NewCA(t)
	i.trust(ca)
	peer := testkit.NewTLSPeer(t, ca)
	bert := peer.Person("bert")
	eve := testkit.NewTLSPeer(t, testkit.NewCA(t)).Person("eve") // of an authority that nobody knows
	l := testkit.Listen(t)
	l.Close()
	at := l.Addr().String()
	settings := []string{
		"DOMAIN=" + at, "LISTEN=" + at, "ALLOW_PRIVATE_PEERS=127.0.0.0/8", "LOG_LEVEL=debug", "OWNER_USERNAME=anna", "OWNER_PASSWORD=correct horse battery",
	}
	s := i.start(i.entrypoint, settings...)
	hear(t, s, "msg=serving")
	wantPowerless(t, s.PID())
	health := i.start(i.health, settings...)
	<-health.Ended()
	if health.Code() != 0 || health.Said() != "ready\n" {
		t.Errorf("HEALTHCHECK: %d, %q, want it ready", health.Code(), health.Said())
	}

	owner := "http://" + at + "/users/anna"
	if status, said := bert.Send(owner+"/inbox", bert.Activity("Follow", "f1", owner)); status != 202 {
		t.Errorf("bert's Follow: got %d %s, want 202", status, said)
	}
	until(t, "bert's Follow was accepted", func() bool { return len(peer.Got("Accept")) == 1 })
	if status, said := eve.Send(owner+"/inbox", eve.Activity("Follow", "f1", owner)); status < 400 {
		t.Errorf("eve's Follow: got %d %s, want it refused: nobody vouches for her server", status, said)
	}
	if err := s.Stop(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(i.data, "skerry.db")); err != nil {
		t.Errorf("what it keeps is not in the volume: %v", err)
	}
}

// wantPowerless wants a process to be the image's user, with no rights.
func wantPowerless(t *testing.T, pid int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(status, []byte("\nCapEff:\t0000000000000000\n")) {
		t.Error("it has capabilities")
	}
	if os.Getuid() == 0 && !bytes.Contains(status, []byte("\nUid:\t65532\t65532\t65532\t65532\n")) {
		t.Errorf("it is not the image's user:\n%s", status)
	}
}

// What the image must hold is a program that needs nothing else.
func TestProgramIsStatic(t *testing.T) {
	t.Parallel()
	out, err := exec.Command(program(t), "version").Output()
	if err != nil || string(out) != "skerry of-a-test\n" {
		t.Errorf("version: got %q, %v", out, err)
	}
	if _, err := os.Stat("Dockerfile.dockerignore"); err != nil {
		t.Errorf("the whole folder, secrets too, would be sent to the engine: %v", err)
	}
}
