package service

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// PgBouncer is a private pooler in front of a Postgres, in transaction mode:
// whoever connects gets another of its few connections for each transaction.
type PgBouncer struct {
	*service
	to *url.URL
}

// StartPgBouncer serves the database of a DSN. It knows no search_path of those who
// connect, so it sets that of the DSN itself.
func StartPgBouncer(ctx context.Context, dsn string) (*PgBouncer, error) {
	path, err := Find("pgbouncer", "pgbouncer")
	if err != nil {
		return nil, err
	}
	to, err := url.Parse(dsn)
	if err != nil {
		return nil, err
	}
	who, err := unprivileged("postgres") // it refuses root
	if err != nil {
		return nil, err
	}
	s, err := newService("pgbouncer", who)
	if err != nil {
		return nil, err
	}
	b := &PgBouncer{s, to}
	file := filepath.Join(b.dir, "pgbouncer.ini")
	if err = os.WriteFile(file, []byte(b.ini()), 0o644); err == nil {
		err = b.serve(ctx, b.answers, path, file)
	}
	if err != nil {
		b.Stop()
		return nil, err
	}
	return b, nil
}

func (b *PgBouncer) ini() string {
	first := ""
	if path := b.to.Query().Get("search_path"); path != "" {
		first = fmt.Sprintf(" connect_query='SET search_path TO %s'", path)
	}
	return strings.Join([]string{
		"[databases]",
		fmt.Sprintf("skerry = host=%s port=%s dbname=%s user=%s%s", b.to.Hostname(), b.to.Port(), strings.TrimPrefix(b.to.Path, "/"), b.to.User.Username(), first),
		"[pgbouncer]",
		"pool_mode = transaction",
		"default_pool_size = 5",
		"listen_addr = 127.0.0.1",
		fmt.Sprintf("listen_port = %d", b.port),
		"unix_socket_dir =",
		"auth_type = any",
		"",
	}, "\n")
}

// DSN is its DATABASE_URL, as ours must be behind a pooler.
func (b *PgBouncer) DSN() string {
	return fmt.Sprintf("postgres://skerry@%s/skerry?sslmode=disable&default_query_exec_mode=exec", b.address())
}

// Stop ends it at once: by another signal it waits for whoever is connected.
func (b *PgBouncer) Stop() {
	b.Halt("TERM")
	b.service.Stop()
}
