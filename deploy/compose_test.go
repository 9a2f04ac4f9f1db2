// Package deploy has no code: its tests look at the files of this folder as the
// programs do that read them.
package deploy

import (
	"context"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// compositions are the ways in which the files are given to docker compose.
var compositions = map[string][]string{
	"minimal": {"compose.minimal.yaml"},
	"whole":   {"compose.yaml"},
	"scale":   {"compose.yaml", "compose.scale.yaml"},
}

// dotenv is what people write into .env.
var dotenv = []string{"DOMAIN=social.example.org"}

func compose(files, env []string, more ...cli.ProjectOptionsFn) (*types.Project, error) {
	o, err := cli.NewProjectOptions(files, append(more, cli.WithEnv(env))...)
	if err != nil {
		return nil, err
	}
	return o.LoadProject(context.Background())
}

// onEach runs a test on the services of every composition.
func onEach(t *testing.T, test func(t *testing.T, p *types.Project, s types.ServiceConfig)) {
	t.Helper()
	for name, files := range compositions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := compose(files, dotenv)
			if err != nil {
				t.Fatal(err)
			}
			for name, s := range p.Services {
				t.Run("service "+name, func(t *testing.T) { // make check counts those that are called postgres as of the engine
					t.Parallel()
					test(t, p, s)
				})
			}
		})
	}
}

func TestDomainMustBeSaid(t *testing.T) {
	t.Parallel()
	for name, files := range compositions {
		if _, err := compose(files, nil); err == nil || !strings.Contains(err.Error(), "DOMAIN") {
			t.Errorf("%s: without DOMAIN got %v, want that said", name, err)
		}
	}
}

func TestServicesRunWithNoMoreThanTheyNeed(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, _ *types.Project, s types.ServiceConfig) {
		for fault, is := range map[string]bool{
			"its root is not read-only":               !s.ReadOnly,
			"it keeps capabilities":                   !slices.Equal(s.CapDrop, []string{"ALL"}),
			"it may gain privileges":                  !slices.Contains(s.SecurityOpt, "no-new-privileges:true"),
			"it is privileged":                        s.Privileged || s.NetworkMode == "host" || s.Pid != "" || s.Ipc != "" || len(s.Devices) > 0,
			"its memory is not limited":               s.MemLimit <= 0,
			"it does not come back":                   s.Restart != types.RestartPolicyUnlessStopped,
			"nobody looks whether it lives":           s.HealthCheck == nil || len(s.HealthCheck.Test) == 0,
			"its log grows for ever":                  s.Logging == nil || s.Logging.Driver != "local",
			"it has capabilities and is not Caddy":    len(s.CapAdd) > 0 && s.Name != "caddy",
			"it has more capabilities than for ports": len(s.CapAdd) > 0 && !slices.Equal(s.CapAdd, []string{"NET_BIND_SERVICE"}),
			"it has ports and is not Caddy":           len(s.Ports) > 0 && s.Name != "caddy",
			"it is not the server and on both sides":  len(s.Networks) > 1 && s.Build == nil,
		} {
			if is {
				t.Error(fault)
			}
		}
		for _, v := range s.Volumes {
			if _, err := os.Stat(v.Source); v.Type == types.VolumeTypeBind && (err != nil || !v.ReadOnly) {
				t.Errorf("%s is shown to it: %v; want a file that is here, and not to be written", v.Source, err)
			}
		}
	})
}

// pinned is an image's plain name with a version: from no registry in particular,
// and not whatever is newest.
var pinned = regexp.MustCompile(`^[a-z0-9-]+(/[a-z0-9-]+)?:v?[0-9][a-z0-9.-]*$`)

func TestImagesArePinned(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, _ *types.Project, s types.ServiceConfig) {
		if ours := s.Build != nil; ours != (s.Image == "skerry:local") || !ours && !pinned.MatchString(s.Image) {
			t.Errorf("the image is %s, want a version of it", s.Image)
		}
		if s.Build != nil && s.Build.Dockerfile != "deploy/Dockerfile" {
			t.Errorf("it is built from %s", s.Build.Dockerfile)
		}
	})
}

