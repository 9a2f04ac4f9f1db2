package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// madeSecrets runs secrets.sh in a folder of its own, and gives that.
func madeSecrets(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	text, err := os.ReadFile("secrets.sh")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "secrets.sh"), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	makeSecrets(t, dir)
	return dir
}

func makeSecrets(t *testing.T, dir string) {
	t.Helper()
	if out, err := exec.Command("sh", filepath.Join(dir, "secrets.sh"), "social.example.org").CombinedOutput(); err != nil {
		t.Fatalf("secrets.sh: %v\n%s", err, out)
	}
}

// readAll gives the files of a folder with what is in them.
func readAll(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = strings.TrimSpace(string(text))
	}
	return all
}

func TestSecretsFitTogether(t *testing.T) {
	t.Parallel()
	dir := madeSecrets(t)
	folder, err := os.Stat(filepath.Join(dir, "secrets"))
	if err != nil || folder.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v, want it closed to others", folder, err)
	}
	all := readAll(t, filepath.Join(dir, "secrets"))
	for name, want := range map[string]string{
		"database_url": "postgres://skerry:" + all["postgres_password"] + "@postgres:5432/skerry?sslmode=disable",
		"redis_url":    "redis://:" + strings.TrimPrefix(all["redis_conf"], "requirepass ") + "@redis:6379/0",
	} {
		if all[name] != want {
			t.Errorf("%s: got %q, want %q", name, all[name], want)
		}
	}
	seen := map[string]string{}
	for _, name := range []string{"secret_key", "s3_secret_access_key", "postgres_password", "redis_conf"} {
		secret := strings.TrimPrefix(all[name], "requirepass ")
		if other := seen[secret]; len(secret) != 64 || other != "" {
			t.Errorf("%s: got %q, want 32 random bytes that are not those of %q", name, secret, other)
		}
		seen[secret] = name
	}
	p, err := compose(compositions["whole"], dotenv)
	if err != nil {
		t.Fatal(err)
	}
	for name := range p.Secrets {
		if all[name] == "" {
			t.Errorf("compose.yaml asks for the secret %s, which is not made", name)
		}
	}
	if len(all) != len(p.Secrets) {
		t.Errorf("%d secrets are made, %d asked for", len(all), len(p.Secrets))
	}
}

// Who runs the script again keeps what the database was made with.
func TestSecretsThatAreThereStay(t *testing.T) {
	t.Parallel()
	dir := madeSecrets(t)
	env := filepath.Join(dir, ".env")
	if err := os.WriteFile(env, []byte("DOMAIN=other.example.org\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := readAll(t, filepath.Join(dir, "secrets"))
	makeSecrets(t, dir)
	if diff := cmp.Diff(before, readAll(t, filepath.Join(dir, "secrets"))); diff != "" {
		t.Errorf("a second run changed them (-before +after)\n%s", diff)
	}
	if text, err := os.ReadFile(env); err != nil || string(text) != "DOMAIN=other.example.org\n" {
		t.Errorf(".env: got %q, %v, want it as it was", text, err)
	}
}

// TestServerTakesTheSettingsOfCompose hands every composition's settings to the
// server, with the secrets where they would be.
func TestServerTakesTheSettingsOfCompose(t *testing.T) {
	t.Parallel()
	secrets := filepath.Join(madeSecrets(t), "secrets")
	for name, files := range compositions {
		p, err := compose(files, dotenv)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range p.Services {
			if s.Build == nil {
				continue
			}
			c := exec.Command(program(t), "config")
			c.Dir = t.TempDir()
			for key, value := range s.Environment {
				c.Env = append(c.Env, key+"="+strings.Replace(*value, "/run/secrets", secrets, 1))
			}
			out, err := c.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "DOMAIN=social.example.org\n") {
				t.Errorf("%s, %s: %v\n%s", name, s.Name, err, out)
			}
			if name != "minimal" && !strings.Contains(string(out), "@postgres:5432/skerry") {
				t.Errorf("%s, %s: it does not use Postgres:\n%s", name, s.Name, out)
			}
		}
	}
}
