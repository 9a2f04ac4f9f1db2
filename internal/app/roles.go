package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"skerry/internal/config"
)

// Roles are the parts of the server that one process runs.
type Roles struct{ Web, Worker, Scheduler bool }

// AllRoles is the whole server in one process.
var AllRoles = Roles{Web: true, Worker: true, Scheduler: true}

// RoleNames are the roles as they are written, in order.
var RoleNames = []string{"web", "worker", "scheduler"}

// ParseRoles reads a list such as "web,worker".
func ParseRoles(list string) (r Roles, err error) {
	into := map[string]*bool{"web": &r.Web, "worker": &r.Worker, "scheduler": &r.Scheduler}
	for word := range strings.SplitSeq(list, ",") {
		word = strings.TrimSpace(word)
		if !slices.Contains(RoleNames, word) {
			return r, fmt.Errorf("there is no role %q: --roles takes %s", word, strings.Join(RoleNames, ","))
		}
		*into[word] = true
	}
	return r, nil
}

// Check refuses a part of the server where there is nothing to share.
func (r Roles) Check(cfg config.Config) error {
	if r == AllRoles {
		return nil
	}
	if cfg.DatabaseURL == "" {
		return errors.New("--roles: with the embedded database everything runs in one process: set DATABASE_URL and REDIS_URL, or leave --roles away")
	}
	if cfg.RedisURL == "" {
		return errors.New("--roles: several processes wake each other through Redis: set REDIS_URL, or leave --roles away")
	}
	return nil
}
