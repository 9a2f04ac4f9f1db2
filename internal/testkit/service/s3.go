package service

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
)

// versitygw is a store that speaks S3 over a folder. It is built from the module
// proxy once and kept in the user's cache: no package of Debian has one, and our
// go.mod shall not name it.
const versitygw = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"

// S3 is a private store that speaks S3.
type S3 struct {
	*service
	key, secret string
}

// StartS3 serves the buckets of a temporary folder on a free port of the loopback
// address.
func StartS3(ctx context.Context) (*S3, error) {
	path, err := gateway(ctx)
	if err != nil {
		return nil, err
	}
	s, err := newService("s3", nil)
	if err != nil {
		return nil, err
	}
	v := &S3{service: s, key: "skerry", secret: rand.Text()}
	for _, dir := range []string{v.folder(), v.notes()} {
		if err == nil {
			err = os.Mkdir(dir, 0o700)
		}
	}
	if err == nil { // not every file system has the attributes that it would keep its notes in
		err = v.serve(ctx, v.answers, path, "--access", v.key, "--secret", v.secret, "--port", v.address(), "--quiet",
			"posix", "--sidecar", v.notes(), v.folder())
	}
	if err != nil {
		v.Stop()
		return nil, err
	}
	return v, nil
}

// folder is where a folder is a bucket.
func (v *S3) folder() string { return filepath.Join(v.dir, "buckets") }

func (v *S3) notes() string { return filepath.Join(v.dir, "notes") }

// URL has the address, key and secret, and as its query the folder of the buckets.
func (v *S3) URL() string {
	u := url.URL{Scheme: "http", User: url.UserPassword(v.key, v.secret), Host: v.address(), RawQuery: url.Values{"folder": {v.folder()}}.Encode()}
	return u.String()
}

// Settings makes a bucket and gives the settings that lead to it.
func (v *S3) Settings(bucket string) ([]string, error) {
	err := os.Mkdir(filepath.Join(v.folder(), bucket), 0o700)
	return []string{
		"S3_ENDPOINT=http://" + v.address(), "S3_BUCKET=" + bucket, "S3_ACCESS_KEY_ID=" + v.key, "S3_SECRET_ACCESS_KEY=" + v.secret,
	}, err
}

// gateway gives the program, which is built when it is not there yet.
func gateway(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "skerry-check")
	path := filepath.Join(dir, "versitygw-v1.8.0")
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return path, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	build, err := os.MkdirTemp(dir, "build-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(build)
	fmt.Println("building versitygw, an S3 server, once: this takes about two minutes")
	c := exec.CommandContext(ctx, "go", "install", "-trimpath", "-ldflags", "-s -w", versitygw)
	c.Dir, c.Env = build, append(os.Environ(), "GOBIN="+build, "GOFLAGS=", "CGO_ENABLED=0", "GOWORK=off")
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", versitygw, err, out)
	}
	return path, os.Rename(filepath.Join(build, "versitygw"), path)
}
