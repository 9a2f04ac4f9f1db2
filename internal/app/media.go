package app

import (
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"io"
	"path/filepath"

	"skerry/internal/blob"
	"skerry/internal/config"
	"skerry/internal/media"
)

// openBlobs opens where media are kept: the bucket of the settings, else a folder.
func openBlobs(cfg config.Config, o Options) (blob.Store, error) {
	if cfg.S3.Used() {
		return blob.NewS3(blob.S3Options{
			Endpoint: cfg.S3.Endpoint, Region: cfg.S3.Region, Bucket: cfg.S3.Bucket, PublicURL: cfg.S3.PublicURL,
			AccessKeyID: cfg.S3.AccessKeyID, SecretAccessKey: cfg.S3.SecretAccessKey, Log: o.Log,
		}), nil
	}
	return blob.OpenFiles(filepath.Join(cfg.DataDir, "media"), o.Now())
}

// closeBlobs lets go of a folder; a bucket is not held.
func (a *App) closeBlobs() {
	if c, ok := a.Blobs.(io.Closer); ok {
		c.Close()
	}
}

// newLibrary makes the library. Addresses of strangers' media are signed with a key
// of their own, which all processes of a server have.
func (a *App) newLibrary() (*media.Library, error) {
	secret, err := secretKey(a.cfg)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "skerry media addresses", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("make the key of media addresses: %w", err)
	}
	return media.New(media.Options{
		DB: a.DB, Blobs: a.Blobs, Client: a.client, URLs: a.urls, Secret: key, Mode: media.Mode(a.cfg.RemoteMedia), Log: a.o.Log,
	}), nil
}
