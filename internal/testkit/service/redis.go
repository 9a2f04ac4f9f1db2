package service

import (
	"context"
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
