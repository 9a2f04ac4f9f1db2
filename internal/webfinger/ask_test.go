package webfinger

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skerry/internal/social"
)

// world is other hosts by scheme and name. A host that is not in it is away.
type world map[string]http.Handler

func (w world) get(ctx context.Context, address, accept string, maxBytes int64) (int, string, []byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return 0, "", nil, err
	}
	host, ok := w[u.Scheme+"://"+u.Host]
	if !ok {
		return 0, "", nil, errors.New("no route to " + u.Scheme + "://" + u.Host)
	}
	r := httptest.NewRequestWithContext(ctx, "GET", address, nil)
	r.Header.Set("Accept", accept)
	rec := httptest.NewRecorder()
	host.ServeHTTP(rec, r)
	if int64(rec.Body.Len()) > 2*maxBytes {
		return 0, "", nil, errors.New("the answer is too long")
	}
	return rec.Code, rec.Header().Get("Content-Type"), rec.Body.Bytes(), nil
}

func (w world) asker() *Asker {
	return NewAsker(w.get, func(host string) bool { return strings.HasPrefix(host, "127.") })
}

// says answers every question with one body.
func says(status int, contentType, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
}

// account is a descriptor with a self link.
func account(subject, actor string) http.Handler {
	return says(200, "application/jrd+json; charset=utf-8",
		`{"subject":"`+subject+`","links":[{"rel":"self","type":"application/activity+json","href":"`+actor+`"}]}`)
}

// paths answers by path.
func paths(byPath map[string]http.Handler) http.Handler {
	mux := http.NewServeMux()
	for p, h := range byPath {
		mux.Handle(p, h)
	}
	return mux
}

func TestAskFindsAnAccountOfOurOwnKind(t *testing.T) {
	t.Parallel()
	split := house("https://social.example", "social.example", "account.example", "alice")
	w := world{
		"https://social.example":  split,
		"https://account.example": split,
		"http://127.0.0.1:4001":   house("http://127.0.0.1:4001", "127.0.0.1:4001", "127.0.0.1:4001", "bob"),
	}
	alice := Answer{
		Subject: "alice@account.example", ActorIRI: "https://social.example/users/alice", ProfileURL: "https://social.example/@alice",
		Subscribe: "https://social.example/authorize_interaction?uri={uri}",
	}
	bob := Answer{
		Subject: "bob@127.0.0.1:4001", ActorIRI: "http://127.0.0.1:4001/users/bob", ProfileURL: "http://127.0.0.1:4001/@bob",
		Subscribe: "http://127.0.0.1:4001/authorize_interaction?uri={uri}",
	}
	for handle, want := range map[string]Answer{
		"@alice@account.example":     alice,
		"Alice@Account.example":      alice,
		"acct:alice@social.example.": alice,
		"bob@127.0.0.1:4001":         bob,
	} {
		got, err := w.asker().Ask(t.Context(), handle)
		if err != nil {
			t.Errorf("%s: %v", handle, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", handle, diff)
		}
	}
}

func TestQuestionIsEscapedAndPrefersDescriptors(t *testing.T) {
	t.Parallel()
	var asked, accept string
	w := world{"https://xn--bcher-kva.example": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, accept = r.RequestURI, r.Header.Get("Accept")
		account("acct:a@bücher.example", "https://bücher.example/a").ServeHTTP(w, r)
	})}
	got, err := w.asker().Ask(t.Context(), "a@Bücher.example")
	if err != nil || got.Subject != "a@xn--bcher-kva.example" {
		t.Errorf("got %+v, %v, want the punycode handle", got, err)
	}
	if want := "/.well-known/webfinger?resource=acct%3Aa%40xn--bcher-kva.example"; !strings.HasSuffix(asked, want) {
		t.Errorf("asked %s, want %s", asked, want)
	}
	if want := "application/jrd+json, application/json"; accept != want {
		t.Errorf("got Accept %q, want %q", accept, want)
	}
}

