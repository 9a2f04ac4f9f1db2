package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"sync"
	"time"

	"skerry/internal/testkit"
)

// get measures what others GET from us, each beside a bare handler that answers
// the same bytes at the same moment of the machine.
func (st *site) get() error {
	w, err := st.world(1)
	if err != nil {
		return err
	}
	defer w.Close()
	iri := ""
	for i := range st.posts {
		text := fmt.Sprintf("Post %d: the tide comes in and goes out again, and the rock stays where it is. #tide", i)
		if iri, err = st.Post(st.ctx, text, text); err != nil {
			return err
		}
	}
	activity, visitor := http.Header{"Accept": {"application/activity+json"}}, http.Header{"Accept": {"text/html"}}
	// Who sends a cookie is shown what nobody remembers.
	alone := http.Header{"Accept": {"text/html"}, "Cookie": {"theme=none"}}
	post := "/@owner/" + path.Base(iri)
	for _, one := range []struct {
		name, path string
		header     http.Header
	}{
		{"WebFinger", "/.well-known/webfinger?resource=acct:owner@" + st.Origin[len("http://"):], anything},
		{"actor", "/users/owner", activity},
		{fmt.Sprintf("outbox page of %d posts", st.posts), "/users/owner/outbox?page=true", activity},
		{"NodeInfo", "/nodeinfo/2.1", anything},
		{"profile page, remembered", "/@owner", visitor},
		{"profile page, made afresh", "/@owner", alone},
		{"post page, remembered", post, visitor},
		{"post page, made afresh", post, alone},
	} {
		if err := st.getOne(one.name, st.Origin+one.path, one.header); err != nil {
			return err
		}
	}
	return nil
}

// home measures the owner's timeline on a full database.
func (st *site) home() error {
	if err := st.FillHome(st.ctx, st.lines); err != nil {
		return err
	}
	session, err := st.logIn()
	if err != nil {
		return err
	}
	return st.getOne(fmt.Sprintf("home of 40 from %d", st.lines), st.Origin+"/home", http.Header{"Accept": {"text/html"}, "Cookie": {session}})
}

// logIn gives the cookie of a session of the owner's.
func (st *site) logIn() (cookie string, err error) {
	stay := *client
	stay.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := stay.PostForm(st.Origin+"/login", url.Values{"username": {"owner"}, "password": {"correct horse battery"}})
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if len(res.Cookies()) == 0 {
		return "", fmt.Errorf("the login answers %s", res.Status)
	}
	c := res.Cookies()[0]
	return c.Name + "=" + c.Value, nil
}

// anything is asked for by those who take whatever comes.
var anything = http.Header{"Accept": {"*/*"}}

func (st *site) getOne(name, url string, header http.Header) error {
	body, err := fetch(st.ctx, url, header)
	if err != nil {
		return err
	}
	bare, err := st.bareRate(body)
	if err != nil {
		return err
	}
	before := st.used()
	ours, err := rateOf(st.ctx, url, header, st.rate, atOnce)
	if err != nil {
		return err
	}
	each := before.each(st, ours.n)
	ours.used = (st.process.ProcessorTime() - before.ours) / time.Duration(ours.n)
	st.put(name+": requests/s (a bare handler with these bytes)", fmt.Sprintf("%.0f (%.0f)", ours.perSecond, bare.perSecond), ratio(ours.perSecond, bare.perSecond))
	st.put(name+": p99 (bare)", inMillis(ours.p99)+" ("+inMillis(bare.p99)+")", "")
	st.put(name+": CPU each (bare)", each+" ("+inMillis(bare.used)+")", ratio(float64(ours.used), float64(bare.used)))
	return nil
}

// bareRate measures a handler that does nothing but answer these bytes, in a
// process of its own as ours is.
func (st *site) bareRate(body []byte) (rate, error) {
	self, err := os.Executable()
	if err != nil {
		return rate{}, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return rate{}, err
	}
	address := l.Addr().String()
	l.Close()
	file := st.dir + "/answer"
	if err := os.WriteFile(file, body, 0o600); err != nil {
		return rate{}, err
	}
	p, err := testkit.Launch(self, st.dir, nil, "bare", address, file)
	if err != nil {
		return rate{}, err
	}
	defer p.Kill()
	if err := p.Hear(st.ctx, "bare"); err != nil {
		return rate{}, err
	}
	r, err := rateOf(st.ctx, "http://"+address+"/", anything, st.rate, atOnce)
	r.used = p.ProcessorTime() / time.Duration(max(r.n, 1))
	return r, err
}

// serveBare answers every request at an address with the bytes of a file.
func serveBare(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: bench bare ADDRESS FILE")
	}
	body, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", args[0])
	if err != nil {
		return err
	}
	fmt.Println("bare handler at", l.Addr())
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	}))
}

// rate is how fast something answers.
type rate struct {
	n         int
	perSecond float64
	p50, p99  time.Duration
	used      time.Duration // processor time of each answer
}

// client keeps as many connections as requests are under way.
var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: atOnce, DisableCompression: true}, Timeout: time.Minute}

// rateOf asks for an address, so many at once, for so long.
func rateOf(ctx context.Context, url string, header http.Header, d time.Duration, atOnce int) (r rate, err error) {
	took, errs := make([][]time.Duration, atOnce), make([]error, atOnce)
	var all sync.WaitGroup
	began := time.Now()
	for i := range atOnce {
		all.Go(func() {
			for errs[i] == nil && time.Since(began) < d {
				asked := time.Now()
				_, errs[i] = fetch(ctx, url, header)
				took[i] = append(took[i], time.Since(asked))
			}
		})
	}
	all.Wait()
	each := slices.Concat(took...)
	return rate{n: len(each), perSecond: float64(len(each)) / time.Since(began).Seconds(), p50: median(each), p99: quantile(each, 0.99)}, errors.Join(errs...)
}

// fetch gives the body of what must answer 200.
func fetch(ctx context.Context, url string, header http.Header) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	r.Header = header.Clone()
	res, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s", url, res.Status)
	}
	return body, err
}
