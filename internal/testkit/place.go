package testkit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Place is where our server lives as processes of the built binary: its folder,
// its address, its database, its owner.
type Place struct {
	Origin string
	Owner  string // id of the owner
	Token  string // for the client API

	program string
	dir     string
	data    string
	dsn     string
	address string
	environ []string
	client  http.Client

	mu  sync.Mutex
	web []string // addresses at which requests are answered
}

// NewPlace makes a place; dsn and redis are empty for the embedded engines.
// settings are of the form NAME=value.
func NewPlace(program, dir, dsn, redis string, settings ...string) (*Place, error) {
	address, err := vacant()
	if err != nil {
		return nil, err
	}
	p := &Place{
		Origin: "http://" + address, Owner: "http://" + address + "/users/owner", program: program,
		dir: dir, data: filepath.Join(dir, "data"), dsn: dsn, address: address,
		environ: append([]string{
			"PATH=" + os.Getenv("PATH"), "DOMAIN=" + address, "DATABASE_URL=" + dsn, "REDIS_URL=" + redis, "ALLOW_PRIVATE_PEERS=127.0.0.0/8",
			"DATA_DIR=" + filepath.Join(dir, "data"), "LOG_LEVEL=info", "OWNER_USERNAME=owner", "OWNER_PASSWORD=correct horse battery",
		}, settings...),
	}
	p.client = http.Client{Transport: &http.Transport{DialContext: p.Dial}, Timeout: time.Minute}
	return p, nil
}

// vacant finds a loopback address on which nothing listens, and which no outgoing
// connection takes between two starts.
func vacant() (string, error) {
	for range 100 {
		address := fmt.Sprintf("127.78.%d.%d:8080", rand.IntN(250), 1+rand.IntN(250))
		if l, err := net.Listen("tcp", address); err == nil {
			return address, l.Close()
		}
	}
	return "", errors.New("no loopback address is free")
}

// Start runs a process with these roles, "" for all, and waits until it is up.
func (p *Place) Start(ctx context.Context, roles string) (*Process, error) {
	args := []string{"serve"}
	if roles != "" {
		args = append(args, "--roles", roles)
	}
	listen, up := p.address, "working, without answering"
	if roles == "" || strings.Contains(roles, "web") {
		up = "msg=serving"
		if l, err := net.Listen("tcp", listen); err == nil {
			l.Close()
		} else if listen, err = vacant(); err != nil {
			return nil, err
		}
	}
	s, err := Launch(p.program, p.dir, append(p.environ, "LISTEN="+listen), args...)
	if err != nil {
		return nil, err
	}
	if err := s.Hear(ctx, up); err != nil {
		s.Kill()
		return nil, err
	}
	if up == "msg=serving" {
		p.answer(s, listen)
	}
	return s, nil
}

// answer notes at which address a process answers as long as it lives.
func (p *Place) answer(s *Process, address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.web = append(p.web, address)
	go func() {
		<-s.done
		p.mu.Lock()
		defer p.mu.Unlock()
		for i, at := range p.web {
			if at == address {
				p.web = append(p.web[:i:i], p.web[i+1:]...)
				return
			}
		}
	}()
}

// Dial connects to one of the processes that answer, as a proxy in front of them
// would, when it is asked for the place's address.
func (p *Place) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if address == p.address {
		p.mu.Lock()
		if len(p.web) > 0 {
			address = p.web[rand.IntN(len(p.web))]
		}
		p.mu.Unlock()
	}
	var d net.Dialer
	return d.DialContext(ctx, network, address)
}

// Run runs a command to its end and gives what it said.
func (p *Place) Run(ctx context.Context, args ...string) (string, error) {
	s, err := p.Launch(args...)
	if err != nil {
		return "", err
	}
	select {
	case <-s.done:
	case <-ctx.Done():
		s.Kill()
		return "", ctx.Err()
	}
	if s.Code() != 0 {
		return "", fmt.Errorf("skerry %s: exit code %d:\n%s", strings.Join(args, " "), s.Code(), s.Said())
	}
	return s.Said(), nil
}

// Launch begins a command.
func (p *Place) Launch(args ...string) (*Process, error) {
	return Launch(p.program, p.dir, append(p.environ, "LISTEN="+p.address), args...)
}

// Settle makes a token and lets a world meet the server. A process must run.
func (p *Place) Settle(ctx context.Context, w *World) error {
	said, err := p.Run(ctx, "owner", "token")
	if err != nil {
		return err
	}
	p.Token = strings.TrimSpace(said)
	w.Through(p.Dial)
	return w.Meet(ctx, p.Owner, p.Origin+"/actor")
}

// Post publishes a post and gives its id. Who asks again with the same key gets the
// same post.
func (p *Place) Post(ctx context.Context, text, key string) (iri string, err error) {
	var status struct{ URI string }
	form := url.Values{"status": {text}}
	return status.URI, p.API(ctx, http.MethodPost, "/api/v1/statuses", form, key, &status)
}

// API asks the client API. key is for what must happen once; "" for none.
func (p *Place) API(ctx context.Context, method, path string, form url.Values, key string, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, p.Origin+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+p.Token)
	if len(form) > 0 {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	res, err := p.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s answers %s: %s", method, path, res.Status, body)
	}
	return json.Unmarshal(body, into)
}

// Befriend makes the owner follow people of a world, who accept.
func (p *Place) Befriend(ctx context.Context, w *World, people int) error {
	for i := range people {
		var found struct{ Accounts []struct{ ID string } }
		q := url.Values{"q": {w.IRI(i)}, "resolve": {"true"}, "type": {"accounts"}}
		if err := p.API(ctx, http.MethodGet, "/api/v2/search?"+q.Encode(), nil, "", &found); err != nil {
			return err
		}
		if len(found.Accounts) != 1 {
			return fmt.Errorf("a search for %s finds %d", w.IRI(i), len(found.Accounts))
		}
		if err := p.API(ctx, http.MethodPost, "/api/v1/accounts/"+found.Accounts[0].ID+"/follow", nil, "", &struct{}{}); err != nil {
			return err
		}
	}
	return w.Until(ctx, func() bool { // every Follow came, and every Accept was acted on
		var me struct {
			Following int `json:"following_count"`
		}
		return p.API(ctx, http.MethodGet, "/api/v1/accounts/verify_credentials", nil, "", &me) == nil && me.Following >= people
	})
}
