package deploy

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"

	"skerry/internal/testkit"
)

// fleet is the server of compose.yaml and compose.scale.yaml as processes: with
// their commands, settings and proxy, over the services of the tests.
type fleet struct {
	t       *testing.T
	domain  string
	bucket  testkit.Bucket
	secrets string // folder
	crew    map[string]*member
	proxy   net.Addr
	client  *http.Client
}

// member is one process of the fleet. It may end and be started again.
type member struct {
	*testkit.Process
	service types.ServiceConfig
	environ []string
	address string
}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	door := testkit.Listen(t)
	door.Close() // the proxy opens it again
	_, port, err := net.SplitHostPort(door.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	f := &fleet{
		t: t, domain: "skerry.test:" + port, bucket: testkit.S3(t), secrets: t.TempDir(), crew: map[string]*member{}, proxy: door.Addr(),
	}
	redis, _ := testkit.Redis(t)
	for name, secret := range map[string]string{
		"secret_key": strings.Repeat("k", 40), "database_url": testkit.Postgres(t), "redis_url": redis, "s3_secret_access_key": f.bucket.Secret,
	} {
		write(t, filepath.Join(f.secrets, name), secret)
	}
	p, err := compose(compositions["scale"], []string{
		"DOMAIN=" + f.domain, "S3_ENDPOINT=" + f.bucket.Endpoint, "S3_BUCKET=" + f.bucket.Name, "S3_ACCESS_KEY_ID=" + f.bucket.Key,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range p.Services {
		for i := range s.GetScale() {
			if s.Build != nil {
				f.crew[fmt.Sprintf("%s %d", s.Name, i+1)] = f.newMember(s)
			}
		}
	}
	var all sync.WaitGroup
	for name := range f.crew {
		all.Go(func() { f.start(name) })
	}
	all.Wait()
	f.open(p.Services["caddy"])
	return f
}

func (f *fleet) newMember(s types.ServiceConfig) *member {
	f.t.Helper()
	l := testkit.Listen(f.t)
	defer l.Close()
	m := &member{service: s, address: l.Addr().String()}
	for key, value := range s.Environment {
		m.environ = append(m.environ, key+"="+strings.Replace(*value, "/run/secrets", f.secrets, 1))
	}
	m.environ = append(m.environ, // what the image says, and what is only so here
		"DATA_DIR="+f.t.TempDir(), "LISTEN="+m.address, "TRUSTED_PROXIES=127.0.0.0/8", "ALLOW_PRIVATE_PEERS=127.0.0.0/8", "LOG_LEVEL=info", "TMPDIR="+f.secrets)
	return m
}

// start starts a process, and wants it healthy as the engine would ask.
func (f *fleet) start(name string) {
	f.t.Helper()
	m := f.crew[name]
	m.Process = start(f.t, program(f.t), m.environ, m.service.Command...)
	up := "working, without answering requests"
	if slices.Contains(m.service.Command, "web") {
		up = "msg=serving"
	}
	hear(f.t, m.Process, up)
	health := start(f.t, program(f.t), m.environ, m.service.HealthCheck.Test[2:]...) // behind CMD and the program
	<-health.Ended()
	if health.Code() != 0 {
		f.t.Errorf("%s is not healthy: %s", name, health.Said())
	}
}

// open starts the proxy with the project's Caddyfile, which is only told to use a
// certificate of the test, on an address of the test.
func (f *fleet) open(caddy types.ServiceConfig) {
	f.t.Helper()
	dir, ca := f.t.TempDir(), testkit.NewCA(f.t)
	host, _, _ := strings.Cut(f.domain, ":")
	ip, _, _ := net.SplitHostPort(f.proxy.String())
	cert, key := ca.Issue(host)
	text := "{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + strings.Replace(read(f.t, "Caddyfile"), "} {\n", fmt.Sprintf("} {\n\tbind %s\n\ttls %s %s\n",
		ip, write(f.t, filepath.Join(dir, "cert.pem"), string(cert)), write(f.t, filepath.Join(dir, "key.pem"), string(key))), 1)
	environ := []string{"HOME=" + dir}
	for name, value := range caddy.Environment {
		environ = append(environ, name+"="+strings.ReplaceAll(*value, "skerry:8080", f.crew["skerry 1"].address+" "+f.crew["skerry 2"].address))
	}
	file := write(f.t, filepath.Join(dir, "Caddyfile"), text)
	hear(f.t, start(f.t, find(f.t, "caddy", "caddy"), environ, "run", "--adapter", "caddyfile", "--config", file), "serving initial configuration")
	f.client = &http.Client{Timeout: patience, Transport: &http.Transport{
		TLSClientConfig: ca.Trust(),
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) { // the name is known to nobody
			var d net.Dialer
			return d.DialContext(ctx, network, f.proxy.String())
		},
	}}
}

// command runs a command beside the processes, and gives what it said.
func (f *fleet) command(args ...string) string {
	f.t.Helper()
	c := start(f.t, program(f.t), append(slices.Clone(f.crew["skerry 1"].environ), "LOG_LEVEL=error", "OWNER_PASSWORD=correct horse battery"), args...)
	<-c.Ended()
	if c.Code() != 0 {
		f.t.Fatalf("skerry %v: exit code %d:\n%s", args, c.Code(), c.Said())
	}
	return strings.TrimSpace(c.Said())
}

// kill ends a process as a machine does that loses its power.
func (f *fleet) kill(name string) { f.crew[name].Kill() }

// stop ends all as docker compose down does, and wants a clean end in time.
func (f *fleet) stop() {
	f.t.Helper()
	var all sync.WaitGroup
	for name, m := range f.crew {
		all.Go(func() {
			if err := m.Stop(syscall.SIGTERM); err != nil {
				f.t.Errorf("%s: %v", name, err)
			}
		})
	}
	all.Wait()
}

// stored counts what is in the bucket.
func (f *fleet) stored() (n int) {
	f.t.Helper()
	err := filepath.WalkDir(f.bucket.Folder, func(_ string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			n++
		}
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}
