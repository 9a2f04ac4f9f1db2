package service

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strconv"
)

// Redis is a private Redis server.
type Redis struct{ *service }

// StartRedis serves a Redis that writes nothing to disk on a free port of the
// loopback address.
func StartRedis(ctx context.Context) (*Redis, error) {
	path, err := Find("redis-server", "redis-server")
	if err != nil {
		return nil, err
	}
	s, err := newService("redis", nil)
	if err != nil {
		return nil, err
	}
	r := &Redis{s}
	err = r.serve(ctx, r.answers, path, "--bind", "127.0.0.1", "--port", strconv.Itoa(r.port), "--dir", r.dir, "--save", "", "--appendonly", "no")
	if err != nil {
		r.Stop()
		return nil, err
	}
	return r, nil
}

// URL is its REDIS_URL.
func (r *Redis) URL() string { return "redis://" + r.address() + "/0" }

// Flush makes it forget all that it has.
func (r *Redis) Flush(ctx context.Context) error {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", r.address())
	if err != nil {
		return err
	}
	defer c.Close()
	fmt.Fprint(c, "FLUSHALL\r\n")
	if line, err := bufio.NewReader(c).ReadString('\n'); err != nil || line != "+OK\r\n" {
		return fmt.Errorf("flush redis: it answers %q, %v", line, err)
	}
	return nil
}
