package blob

import (
	"context"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go/logging"
)

// S3Options say which bucket. The names are those of the settings.
type S3Options struct {
	Endpoint, Region, Bucket     string
	AccessKeyID, SecretAccessKey string
	PublicURL                    string // where everybody can read the bucket; "": nowhere
	Log                          *slog.Logger
}

// S3 is a Store in a bucket.
type S3 struct {
	o      S3Options
	client *s3.Client

	mu   sync.Mutex
	away error
}

const (
	dialTime     = 5 * time.Second
	answerTime   = 15 * time.Second // until an answer begins
	transferTime = 5 * time.Minute  // for all of a Put, or of what is read at once
	lookTime     = 5 * time.Second  // for looking whether a store is back
	attempts     = 2
	atOnce       = 1000 // keys in one Delete, as S3 allows
)

// immutable is what is told to whoever reads the bucket: no key ever gets other
// bytes.
const immutable = "public, max-age=31536000, immutable"

// NewS3 makes a Store in a bucket. It asks nothing: Check does.
func NewS3(o S3Options) *S3 {
	client := &http.Client{
		Transport: &http.Transport{
			DialContext:         (&net.Dialer{Timeout: dialTime, KeepAlive: 30 * time.Second}).DialContext,
			TLSHandshakeTimeout: dialTime, ResponseHeaderTimeout: answerTime,
			MaxIdleConnsPerHost: 16, IdleConnTimeout: 60 * time.Second, ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &S3{o: o, client: s3.New(s3.Options{
		BaseEndpoint: aws.String(o.Endpoint), Region: o.Region, UsePathStyle: true, HTTPClient: client,
		Credentials:      credentials.NewStaticCredentialsProvider(o.AccessKeyID, o.SecretAccessKey, ""),
		RetryMaxAttempts: attempts, Logger: logging.Nop{},
		// Stores that are like S3 know no newer checksums.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	})}
}

// Put implements Store.
func (s *S3) Put(ctx context.Context, key, mediaType string, body io.ReadSeeker) error {
	if err := checkKey(key); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, transferTime)
	defer cancel()
	_, err := s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.o.Bucket, Key: &key, Body: body, ContentType: &mediaType, CacheControl: aws.String(immutable),
	})
	return s.fault("keep "+key, err)
}

// Head implements Store.
func (s *S3) Head(ctx context.Context, key string) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	out, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.o.Bucket, Key: &key})
	if err != nil {
		return Info{}, s.fault("look at "+key, err)
	}
	s.note(nil)
	return Info{Key: key, Size: aws.ToInt64(out.ContentLength), Modified: aws.ToTime(out.LastModified)}, nil
}

// Get implements Store. Nothing is read before it is asked for.
func (s *S3) Get(ctx context.Context, key string) (*Object, error) {
	info, err := s.Head(ctx, key)
	if err != nil {
		return nil, err
	}
	return &Object{info, &reader{ctx: ctx, s: s, key: key, size: info.Size}}, nil
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, keys ...string) error {
	for len(keys) > 0 {
		n := min(len(keys), atOnce)
		if err := s.delete(ctx, keys[:n]); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}

func (s *S3) delete(ctx context.Context, keys []string) error {
	if len(keys) == 1 {
		_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.o.Bucket, Key: &keys[0]})
		return s.fault("delete "+keys[0], err)
	}
	var all []types.ObjectIdentifier
	for _, key := range keys {
		all = append(all, types.ObjectIdentifier{Key: aws.String(key)})
	}
	out, err := s.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
		Bucket: &s.o.Bucket, Delete: &types.Delete{Objects: all, Quiet: aws.Bool(true)},
	})
	if err == nil && len(out.Errors) > 0 {
		first := out.Errors[0]
		err = errors.New(aws.ToString(first.Key) + ": " + aws.ToString(first.Code) + " " + aws.ToString(first.Message))
	}
	return s.fault("delete media", err)
}

// List implements Store.
func (s *S3) List(ctx context.Context, folder string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &s.o.Bucket, Prefix: &folder})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Info{}, s.fault("list "+strings.TrimSuffix(folder, "/"), err))
				return
			}
			for _, o := range page.Contents {
				info := Info{Key: aws.ToString(o.Key), Size: aws.ToInt64(o.Size), Modified: aws.ToTime(o.LastModified)}
				if checkKey(info.Key) == nil && !yield(info, nil) {
					return
				}
			}
		}
		s.note(nil)
	}
}

// Public implements Store.
func (s *S3) Public(key string) string {
	if s.o.PublicURL == "" || checkKey(key) != nil {
		return ""
	}
	return s.o.PublicURL + "/" + key
}
