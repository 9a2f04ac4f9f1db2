// Package web is the pages for people: the first start, login, the public
// profile and a post, and the owner's console. Requests of browsers come in, HTML goes out; a server that
// asks for a profile or a post at its page gets the same document as at its id.
//
// Every page works without scripts. Strangers' text is shown only as package
// markup made it safe, and the policy sent with each page lets nothing run.
package web

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"skerry/internal/access"
	"skerry/internal/activitypub"
	"skerry/internal/bus"
	"skerry/internal/markup"
	"skerry/internal/media"
	"skerry/internal/outbox"
	"skerry/internal/queue"
	"skerry/internal/relay"
	"skerry/internal/remote"
	"skerry/internal/reply"
	"skerry/internal/retention"
	"skerry/internal/social"
	"skerry/internal/store"
)

//go:embed templates static
var files embed.FS

// Options is what the pages need.
type Options struct {
	DB        *store.DB
	Bus       bus.Bus
	Foreman   *queue.Foreman
	Relays    *relay.Keeper
	Sweeper   *retention.Sweeper
	Finder    *remote.Finder
	Scout     *remote.Scout // goes out for what the owner looks at
	Identity  *outbox.Identity
	Publisher *outbox.Publisher
	Documents *outbox.Documents
	Library   *media.Library
	URLs      activitypub.URLs
	Passwords *access.Passwords
	Version   string
	Secure    bool   // visitors come by https
	MediaFrom string // origin from which media are read beside ours; "": none
	Log       *slog.Logger
}

// Site is the pages.
type Site struct {
	Options
	pages  map[string]*template.Template
	marks  map[string]string // of what lies in static: changes with it
	policy string            // what a page may do
	errors reply.Errors
}

// New makes the site.
func New(o Options) (*Site, error) {
	s := &Site{Options: o, marks: map[string]string{}}
	s.policy = policyFor(o.MediaFrom)
	s.errors = reply.Errors{Log: o.Log, Write: s.errorPage}
	if err := s.markFiles(); err != nil {
		return nil, err
	}
	var err error
	s.pages, err = templates()
	return s, err
}

// templates are all pages by their files' names. They know nothing of a site, and
// are parsed once in a process.
var templates = sync.OnceValues(func() (map[string]*template.Template, error) {
	around, err := template.New("layout.html").Funcs(functions).ParseFS(files, "templates/layout.html", "templates/parts/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse the templates around pages: %w", err)
	}
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	pages := map[string]*template.Template{}
	for _, name := range names {
		if path.Base(name) == "layout.html" {
			continue
		}
		t, err := around.Clone()
		if err == nil {
			t, err = t.ParseFS(files, name)
		}
		if err != nil {
			return nil, fmt.Errorf("parse template: %w", err)
		}
		pages[path.Base(name)] = t
	}
	return pages, nil
})

// markFiles marks the files of ours with what is in them, so that a browser that
// keeps one asks for the next version by another address.
func (s *Site) markFiles() error {
	all, err := fs.ReadDir(files, "static")
	if err != nil {
		return fmt.Errorf("list static files: %w", err)
	}
	for _, f := range all {
		body, err := files.ReadFile("static/" + f.Name())
		if err != nil {
			return fmt.Errorf("read a static file: %w", err)
		}
		sum := sha256.Sum256(body)
		s.marks[f.Name()] = hex.EncodeToString(sum[:4])
	}
	return nil
}

// file is the address of a file of ours.
func (s *Site) file(name string) string { return "/static/" + name + "?v=" + s.marks[name] }

// functions are what templates may call.
var functions = template.FuncMap{
	"refuses": refuses,
	"day":     func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04") },
	"stamp": func(t time.Time) string {
		return t.UTC().Format(time.RFC3339)
	},
	"name":  nameOf,
	"title": titleOf,
	// line and rich show emojis in text and in HTML that package markup has made.
	"line":  line,
	"rich":  rich,
	"ago":   ago,
	"in":    in,
	"do":    newButton,
	"bytes": social.Bytes,
	"money": money,

	// audience says in words who may see a post.
	"audience": func(v social.Visibility) string { return audiences[v] },
	// count is a number with its noun.
	"count": func(n int, one, many string) string {
		if n == 1 {
			many = one
		}
		return fmt.Sprint(n, " ", many)
	},
}

// audiences are the names of who may see a post, as the owner chooses among them.
var audiences = [...]string{"Public", "Unlisted", "Followers", "Only those named"}

// nameOf is how an actor is called on a page.
func nameOf(a social.Actor) string { return cmp.Or(a.Name, a.Username) }

// line shows those emojis in text whose pictures a visitor may load.
func line(text string, all []social.Emoji) template.HTML {
	return rich(template.HTMLEscapeString(text), all)
}

// rich shows those emojis in HTML whose pictures a visitor may load.
func rich(html string, all []social.Emoji) template.HTML {
	return template.HTML(markup.Emojify(html, func(code string) string {
		for _, e := range all {
			if e.Shortcode == code {
				return e.URL
			}
		}
		return ""
	}))
}

