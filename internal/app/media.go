package app

import (
	"io"
	"path/filepath"

	"skerry/internal/blob"
	"skerry/internal/config"
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
