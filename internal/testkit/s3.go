package testkit

import (
	"crypto/rand"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skerry/internal/config"
)

// Bucket is a bucket of its own in the S3 store of the tests.
type Bucket struct {
	Endpoint, Name, Key, Secret string
	Folder                      string // where the store keeps what is in the bucket
	PublicURL                   string // where everybody could read it; "": nowhere
}

// S3 makes a bucket for a test. Without a store the test fails: it does not skip.
func S3(t testing.TB) Bucket {
	t.Helper()
	u, err := url.Parse(os.Getenv(s3Env))
	if err != nil || u.Host == "" {
		t.Fatalf("%s is not set: run the tests with make check, which starts a private S3 store", s3Env)
	}
	secret, _ := u.User.Password()
	name := "t-" + strings.ToLower(rand.Text())
	b := Bucket{Endpoint: "http://" + u.Host, Name: name, Key: u.User.Username(), Secret: secret, Folder: filepath.Join(u.Query().Get("folder"), name)}
	if err := os.Mkdir(b.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(b.Folder); err != nil {
			t.Error(err)
		}
	})
	return b
}

// Use makes the settings lead to the bucket.
func (b Bucket) Use(c *config.Config) {
	c.S3 = config.S3{Endpoint: b.Endpoint, Region: "us-east-1", Bucket: b.Name, AccessKeyID: b.Key, SecretAccessKey: b.Secret, PublicURL: b.PublicURL}
}

// Cabled gives the bucket behind a cable that the test can cut.
func (b Bucket) Cabled(t testing.TB) (Bucket, *Cable) {
	t.Helper()
	cable := NewCable(t, strings.TrimPrefix(b.Endpoint, "http://"))
	b.Endpoint = "http://" + cable.Address
	return b, cable
}
