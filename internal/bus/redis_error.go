package bus

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// wrong says in a line what time will not mend: the setting, the host, the reason
// and the mend. A Redis that is merely away is not wrong, and in Compose even the name
// of its host is gone with it.
func wrong(c *redis.Options, err error) error {
	if err == nil {
		return nil
	}
	var cert *tls.CertificateVerificationError
	var answer redis.Error
	mend, reason := "", err.Error()
	switch {
	case redis.IsAuthError(err), redis.IsPermissionError(err):
		mend = "check user and password"
	case errors.As(err, &cert):
		mend = "use the name that the certificate is for, and let this machine trust its authority"
	case strings.Contains(reason, "can't parse"): // the library gives it no type
		reason, mend = "what answers there is no Redis", "correct host and port"
	case errors.As(err, &answer) && strings.HasPrefix(reason, "ERR "):
		mend = "check the number of the database at the end"
	case c.TLSConfig != nil && speaksPlain(c.Addr):
		reason, mend = "it speaks no TLS", "write redis:// instead of rediss://"
	case c.TLSConfig == nil && speaksTLS(c.Addr):
		reason, mend = "it speaks TLS", "write rediss:// instead of redis://"
	default:
		return nil
	}
	return fmt.Errorf("REDIS_URL: %s: %s (%s)", c.Addr, reason, mend)
}

// speaksPlain reports whether a Redis answers without TLS: one that is greeted with
// it just waits for more.
func speaksPlain(address string) bool {
	conn, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		return false
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	answer := make([]byte, 1)
	if _, err = conn.Write([]byte("PING\r\n")); err == nil {
		_, err = conn.Read(answer)
	}
	return err == nil && (answer[0] == '+' || answer[0] == '-')
}

func speaksTLS(address string) bool {
	d := tls.Dialer{NetDialer: &net.Dialer{Timeout: patience}, Config: &tls.Config{InsecureSkipVerify: true}} // nothing is sent
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}