// Routes mounts the pages; what nothing else answers is answered here too.
func (s *Site) Routes(r chi.Router) {
	get := func(path string, h outbox.Handler) {
		r.Get(path, s.errors.Handle(h))
		r.Head(path, s.errors.Handle(h))
	}
	r.Group(s.openRoutes)
	get("/", s.front)
	get("/static/{file}", s.static)
	get("/setup/{token}", s.setup)
	get("/login", s.login)
	get("/interact", s.interact)
	// Forms are taken from our own pages only.
	ours := http.NewCrossOriginProtection()
	ours.SetDenyHandler(s.errors.Handle(func(http.ResponseWriter, *http.Request) error {
		return social.Faultf(social.Forbidden, "This form was sent from another site, or by a very old browser.")
	}))
	r.Group(func(r chi.Router) {
		r.Use(ours.Handler)
		r.Post("/setup/{token}", s.errors.Handle(s.finishSetup))
		r.Post("/login", s.errors.Handle(s.enter))
		r.Post("/interact", s.errors.Handle(s.goOn))
		r.Post("/logout", s.errors.Handle(s.leave))
		s.ownRoutes(r)
	})
	r.NotFound(s.errors.Handle(func(http.ResponseWriter, *http.Request) error {
		return social.Faultf(social.NotFound, nothing)
	}))
}

// openRoutes mounts what anybody may see, and is kept in memory for all strangers.
func (s *Site) openRoutes(r chi.Router) {
	r.Use(reply.NewMemory(s.DB.Changes, s.DB.Now).Handler)
	get := func(path string, h http.HandlerFunc) {
		r.Get(path, h)
		r.Head(path, h)
	}
	for _, f := range formats {
		get("/@{name}"+f.ending, s.errors.Handle(s.feedOf(f, s.profileFeed)))
		get("/tags/{tag}"+f.ending, s.errors.Handle(s.feedOf(f, s.tagFeed)))
	}
	get("/tags/{tag}", s.errors.Handle(s.tag))
	get("/@{name}", s.errors.Handle(s.profile))
	get("/@{name}/{id}", s.errors.Handle(s.post))
	get("/@{name}/{id}/history", s.errors.Handle(s.openHistory))
	get("/oembed", reply.Errors{Log: s.Log, Write: reply.JSONError}.Handle(s.oembed))
	get("/robots.txt", s.errors.Handle(s.robots))
}

// ownRoutes mounts what is for the owner alone.
func (s *Site) ownRoutes(r chi.Router) {
	r = r.With(middleware.Compress(5, "text/html")) // no cache keeps it
	get := func(path string, h outbox.Handler) {
		r.Get(path, s.errors.Handle(s.mine(h)))
		r.Head(path, s.errors.Handle(s.mine(h)))
	}
	post := func(path string, h outbox.Handler) { r.Post(path, s.errors.Handle(s.mine(h))) }

	// The reader.
	s.readRoutes(get, post)

	// The writer.
	s.writeRoutes(get, post)

	// The first steps and the settings.
	get("/welcome", s.welcome)
	get("/welcome/profile", s.introduce)
	post("/welcome/profile", s.introduced)
	s.settingsRoutes(get, post)

	// The console.
	get("/admin/queue", s.queue)
	get("/admin/queue/hosts", s.queueHosts)
	get("/admin/queue/host", s.queueHost)
	get("/admin/queue/posts/{id}", s.queuePost)
	post("/admin/queue/{verb}", s.changeQueue)
	get("/admin/relays", s.relays)
	post("/admin/relays", s.addRelay)
	get("/admin/relays/compare", s.compare)
	post("/admin/relays/price", s.setPrice)
	get("/admin/relays/{id}/ledger", s.ledger)
	get("/admin/relays/{id}", s.relay)
	post("/admin/relays/{id}", s.ruleRelay)
	post("/admin/relays/{id}/{verb}", s.changeRelay)
	get("/admin/blocks", s.blocks)
	get("/admin/blocks.csv", s.exportBlocks)
	get("/admin/blocks/new", s.newBlock)
	post("/admin/blocks/new", s.putBlock)
	post("/admin/blocks/federation", s.changeFederation)
	get("/admin/blocks/import", s.importBlocks)
	post("/admin/blocks/import", s.takeBlocks)
	get("/admin/blocks/lists", s.blocklists)
	post("/admin/blocks/lists", s.subscribe)
	post("/admin/blocks/lists/{id}/read", s.readBlocklist)
	post("/admin/blocks/lists/{id}/remove", s.unsubscribe)
	get("/admin/blocks/{id}", s.editBlock)
	post("/admin/blocks/{id}/remove", s.removeBlock)
	get("/admin/storage", s.storage)
	post("/admin/storage", s.saveStorage)
	get(prunePath, s.prune)
	post(prunePath, s.askPrune)
	get(purgePath, s.purge)
	post(purgePath, s.askPurge)
	get("/admin/reports", s.reports)
	post("/admin/reports/{id}/forget", s.forgetReport)
	get("/admin/emoji", s.emoji)
	post("/admin/emoji", s.addEmoji)
	post("/admin/emoji/{id}/retire", s.retireEmoji)
}

