package config

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// S3 is where media are kept, when that is not a folder: a bucket of a store that
// speaks S3.
type S3 struct {
	Endpoint, Region, Bucket     string
	AccessKeyID, SecretAccessKey string
	PublicURL                    string // where everybody can read the bucket; "": nowhere
}

// Used reports whether media are kept in a bucket.
func (s S3) Used() bool { return s.Bucket != "" }

// PublicOrigin is scheme and host of where everybody can read the bucket.
func (s S3) PublicOrigin() string {
	u, err := url.Parse(s.PublicURL)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// s3Needs are the settings that only all together name a bucket.
var s3Needs = []string{"S3_ENDPOINT", "S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"}

// wholeS3 refuses half a bucket.
func wholeS3(values map[string]string) error {
	var has, lacks []string
	for _, name := range s3Needs {
		if values[name] == "" {
			lacks = append(lacks, name)
		} else {
			has = append(has, name)
		}
	}
	if values["S3_PUBLIC_URL"] != "" {
		has = append(has, "S3_PUBLIC_URL")
	}
	if len(has) == 0 || len(lacks) == 0 {
		return nil
	}
	return fmt.Errorf("%s: not set, while %s is: set all of %s, or none of them to keep media in DATA_DIR",
		strings.Join(lacks, ", "), strings.Join(has, ", "), strings.Join(s3Needs, ", "))
}

func setS3Endpoint(c *Config, v string) error {
	if v == "" {
		return nil
	}
	u, ok := parse(strings.TrimSuffix(v, "/"), "https", "http")
	if !ok || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" {
		return errors.New("it is not of the form https://host or http://host:port: the address of the API, without the bucket")
	}
	c.S3.Endpoint = u.String()
	return nil
}

func setS3Public(c *Config, v string) error {
	if v == "" {
		return nil
	}
	u, ok := parse(strings.TrimRight(v, "/"), "https", "http")
	if !ok || u.Host == "" || u.User != nil || u.RawQuery != "" || strings.ContainsAny(v, " ;,'\"") {
		return errors.New("it is not of the form https://media.example.org, where everybody can read the bucket")
	}
	c.S3.PublicURL = u.String()
	return nil
}

var (
	bucket = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$`)
	region = regexp.MustCompile(`^[a-zA-Z0-9-]{1,64}$`)
)

func setS3Bucket(c *Config, v string) error {
	if v != "" && !bucket.MatchString(v) {
		return fmt.Errorf("%q cannot be a bucket: use 3 to 63 of a-z, 0-9, - and ., without the address", v)
	}
	c.S3.Bucket = v
	return nil
}

func setS3Region(c *Config, v string) error {
	if !region.MatchString(v) {
		return fmt.Errorf("%q cannot be a region such as us-east-1 or auto", v)
	}
	c.S3.Region = v
	return nil
}

// The ways to treat media that lie on other servers.
const (
	MediaOff   = "off"
	MediaProxy = "proxy"
	MediaCache = "cache"
)

func setRemoteMedia(c *Config, v string) error {
	v = strings.ToLower(v)
	if v != MediaOff && v != MediaProxy && v != MediaCache {
		return fmt.Errorf("%q is not off, proxy or cache", v)
	}
	c.RemoteMedia = v
	return nil
}
