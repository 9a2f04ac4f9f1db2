package app

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// doors are where requests come in: one, with TLS=auto port 80 beside it, and none
// in a process without the role web.
type doors struct {
	at           net.Addr      // of the main one; nil: none
	certificates *certificates // nil without TLS=auto
	servers      []*http.Server
	opens        []func() error
}

// newDoors prepares to answer on a listener; nil is no door. It closes the
// listener when it fails.
func (a *App) newDoors(l net.Listener) (*doors, error) {
	d := &doors{}
	if l == nil {
		return d, nil
	}
	d.at = l.Addr()
	main := a.newServer(a.handler)
	if !a.cfg.AutoTLS {
		d.add(main, func() error { return main.Serve(l) })
		return d, nil
	}
	beside := a.o.Challenges
	if beside == nil {
		var err error
		if beside, err = listenBeside(a.cfg.Listen); err != nil {
			l.Close()
			return nil, err
		}
	}
	d.certificates = a.newCertificates()
	main.TLSConfig = d.certificates.tlsConfig()
	plain := a.newServer(d.certificates.plain())
	d.add(main, func() error { return main.ServeTLS(l, "", "") })
	d.add(plain, func() error { return plain.Serve(beside) })
	return d, nil
}

func (a *App) newServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: 60 * time.Second, MaxHeaderBytes: 32 << 10,
		HTTP2:    &http.HTTP2Config{MaxConcurrentStreams: 100},
		ErrorLog: slog.NewLogLogger(a.o.Log.Handler(), slog.LevelDebug), // of those who cannot speak TLS or HTTP
	}
}

func (d *doors) add(s *http.Server, open func() error) {
	d.servers = append(d.servers, s)
	d.opens = append(d.opens, open)
}

// open answers from now on. Why a door does so no longer comes through the channel.
func (d *doors) open() <-chan error {
	ended := make(chan error, len(d.opens))
	for _, serve := range d.opens {
		go func() { ended <- serve() }()
	}
	return ended
}

// shut takes no new requests, and waits for those that run until ctx ends.
func (d *doors) shut(ctx context.Context) (cut error) {
	for _, s := range d.servers {
		if err := s.Shutdown(ctx); err != nil {
			cut = err
			s.Close()
		}
	}
	return cut
}