// secretWords are in the names of variables whose values nobody may read.
var secretWords = regexp.MustCompile(`PASSWORD|SECRET|TOKEN|_URL$`)

func TestSecretsAreInFilesAlone(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, p *types.Project, s types.ServiceConfig) {
		given := map[string]bool{}
		for _, secret := range s.Secrets {
			given["/run/secrets/"+secret.Source] = true
			if file := p.Secrets[secret.Source].File; !strings.HasSuffix(file, "/deploy/secrets/"+secret.Source) {
				t.Errorf("the secret %s is in %q, want it in the folder secrets", secret.Source, file)
			}
		}
		used := strings.Join(slices.Concat(s.Command, s.Entrypoint), " ")
		for name, value := range s.Environment {
			if strings.HasSuffix(name, "_FILE") {
				used += " " + *value
				if !given[*value] {
					t.Errorf("%s=%s is a file that the service is not given", name, *value)
				}
			} else if secretWords.MatchString(name) && name != "S3_PUBLIC_URL" {
				t.Errorf("%s is a secret in the open", name)
			}
		}
		for path := range given {
			if !strings.Contains(used, path) {
				t.Errorf("it is given %s and does not read it", path)
			}
		}
	})
}

// Where a variable is asked for, a default would be somebody's password.
func TestNoFileHasADefaultSecret(t *testing.T) {
	t.Parallel()
	defaults := regexp.MustCompile(`\$\{[A-Z0-9_]*(PASSWORD|SECRET|KEY|TOKEN)(_FILE)?:?-`)
	for _, file := range slices.Sorted(maps.Keys(fileSet())) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := defaults.Find(text); found != nil {
			t.Errorf("%s has %s…}", file, found)
		}
	}
}

func fileSet() map[string]bool {
	set := map[string]bool{}
	for _, files := range compositions {
		for _, file := range files {
			set[file] = true
		}
	}
	return set
}

func TestEveryComposeFileIsLookedAt(t *testing.T) {
	t.Parallel()
	all, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	known := fileSet()
	for _, f := range all {
		if strings.HasPrefix(f.Name(), "compose") && strings.HasSuffix(f.Name(), ".yaml") && !known[f.Name()] {
			t.Errorf("%s is in no composition", f.Name())
		}
	}
}

func TestScaleRunsEachRoleAndAsksItByThatRole(t *testing.T) {
	t.Parallel()
	p, err := compose(compositions["scale"], dotenv)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, s := range p.Services {
		if s.Build == nil {
			continue
		}
		role := strings.Join(s.Command, " ")
		got[role] += s.GetScale()
		if asked := strings.Join(s.HealthCheck.Test, " "); role != "serve --roles web" && !strings.HasSuffix(asked, strings.TrimPrefix(role, "serve")) {
			t.Errorf("%q is asked by %q", role, asked)
		}
	}
	want := map[string]int{"serve --roles web": 2, "serve --roles worker": 2, "serve --roles scheduler": 1}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMediaMayBeElsewhere(t *testing.T) {
	t.Parallel()
	p, err := compose(compositions["scale"], dotenv, cli.WithEnvFiles("r2.env"), cli.WithDotEnv)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range p.Services {
		if s.Build == nil {
			continue
		}
		for key, want := range map[string]string{
			"S3_ENDPOINT": "https://ACCOUNT.r2.cloudflarestorage.com", "S3_REGION": "auto", "S3_BUCKET": "skerry-media",
			"S3_ACCESS_KEY_ID": "of-the-token", "S3_PUBLIC_URL": "https://media.example.org",
		} {
			if got := s.Environment[key]; got == nil || *got != want {
				t.Errorf("%s: %s is %v, want that of r2.env", name, key, got)
			}
		}
	}
}
