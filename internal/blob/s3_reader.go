package blob

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// reader reads an object of a bucket from where it is told: the first Read after a
// Seek elsewhere asks for the rest from there.
type reader struct {
	ctx  context.Context // of whoever opened the object
	s    *S3
	key  string
	size int64

	at   int64
	body io.ReadCloser // nil: nothing is being read
	end  func()
}

func (r *reader) Read(p []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	if r.body == nil {
		if err := r.open(); err != nil {
			return 0, err
		}
	}
	n, err := r.body.Read(p)
	r.at += int64(n)
	if errors.Is(err, io.EOF) && r.at < r.size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = r.s.fault("read "+r.key, err)
	}
	return n, err
}

func (r *reader) open() error {
	ctx, cancel := context.WithTimeout(r.ctx, transferTime)
	in := &s3.GetObjectInput{Bucket: &r.s.o.Bucket, Key: &r.key}
	if r.at > 0 {
		from := fmt.Sprintf("bytes=%d-", r.at)
		in.Range = &from
	}
	out, err := r.s.client.GetObject(ctx, in)
	if err != nil {
		cancel()
		return r.s.fault("read "+r.key, err)
	}
	r.body, r.end = out.Body, cancel
	return nil
}

func (r *reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return r.at, errors.New("seek before the first byte")
	}
	if offset != r.at {
		r.Close()
		r.at = offset
	}
	return offset, nil
}

// Close ends what is being read. Reading on starts again.
func (r *reader) Close() error {
	if r.body != nil {
		r.body.Close()
		r.end()
		r.body = nil
	}
	return nil
}
