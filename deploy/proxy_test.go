package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"skerry/internal/testkit"
	"skerry/internal/testkit/service"
)

// find gives the path of a program that reads a file of this folder.
func find(t *testing.T, name, debian string) string {
	t.Helper()
	path, err := service.Find(name, debian)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, file, text string) string {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestCaddyTakesItsFile(t *testing.T) {
	t.Parallel()
	text := read(t, "Caddyfile")
	before, split, ok := strings.Cut(text, "#\n# example.org")
	if !ok {
		t.Fatal("the Caddyfile has no example of a split domain")
	}
	split = strings.ReplaceAll("# example.org"+split, "\n# ", "\n")[2:]
	for name, c := range map[string]struct {
		text    string
		environ []string
	}{
		"alone":        {text, nil},
		"compose":      {text, []string{"DOMAIN=social.example.org", "UPSTREAM=skerry:8080"}},
		"several":      {text, []string{"DOMAIN=social.example.org", "UPSTREAM=127.0.0.1:8080 127.0.0.1:8081"}},
		"split domain": {before + "\n" + split, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			caddy := exec.Command(find(t, "caddy", "caddy"), "validate", "--adapter", "caddyfile", "--config", write(t, filepath.Join(dir, "Caddyfile"), c.text))
			caddy.Env = append(c.environ, "HOME="+dir)
			if out, err := caddy.CombinedOutput(); err != nil || strings.Contains(string(out), `"level":"warn"`) {
				t.Errorf("caddy validate: %v\n%s", err, out)
			}
		})
	}
}

// nginxFrame is what nginx.conf is put into, in a folder of the test.
const nginxFrame = `
daemon off;
pid nginx.pid;
error_log stderr error;
events {}
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	include site.conf;
}
`

func TestNginxTakesItsFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key := testkit.NewCA(t).Issue("social.example.org")
	write(t, filepath.Join(dir, "fullchain.pem"), string(cert))
	write(t, filepath.Join(dir, "privkey.pem"), string(key))
	site := strings.ReplaceAll(read(t, "nginx.conf"), "/etc/letsencrypt/live/social.example.org/", dir+"/")
	site = regexp.MustCompile(`listen (\[::\]:)?(80|443)`).ReplaceAllString(site, "listen ${1}1$2") // ports that anybody may open
	write(t, filepath.Join(dir, "site.conf"), site)
	c := exec.Command(find(t, "nginx", "nginx-light"), "-t", "-p", dir, "-e", "stderr", "-c", write(t, filepath.Join(dir, "nginx.conf"), nginxFrame))
	if out, err := c.CombinedOutput(); err != nil || strings.Contains(string(out), "[warn]") {
		t.Errorf("nginx -t: %v\n%s", err, out)
	}
}

// The program is no package of Debian, so its file is read by its rules: nothing
// that it does not know, and a last rule for every other name.
func TestTunnelLeadsToTheServer(t *testing.T) {
	t.Parallel()
	var doc struct {
		Tunnel      string
		Credentials string `yaml:"credentials-file"`
		Ingress     []struct {
			Hostname, Service string
			Origin            map[string]any `yaml:"originRequest"`
		}
	}
	d := yaml.NewDecoder(strings.NewReader(read(t, "cloudflared.yml")))
	d.KnownFields(true)
	if err := d.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Ingress) != 2 || doc.Tunnel == "" || doc.Credentials == "" {
		t.Fatalf("got %+v, want a tunnel with a rule for the domain and one for the rest", doc)
	}
	if ours := doc.Ingress[0]; ours.Hostname != "social.example.org" || ours.Service != "http://127.0.0.1:8080" {
		t.Errorf("the domain leads by %+v, want it where the server listens by default", ours)
	}
	if rest := doc.Ingress[1]; rest.Hostname != "" || rest.Service != "http_status:404" {
		t.Errorf("the last rule is %+v, want nothing for other names", rest)
	}
}

func TestUnitIsUnderstoodAndConfined(t *testing.T) {
	t.Parallel()
	systemd := find(t, "systemd-analyze", "systemd")
	unit := strings.ReplaceAll(read(t, "skerry.service"), "/usr/local/bin/skerry ", program(t)+" ") // what it starts must be there
	file := write(t, filepath.Join(t.TempDir(), "skerry.service"), unit)
	if out, err := exec.Command(systemd, "verify", "--man=no", file).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("systemd-analyze verify: %v, %s; want nothing to be said", err, out)
	}
	// Two of ten is what systemd calls OK; without the sandbox it is nine.
	if out, err := exec.Command(systemd, "security", "--offline=true", "--threshold=20", "--no-pager", file).CombinedOutput(); err != nil {
		t.Errorf("systemd-analyze security: %v\n%s", err, out)
	}
}