func TestWhyThereIsNoAnswer(t *testing.T) {
	t.Parallel()
	jrd := "application/jrd+json"
	self := func(t, href string) http.Handler {
		return says(200, jrd, `{"subject":"acct:a@b.example","links":[{"rel":"self","type":`+t+`,"href":"`+href+`"}]}`)
	}
	for name, c := range map[string]struct {
		host http.Handler
		want social.Kind
	}{
		"away":                   {nil, social.Unavailable},
		"not found":              {says(404, jrd, ""), social.NotFound},
		"gone":                   {says(410, jrd, ""), social.Gone},
		"broken":                 {says(500, jrd, ""), social.Unavailable},
		"slow down":              {says(429, jrd, ""), social.Unavailable},
		"forbidden":              {says(403, jrd, ""), social.Upstream},
		"no content":             {says(204, jrd, ""), social.Upstream},
		"a page":                 {says(200, "text/html", "<p>hello"), social.Upstream},
		"no type":                {says(200, "", "{}"), social.Upstream},
		"other json":             {says(200, "application/activity+json", `{"subject":"acct:a@b.example"}`), social.Upstream},
		"no json":                {says(200, jrd, "<p>hello"), social.Upstream},
		"half json":              {says(200, jrd, `{"subject":`), social.Upstream},
		"list":                   {says(200, jrd, `[]`), social.Upstream},
		"empty":                  {says(200, jrd, `{}`), social.Upstream},
		"too long":               {says(200, jrd, `{"x":"`+strings.Repeat("x", maxAnswer)+`"}`), social.Upstream},
		"links are no list":      {says(200, jrd, `{"subject":"acct:a@b.example","links":{"rel":"self"}}`), social.Upstream},
		"subject is no handle":   {account("acct:a", "https://b.example/a"), social.Upstream},
		"self without type":      {self(`null`, "https://b.example/a"), social.Upstream},
		"self of another type":   {self(`"text/html"`, "https://b.example/a"), social.Upstream},
		"self of bare json-ld":   {self(`"application/ld+json"`, "https://b.example/a"), social.Upstream},
		"self by http":           {self(`"application/activity+json"`, "http://b.example/a"), social.Upstream},
		"self of another scheme": {self(`"application/activity+json"`, "ipns://b.example/a"), social.Upstream},
		"self with credentials":  {self(`"application/activity+json"`, "https://u:p@b.example/a"), social.Upstream},
		"self without host":      {self(`"application/activity+json"`, "/users/a"), social.Upstream},
		"keys in capitals":       {says(200, jrd, `{"Links":[{"Rel":"self","Type":"application/activity+json","Href":"https://b.example/a"}]}`), social.Upstream},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world{}
			if c.host != nil {
				w["https://b.example"] = c.host
			}
			got, err := w.asker().Ask(t.Context(), "a@b.example")
			if !social.Is(err, c.want) || got != (Answer{}) {
				t.Errorf("got %+v, %v, want kind %d", got, err, c.want)
			}
		})
	}
	if _, err := (world{}).asker().Ask(t.Context(), "nobody"); !social.Is(err, social.Invalid) {
		t.Errorf("no handle: got %v, want Invalid", err)
	}
}

