package app

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"skerry/internal/config"
	"skerry/internal/store"
)

// healthTime is how long a process may take to say how it is; the answer of
// /readyz takes five seconds when the database is away.
const healthTime = 8 * time.Second

// Health says how the process is that runs with these settings and roles: the
// web is asked at LISTEN, any other for what it works with. A Redis that is away is
// told and is no fault; media are for the web alone. Nothing is changed by asking.
func Health(ctx context.Context, cfg config.Config, roles Roles) (say string, err error) {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	if roles.Web {
		return askReady(ctx, cfg)
	}
	if err := store.Ask(ctx, cfg.DatabaseURL); err != nil {
		return "", err
	}
	b, err := openBus(cfg, Options{Now: time.Now, Log: slog.New(slog.DiscardHandler)}, "")
	if err != nil {
		return "", err
	}
	defer b.Close()
	return readiness(b, nil), nil
}

func askReady(ctx context.Context, cfg config.Config) (string, error) {
	wire := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, network, cfg.Listen) // without a host it is this machine
		},
		// Whether the world believes the certificate is another question.
		TLSClientConfig: &tls.Config{ServerName: cfg.Domain, InsecureSkipVerify: true},
	}
	defer wire.CloseIdleConnections()
	scheme := "http://"
	if cfg.AutoTLS {
		scheme = "https://"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+cfg.Domain+"/readyz", nil)
	if err != nil {
		return "", err
	}
	res, err := wire.RoundTrip(r)
	if err != nil {
		return "", fmt.Errorf("nobody answers at %s: %w (is the server running, with this LISTEN?)", cfg.Listen, err)
	}
	defer res.Body.Close()
	said, err := io.ReadAll(io.LimitReader(res.Body, 4<<10))
	if err != nil {
		return "", fmt.Errorf("read the answer of %s: %w", cfg.Listen, err)
	}
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s is not ready: %d %s", cfg.Listen, res.StatusCode, strings.TrimSpace(string(said)))
	}
	return string(said), nil
}
