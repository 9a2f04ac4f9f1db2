package main

import (
	"context"
	"strconv"
)

// redis is a private Redis server.
type redis struct{ *service }

// startRedis serves a Redis that writes nothing to disk on a free port of the
// loopback address.
func startRedis(ctx context.Context) (*redis, error) {
	path, err := program("redis-server", "redis-server")
	if err != nil {
		return nil, err
	}
	s, err := newService("redis", nil)
	if err != nil {
		return nil, err
	}
	r := &redis{s}
	err = r.serve(ctx, r.answers, path, "--bind", "127.0.0.1", "--port", strconv.Itoa(r.port), "--dir", r.dir, "--save", "", "--appendonly", "no")
	if err != nil {
		r.stop()
		return nil, err
	}
	return r, nil
}

func (r *redis) url() string { return "redis://" + r.address() + "/0" }