// policyFor says what a page may do: show itself and media that we serve, or that
// lie where we send their readers, run our own scripts, and send its forms home.
func policyFor(mediaFrom string) string {
	from := strings.TrimSpace("'self' " + mediaFrom)
	return "default-src 'none'; style-src 'self'; img-src " + from + "; media-src " + from +
		"; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// layout is what every page shows.
type layout struct {
	Title      string
	Stylesheet string
	Version    string
	Owner      bool   // the owner has logged in
	Section    string // what of the main menu this is
	Unread     int    // notifications
	Scripts    []string
	Canonical  string // the page's own address, for those that search engines may keep
	Activity   string // the address of the document behind the page
	NoIndex    bool
	Feeds      []feedLink
}

// ownScripts are those of every page that the owner sees.
var ownScripts = []string{"act.js", "copy.js", "draft.js", "keys.js", "live.js"}

func (s *Site) layout(r *http.Request, title string) layout {
	l := layout{Title: title, Stylesheet: s.file("style.css"), Version: s.Version, Owner: s.known(r), NoIndex: true}
	if l.Owner {
		l.Unread = s.unread(r)
		for _, name := range ownScripts {
			l.Scripts = append(l.Scripts, s.file(name))
		}
	}
	return l
}

// render makes a page.
func (s *Site) render(w http.ResponseWriter, name string, page any) ([]byte, error) {
	var b bytes.Buffer
	if err := s.pages[name].Execute(&b, page); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	h := w.Header()
	h.Set("Content-Security-Policy", s.policy)
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	return b.Bytes(), nil
}

// show answers with a page for this visitor alone.
func (s *Site) show(w http.ResponseWriter, r *http.Request, name string, page any) error {
	body, err := s.render(w, name, page)
	if err != nil {
		return err
	}
	return reply.Page(w, r, body, reply.NoStore)
}

// showWith is show with another status.
func (s *Site) showWith(w http.ResponseWriter, status int, name string, page any) error {
	body, err := s.render(w, name, page)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", reply.TypeHTML)
	w.Header().Set("Cache-Control", reply.NoStore.String())
	w.WriteHeader(status)
	_, err = w.Write(body)
	return err
}

type errorPage struct {
	layout
	Say string
}

// errorTitles are words for people; other errors have those of HTTP.
var errorTitles = map[int]string{
	http.StatusBadRequest: "That could not be read", http.StatusUnauthorized: "Log in first", http.StatusForbidden: "That is not allowed",
	http.StatusNotFound: "Nothing here", http.StatusGone: "Gone", http.StatusConflict: "That does not fit", http.StatusRequestEntityTooLarge: "Too large",
	http.StatusUnprocessableEntity: "That cannot be done", http.StatusTooManyRequests: "Too fast", http.StatusInternalServerError: "Something went wrong",
	http.StatusBadGateway: "Another server does not help", http.StatusServiceUnavailable: "Not now",
}

// nothing is what people hear of an address that leads nowhere.
const nothing = "There is nothing at this address."

// sentence makes a line for programs one for people.
func sentence(say string) string {
	if say == "not found" {
		return nothing
	}
	first, n := utf8.DecodeRuneInString(say)
	say = string(unicode.ToUpper(first)) + say[n:]
	if strings.HasSuffix(say, ".") {
		return say
	}
	return say + "."
}

// errorPage shows an error to people, and says it in a line to programs.
func (s *Site) errorPage(w http.ResponseWriter, r *http.Request, status int, say string) {
	reply.Varies(w)
	if reply.Negotiate(r.Header, reply.ActivityJSON) == reply.ActivityJSON {
		reply.Text(w, r, status, say)
		return
	}
	title := cmp.Or(errorTitles[status], http.StatusText(status))
	err := s.showWith(w, status, "error.html", errorPage{s.layout(r, title), sentence(say)})
	if err != nil {
		s.Log.Warn("could not show an error page", "err", err)
	}
}

// static answers with a file of ours.
func (s *Site) static(w http.ResponseWriter, r *http.Request) error {
	name := chi.URLParam(r, "file")
	body, err := files.ReadFile("static/" + name)
	if err != nil {
		return social.Faultf(social.NotFound, nothing).Because(err)
	}
	return reply.Document(w, r, mime.TypeByExtension(path.Ext(name)), body, reply.Public3d)
}

// robots lets search engines read all but the forms: what they may keep, each page
// says itself. [RFC 9309]
func (s *Site) robots(w http.ResponseWriter, r *http.Request) error {
	return reply.Document(w, r, reply.TypeText, []byte("User-agent: *\nDisallow: /interact\n"), reply.Public3d)
}

// front sends visitors to the owner's page.
func (s *Site) front(w http.ResponseWriter, r *http.Request) error {
	o, err := s.DB.Owner(r.Context())
	if social.Is(err, social.NotFound) {
		return s.show(w, r, "unowned.html", s.layout(r, "Almost there"))
	}
	if err != nil {
		return err
	}
	reply.SeeOther(w, r, s.URLs.Profile(o.Actor.Username))
	return nil
}
