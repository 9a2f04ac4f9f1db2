package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var wholeBucket = []string{"S3_ENDPOINT=https://S3.example/", "S3_BUCKET=media", "S3_ACCESS_KEY_ID=key", "S3_SECRET_ACCESS_KEY=secret"}

func TestBucketIsUsedWhenAllOfItIsSet(t *testing.T) {
	t.Parallel()
	c, err := load(t, "", append([]string{"S3_PUBLIC_URL=https://cdn.example/files/"}, wholeBucket...)...)
	if err != nil {
		t.Fatal(err)
	}
	want := S3{"https://S3.example", "us-east-1", "media", "key", "secret", "https://cdn.example/files"}
	if diff := cmp.Diff(want, c.S3); diff != "" || !c.S3.Used() {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if none, err := load(t, ""); err != nil || none.S3.Used() || none.RemoteMedia != MediaCache {
		t.Errorf("with nothing set: got %+v, %v, want no bucket and the cache", none, err)
	}
}

func TestHalfABucketIsRefusedByWhatItLacks(t *testing.T) {
	t.Parallel()
	for i := range wholeBucket {
		name, _, _ := strings.Cut(wholeBucket[i], "=")
		half := append(append([]string{}, wholeBucket[:i]...), wholeBucket[i+1:]...)
		if _, err := load(t, "", half...); err == nil || !strings.HasPrefix(err.Error(), name+": not set, while S3_") || strings.Contains(err.Error(), "\n") {
			t.Errorf("without %s: got %v, want one line that names it", name, err)
		}
	}
	if _, err := load(t, "S3_PUBLIC_URL=https://cdn.example"); err == nil || !strings.Contains(err.Error(), "while S3_PUBLIC_URL is") {
		t.Errorf("a public address without a bucket: got %v", err)
	}
}

func TestFormsOfS3(t *testing.T) {
	t.Parallel()
	for line, ok := range map[string]bool{
		"S3_ENDPOINT=http://127.0.0.1:9000":        true,
		"S3_ENDPOINT=https://x.r2.example":         true,
		"S3_ENDPOINT=s3.example":                   false,
		"S3_ENDPOINT=https://s3.example/bucket":    false,
		"S3_ENDPOINT=https://s3.example?x=1":       false,
		"S3_ENDPOINT=https://":                     false,
		"S3_ENDPOINT=https://me:hidden@s3.example": false,
		"S3_ENDPOINT=ftp://s3.example":             false,
		"S3_BUCKET=my.media-1":                     true,
		"S3_BUCKET=ab":                             false,
		"S3_BUCKET=Media":                          false,
		"S3_BUCKET=https://s3.example/media":       false,
		"S3_REGION=auto":                           true,
		"S3_REGION=eu central":                     false,
		"S3_PUBLIC_URL=https://cdn.example/a/b":    true,
		"S3_PUBLIC_URL=cdn.example":                false,
		"S3_PUBLIC_URL=https://cdn.example/?a=b":   false,
		"S3_PUBLIC_URL=https://cdn.example; img *": false,
		"S3_PUBLIC_URL=https://cdn.example/'none'": false,
		"REMOTE_MEDIA=Proxy":                       true,
		"REMOTE_MEDIA=on":                          false,
	} {
		name, _, _ := strings.Cut(line, "=")
		var environ []string
		for _, set := range wholeBucket {
			if !strings.HasPrefix(set, name+"=") {
				environ = append(environ, set)
			}
		}
		_, err := load(t, "", append(environ, line)...)
		if (err == nil) != ok || err != nil && (!strings.HasPrefix(err.Error(), name+": ") || strings.Contains(err.Error(), "hidden")) {
			t.Errorf("%s: got %v, want it taken: %t", line, err, ok)
		}
	}
}