func TestOddDescriptorsAreUnderstood(t *testing.T) {
	t.Parallel()
	const good = `{"rel":"self","type":"application/activity+json","href":"https://b.example/a"}`
	for name, body := range map[string]string{
		"no subject":          `{"links":[` + good + `]}`,
		"subject is an IRI":   `{"subject":"https://b.example/a","links":[` + good + `]}`,
		"subject is a number": `{"subject":5,"links":[` + good + `]}`,
		"subject in capitals": `{"subject":"ACCT:A@B.example","links":[` + good + `]}`,
		"unknown members":     `{"foo":null,"bar":{"a":[1]},"links":[5,null,"x",{"rel":"x","template":{}},` + good + `]}`,
		"json-ld with profile": `{"links":[{"rel":"self","type":"application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",` +
			`"href":"https://b.example/a"}]}`,
		"several self links": `{"links":[{"rel":"self","type":"text/html","href":"https://b.example/@a"},` +
			`{"rel":"self","type":"application/activity+json","href":"ipns://b.example/a"},` + good +
			`,{"rel":"self","type":"application/activity+json","href":"https://b.example/group"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world{"https://b.example": says(200, "application/json", body)}
			got, err := w.asker().Ask(t.Context(), "a@b.example")
			if err != nil || got.ActorIRI != "https://b.example/a" || !strings.EqualFold(got.Subject, "a@b.example") {
				t.Errorf("got %+v, %v, want a@b.example at https://b.example/a", got, err)
			}
		})
	}
}

func TestHostMetadataSaysWhereToAsk(t *testing.T) {
	t.Parallel()
	xrd := func(attributes string) http.Handler {
		return says(200, "application/xrd+xml", `<?xml version="1.0"?><XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">`+
			`<Link rel="author" template="https://no.example/{uri}"/><Link `+attributes+`/></XRD>`)
	}
	w := world{"https://finger.example": paths(map[string]http.Handler{"/ask": account("acct:a@b.example", "https://b.example/a")})}
	const good = `rel="lrdd" type="application/xrd+xml" template="https://finger.example/ask?q={uri}&amp;x=1"`
	for name, c := range map[string]struct {
		usual, meta http.Handler
		want        social.Kind // Internal: an answer
	}{
		"after 404":             {says(404, "", ""), xrd(good), social.Internal},
		"after 400":             {says(400, "", ""), xrd(good), social.Internal},
		"after a page":          {says(200, "text/html", "<p>"), xrd(good), social.Internal},
		"not after 410":         {says(410, "", ""), xrd(good), social.Gone},
		"not after 503":         {says(503, "", ""), xrd(good), social.Unavailable},
		"none":                  {says(404, "", ""), says(404, "", ""), social.NotFound},
		"other relation":        {says(404, "", ""), xrd(`rel="x" template="https://finger.example/ask?q={uri}"`), social.NotFound},
		"no place for the name": {says(404, "", ""), xrd(`rel="lrdd" template="https://finger.example/ask"`), social.NotFound},
		"template by http":      {says(404, "", ""), xrd(`rel="lrdd" template="http://finger.example/ask?q={uri}"`), social.NotFound},
		"template is no URL":    {says(404, "", ""), xrd(`rel="lrdd" template="{uri}"`), social.NotFound},
		"not XML":               {says(404, "", ""), says(200, "text/plain", "<<<{uri}"), social.NotFound},
		"an entity bomb": {says(404, "", ""), says(200, "application/xml", `<!DOCTYPE x [<!ENTITY a "`+strings.Repeat("x", 999)+`">]><XRD><Link rel="lrdd" template="https://finger.example/ask?q={uri}&a;"/></XRD>`),
			social.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hosts := world{"https://b.example": paths(map[string]http.Handler{path: c.usual, pathHostMeta: c.meta})}
			hosts["https://finger.example"] = w["https://finger.example"]
			got, err := hosts.asker().Ask(t.Context(), "a@b.example")
			if c.want == social.Internal && (err != nil || got.ActorIRI != "https://b.example/a") || c.want != social.Internal && !social.Is(err, c.want) {
				t.Errorf("got %+v, %v, want kind %d", got, err, c.want)
			}
		})
	}
}

func TestHostMetadataThatNamesTheUsualPlaceIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	asked := 0
	w := world{"https://b.example": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == pathHostMeta {
			house("https://b.example", "b.example", "b.example", "x").ServeHTTP(w, r)
			return
		}
		asked++
		w.WriteHeader(404)
	})}
	if _, err := w.asker().Ask(t.Context(), "a@b.example"); !social.Is(err, social.NotFound) || asked != 1 {
		t.Errorf("got %v after %d questions, want NotFound after one", err, asked)
	}
}

func TestOtherSubjectMustStandByItself(t *testing.T) {
	t.Parallel()
	w := world{
		"https://old.example":     account("acct:a@new.example", "https://new.example/a"),
		"https://new.example":     account("acct:a@new.example", "https://new.example/a"),
		"https://liar.example":    account("acct:president@state.example", "https://liar.example/a"),
		"https://state.example":   house("https://state.example", "state.example", "state.example", "president"),
		"https://chain.example":   account("acct:a@old.example", "https://new.example/a"),
		"https://nowhere.example": account("acct:a@away.example", "https://new.example/a"),
	}
	for handle, want := range map[string]string{
		"a@old.example":     "a@new.example https://new.example/a",
		"a@liar.example":    "president@state.example https://state.example/users/president",
		"a@chain.example":   "Upstream",
		"a@nowhere.example": "Unavailable",
	} {
		a, err := w.asker().Ask(t.Context(), handle)
		got := a.Subject + " " + a.ActorIRI
		switch {
		case social.Is(err, social.Upstream):
			got = "Upstream"
		case social.Is(err, social.Unavailable):
			got = "Unavailable"
		}
		if got != want {
			t.Errorf("%s: got %s, %v, want %s", handle, got, err, want)
		}
	}
}

