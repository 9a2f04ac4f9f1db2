package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// fault names the errors that callers tell apart, and keeps whether the store is
// there.
func (s *S3) fault(doing string, err error) error {
	switch {
	case err == nil:
		s.note(nil)
		return nil
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", doing, err)
	case code(err) == "NoSuchKey", code(err) == "NotFound": // the second of a HEAD, whose answer has no body
		s.note(nil)
		return notFound().Because(fmt.Errorf("%s: %w", doing, err))
	}
	err = fmt.Errorf("%s: %w", doing, err)
	s.note(err)
	return away(err)
}

// status is what the store answered, 0 when it did not.
func status(err error) int {
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) && answer.Response != nil {
		return answer.HTTPStatusCode()
	}
	return 0
}

// code is the store's own name of an error, "" when it said none.
func code(err error) string {
	var known smithy.APIError
	if errors.As(err, &known) {
		return known.ErrorCode()
	}
	return ""
}

// note keeps whether the store can be used, and says in the log when that changes.
func (s *S3) note(err error) {
	s.mu.Lock()
	was := s.away
	s.away = err
	s.mu.Unlock()
	switch {
	case err != nil && was == nil:
		s.o.Log.Warn("the media store is away: uploads are refused, all else goes on", "host", s.host(), "err", err)
	case err == nil && was != nil:
		s.o.Log.Info("the media store is back", "host", s.host())
	}
}

// Away implements Store. It looks again at a store that was away.
func (s *S3) Away(ctx context.Context) error {
	s.mu.Lock()
	was := s.away
	s.mu.Unlock()
	if was == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	return s.list(ctx)
}

// list asks for one key.
func (s *S3) list(ctx context.Context) error {
	_, err := s.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &s.o.Bucket, MaxKeys: aws.Int32(1)})
	return s.fault("list the bucket", err)
}

// Check implements Store: it writes, reads, lists and deletes a few bytes.
func (s *S3) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*answerTime)
	defer cancel()
	key := "probe/" + strings.ToLower(rand.Text())
	steps := []struct {
		name string
		try  func() error
	}{
		{"list", func() error { return s.list(ctx) }},
		{"write", func() error { return s.Put(ctx, key, "text/plain", strings.NewReader(key)) }},
		{"read", func() error { return s.readBack(ctx, key) }},
		{"delete", func() error { return s.Delete(ctx, key) }},
	}
	for _, step := range steps {
		if err := step.try(); err != nil {
			return s.explain(step.name, err)
		}
	}
	return nil
}

func (s *S3) readBack(ctx context.Context, key string) error {
	o, err := s.Get(ctx, key)
	if err != nil {
		return err
	}
	defer o.Close()
	got, err := io.ReadAll(o)
	if err == nil && !bytes.Equal(got, []byte(key)) {
		err = errors.New("what was written comes back as something else")
	}
	return err
}

func (s *S3) host() string {
	u, err := url.Parse(s.o.Endpoint)
	if err != nil {
		return s.o.Endpoint
	}
	return u.Host
}

// explain names the setting that is wrong, the host, the reason and the mend. What
// time alone may mend is no error.
func (s *S3) explain(step string, err error) error {
	say := func(setting, reason, mend string) error {
		return fmt.Errorf("%s: %s %s (%s)", setting, s.host(), reason, mend)
	}
	switch code(err) {
	case "NoSuchBucket":
		return say("S3_BUCKET", fmt.Sprintf("has no bucket %q", s.o.Bucket), "create it, or correct the name")
	case "InvalidAccessKeyId", "XAdminUserNotFound": // versitygw's name for it
		return say("S3_ACCESS_KEY_ID", "does not know this key", "copy key and secret from your provider again")
	case "SignatureDoesNotMatch":
		return say("S3_SECRET_ACCESS_KEY", "says that it does not belong to the key", "copy it from your provider again, without spaces")
	case "AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException", "InvalidRegionName":
		return say("S3_REGION", fmt.Sprintf("does not have the bucket in region %q", s.o.Region), "set the bucket's region, and the endpoint of that region")
	case "RequestTimeTooSkewed":
		return say("S3_ENDPOINT", "says that our clock is wrong", "set the clock of this machine, with NTP")
	}
	return s.explainAnswer(say, step, err)
}

// explainAnswer is explain for what has no name of its own.
func (s *S3) explainAnswer(say func(setting, reason, mend string) error, step string, err error) error {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	answered := status(err)
	switch {
	case code(err) == "AccessDenied" || answered == http.StatusForbidden || answered == http.StatusUnauthorized:
		return say("S3_ACCESS_KEY_ID", fmt.Sprintf("does not let this key %s in bucket %q", step, s.o.Bucket), "allow it to list, read, write and delete there")
	case errors.As(err, &dns) && dns.IsNotFound:
		return say("S3_ENDPOINT", "is a name without an address", "correct it; in Compose, start the store first")
	case errors.As(err, &certificate):
		return say("S3_ENDPOINT", "has a certificate that is not valid: "+certificate.Err.Error(), "correct the name, or the certificate")
	case errors.As(err, &record), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return say("S3_ENDPOINT", "does not speak TLS", "write http:// instead of https://, or another port")
	case answered >= 300 && answered < 500 && answered != http.StatusRequestTimeout && answered != http.StatusTooManyRequests:
		return say("S3_ENDPOINT", fmt.Sprintf("answers %d when we %s, which is not how an S3 store answers", answered, step), "correct the endpoint: the address of the API, without the bucket")
	case answered == 0 && !s.unreachable(err):
		return say("S3_ENDPOINT", "does not answer as an S3 store does", "correct the endpoint: the address of the API, without the bucket")
	}
	return nil
}

// unreachable reports whether nobody answered at all.
func (s *S3) unreachable(err error) bool {
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