func TestConfirmNeedsBothSides(t *testing.T) {
	t.Parallel()
	split := house("https://social.example", "social.example", "account.example", "alice")
	w := world{
		"https://social.example":  split,
		"https://account.example": split,
		"https://liar.example":    account("acct:alice@account.example", "https://liar.example/a"),
		"https://deaf.example":    account("acct:a@deaf.example", "https://social.example/users/alice"),
		"https://host.example":    account("acct:eve@host.example", "https://evil.example/x"),
		"https://evil.example":    account("acct:eve@host.example", "https://evil.example/x"),
		"https://broken.example":  says(500, "", ""),
		"http://127.0.0.1:4001":   house("http://127.0.0.1:4001", "127.0.0.1:4001", "127.0.0.1:4001", "bob"),
	}
	const alice = "https://social.example/users/alice"
	for _, c := range []struct {
		name, actor, username, claimed string
		want                           string
		kind                           social.Kind
	}{
		{"from the host of the id", alice, "alice", "", "alice@account.example", 0},
		{"other case", alice, "Alice", "", "alice@account.example", 0},
		{"claimed", alice, "alice", "alice@account.example", "alice@account.example", 0},
		{"claimed as a URI", alice, "alice", "acct:alice@account.example", "alice@account.example", 0},
		{"claimed without a username", alice, "", "alice@account.example", "alice@account.example", 0},
		{"at a port", "http://127.0.0.1:4001/users/bob", "bob", "", "bob@127.0.0.1:4001", 0},
		{"the server at a port", "http://127.0.0.1:4001/actor", "127.0.0.1:4001", "", "127.0.0.1:4001@127.0.0.1:4001", 0},
		{"somebody else's handle", "https://liar.example/a", "alice", "alice@account.example", "", social.Forbidden},
		{"claim by way of an own host", "https://liar.example/a", "a", "", "", social.Forbidden},
		{"another actor of the host", "https://social.example/users/mallory", "alice", "", "", social.Forbidden},
		{"host that points at others", "https://deaf.example/a", "a", "", "", social.Forbidden},
		{"borrowed name", "https://evil.example/x", "bob", "", "", social.Invalid},
		{"no such account", alice, "bob", "", "", social.NotFound},
		{"host in trouble", "https://broken.example/a", "a", "", "", social.Unavailable},
		{"host away", "https://away.example/a", "a", "", "", social.Unavailable},
		{"no username", "https://social.example/users/alice", "", "", "", social.Invalid},
		{"username with an @", "https://evil.example/x", "alice@account.example", "", "", social.Invalid},
		{"id that is none", "https://%zz", "a", "", "", social.Invalid},
		{"claim that is none", alice, "alice", "alice", "", social.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := w.asker().Confirm(t.Context(), c.actor, c.username, c.claimed)
			if got != c.want || c.want == "" && !social.Is(err, c.kind) || c.want != "" && err != nil {
				t.Errorf("got %q, %v, want %q or kind %d", got, err, c.want, c.kind)
			}
		})
	}
}

func FuzzJRD(f *testing.F) {
	for _, seed := range []string{
		`{"subject":"acct:a@b.example","links":[{"rel":"self","type":"application/activity+json","href":"https://b.example/a"}]}`,
		`{"links":[{"rel":"http://ostatus.org/schema/1.0/subscribe","template":"https://b.example/?u={uri}"},{"rel":"self","href":5}]}`,
		`{"subject":"acct:x@c.example","links":null}`, `[]`, `{"links":[[]]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		w := world{"https://b.example": says(200, typeJRD, string(body))}
		got, err := w.asker().Ask(t.Context(), "a@b.example")
		if err != nil {
			return
		}
		if u, err := url.Parse(got.ActorIRI); err != nil || u.Scheme != "https" || u.Host == "" {
			t.Errorf("got actor %q, want an https address", got.ActorIRI)
		}
		if u, err := url.Parse(got.Subscribe); got.Subscribe != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
			t.Errorf("got the page %q, want an https address", got.Subscribe)
		}
		if _, host, err := ParseHandle(got.Subject); err != nil || host != "b.example" {
			t.Errorf("got subject %q, want an account of b.example", got.Subject)
		}
	})
}

func FuzzHostMeta(f *testing.F) {
	f.Add([]byte(`<XRD><Link rel="lrdd" template="https://b.example/?r={uri}"/></XRD>`))
	f.Add([]byte(`<!DOCTYPE x [<!ENTITY a "b">]><x>&a;`))
	f.Fuzz(func(t *testing.T, body []byte) {
		template, err := readHostMeta(body)
		if err == nil && !strings.Contains(template, "{uri}") {
			t.Errorf("got template %q, want a place for the name", template)
		}
	})
}
