// Package mastodon is the Mastodon client API: requests of apps and scripts come
// in, verbs of package outbox are called, and REST entities go out.
//
// It holds no rules of its own: whatever changes the world goes through a verb,
// so that this face and the pages cannot disagree. What it does not have answers
// 404 as JSON, because apps fall back on nothing else. [Masto]
package mastodon

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/cors"

	"skerry/internal/activitypub"
	"skerry/internal/media"
	"skerry/internal/outbox"
	"skerry/internal/remote"
	"skerry/internal/reply"
	"skerry/internal/social"
	"skerry/internal/store"
)

// API answers the client API.
type API struct {
	db        *store.DB
	publisher *outbox.Publisher
	finder    *remote.Finder
	library   *media.Library
	urls      activitypub.URLs
	version   string
	errors    reply.Errors
}

// New makes the API.
func New(db *store.DB, publisher *outbox.Publisher, finder *remote.Finder, library *media.Library, urls activitypub.URLs, version string, log *slog.Logger) *API {
	return &API{
		db: db, publisher: publisher, finder: finder, library: library, urls: urls, version: version,
		errors: reply.Errors{Log: log, Write: reply.JSONError},
	}
}

// Routes mounts everything under /api.
func (a *API) Routes(r chi.Router) {
	r.Mount("/api", a.front())
}

// front is the table of contents.
func (a *API) front() http.Handler {
	r := chi.NewRouter()
	r.Use(allowOrigins, trimSlash)
	r.Get("/v1/instance", a.errors.Handle(a.instanceV1))
	r.Get("/v2/instance", a.errors.Handle(a.instanceV2))
	r.Get("/v1/instance/peers", a.errors.Handle(a.peers))
	r.Get("/v1/custom_emojis", a.errors.Handle(a.customEmojis))

	r.Get("/v1/accounts/verify_credentials", a.with("read:accounts", a.verifyCredentials))
	r.Patch("/v1/accounts/update_credentials", a.withFiles("write:accounts", a.updateCredentials, "avatar", "header"))
	r.Delete("/v1/profile/avatar", a.with("write:accounts", a.takeOff(func(p *social.Profile) { p.Avatar = social.Image{} })))
	r.Delete("/v1/profile/header", a.with("write:accounts", a.takeOff(func(p *social.Profile) { p.Header = social.Image{} })))
	r.Get("/v1/accounts/lookup", a.with("read:accounts", a.lookup))
	r.Get("/v1/accounts/relationships", a.with("read:follows", a.relationships))
	r.Get("/v1/accounts/{id}", a.with("read:accounts", a.account))
	r.Get("/v1/accounts/{id}/statuses", a.with("read:statuses", a.accountStatuses))
	r.Get("/v1/accounts/{id}/followers", a.with("read:accounts", a.followers))
	r.Get("/v1/accounts/{id}/following", a.with("read:accounts", a.following))
	r.Post("/v1/accounts/{id}/follow", a.with("write:follows", a.follow))
	r.Post("/v1/accounts/{id}/unfollow", a.with("write:follows", a.toward(a.publisher.Unfollow)))
	r.Post("/v1/accounts/{id}/remove_from_followers", a.with("write:follows", a.toward(a.publisher.RejectFollower)))
	r.Post("/v1/accounts/{id}/block", a.with("write:blocks", a.toward(a.publisher.Block)))
	r.Post("/v1/accounts/{id}/unblock", a.with("write:blocks", a.toward(a.publisher.Unblock)))
	r.Post("/v1/accounts/{id}/mute", a.with("write:mutes", a.mute))
	r.Post("/v1/accounts/{id}/unmute", a.with("write:mutes", a.toward(a.publisher.Unmute)))
	r.Get("/v1/mutes", a.with("read:mutes", a.mutes))
	r.Get("/v1/blocks", a.with("read:blocks", a.blocks))
	r.Get("/v1/domain_blocks", a.with("read:blocks", a.domainBlocks))
	r.Post("/v1/domain_blocks", a.with("write:blocks", a.blockDomain))
	r.Delete("/v1/domain_blocks", a.with("write:blocks", a.unblockDomain))
	r.Post("/v1/reports", a.with("write:reports", a.report))
	r.Get("/v1/follow_requests", a.with("read:follows", a.followRequests))
	r.Post("/v1/follow_requests/{id}/authorize", a.with("write:follows", a.toward(a.publisher.AcceptFollower)))
	r.Post("/v1/follow_requests/{id}/reject", a.with("write:follows", a.toward(a.publisher.RejectFollower)))

	r.Post("/v1/media", a.withFiles("write:media", a.upload, "file", "thumbnail"))
	r.Post("/v2/media", a.withFiles("write:media", a.upload, "file", "thumbnail"))
	r.Get("/v1/media/{id}", a.with("write:media", a.medium))
	r.Put("/v1/media/{id}", a.with("write:media", a.describeMedium))
	r.Delete("/v1/media/{id}", a.with("write:media", a.deleteMedium))

	r.Post("/v1/statuses", a.with("write:statuses", a.postStatus))
	r.Get("/v1/statuses/{id}", a.with("read:statuses", a.status))
	r.Put("/v1/statuses/{id}", a.with("write:statuses", a.editStatus))
	r.Delete("/v1/statuses/{id}", a.with("write:statuses", a.deleteStatus))
	r.Get("/v1/statuses/{id}/context", a.with("read:statuses", a.context))
	r.Get("/v1/statuses/{id}/history", a.with("read:statuses", a.history))
	r.Get("/v1/statuses/{id}/source", a.with("read:statuses", a.source))
	r.Post("/v1/statuses/{id}/favourite", a.with("write:favourites", a.mark(a.publisher.Like)))
	r.Post("/v1/statuses/{id}/unfavourite", a.with("write:favourites", a.mark(a.publisher.Unlike)))
	r.Post("/v1/statuses/{id}/reblog", a.with("write:statuses", a.reblog))
	r.Post("/v1/statuses/{id}/unreblog", a.with("write:statuses", a.mark(a.publisher.Unboost)))
	r.Post("/v1/statuses/{id}/bookmark", a.with("write:bookmarks", a.mark(a.publisher.Bookmark)))
	r.Post("/v1/statuses/{id}/unbookmark", a.with("write:bookmarks", a.mark(a.publisher.Unbookmark)))
	r.Post("/v1/statuses/{id}/pin", a.with("write:accounts", a.mark(a.publisher.Pin)))
	r.Post("/v1/statuses/{id}/unpin", a.with("write:accounts", a.mark(a.publisher.Unpin)))
	r.Post("/v1/statuses/{id}/mute", a.with("write:mutes", a.mark(a.publisher.MuteConversation)))
	r.Post("/v1/statuses/{id}/unmute", a.with("write:mutes", a.mark(a.publisher.UnmuteConversation)))

	r.Get("/v1/polls/{id}", a.with("read:statuses", a.poll))
	r.Post("/v1/polls/{id}/votes", a.with("write:statuses", a.vote))

	r.Get("/v1/timelines/home", a.with("read:statuses", a.home))
	r.Get("/v1/timelines/public", a.with("read:statuses", a.public))
	r.Get("/v1/timelines/tag/{hashtag}", a.with("read:statuses", a.tagged))
	r.Get("/v1/tags/{hashtag}", a.with("read:statuses", a.hashtag))
	r.Post("/v1/tags/{hashtag}/follow", a.with("write:follows", a.followTag))
	r.Post("/v1/tags/{hashtag}/unfollow", a.with("write:follows", a.unfollowTag))
	r.Get("/v1/followed_tags", a.with("read:follows", a.followedTags))
	r.Get("/v1/trends/tags", a.with("read:statuses", a.trendingTags))
	r.Get("/v1/favourites", a.with("read:favourites", a.favourites))
	r.Get("/v1/bookmarks", a.with("read:bookmarks", a.bookmarks))
	r.Get("/v1/notifications", a.with("read:notifications", a.notifications))
	r.Get("/v1/notifications/unread_count", a.with("read:notifications", a.unread))
	r.Get("/v1/markers", a.with("read:statuses", a.markers))
	r.Post("/v1/markers", a.with("write:statuses", a.saveMarkers))
	r.Get("/v1/conversations", a.with("read:statuses", a.conversations))
	r.Post("/v1/conversations/{id}/read", a.with("write:conversations", a.readConversation))
	r.Delete("/v1/conversations/{id}", a.with("write:conversations", a.hideConversation))
	r.Get("/v1/preferences", a.with("read:accounts", a.preferences))
	r.Get("/v2/search", a.with("read:search", a.search))

	absent := a.errors.Handle(func(http.ResponseWriter, *http.Request) error {
		return social.Faultf(social.NotFound, "Not found: this version has no such part of the API")
	})
	r.NotFound(absent)
	r.MethodNotAllowed(absent)
	return r
}

// allowOrigins lets web apps of every origin in: tokens travel in a header, not
// in cookies.
func allowOrigins(next http.Handler) http.Handler {
	return cors.Handler(cors.Options{
		AllowedOrigins: []string{"*"},
		AllowedMethods: []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete},
		AllowedHeaders: []string{"Authorization", "Content-Type", "Idempotency-Key"},
		ExposedHeaders: []string{"Link", "X-Request-Id"},
		MaxAge:         int((24 * time.Hour).Seconds()),
	})(next)
}

// trimSlash takes paths with a slash at their end as those without: some apps
// write them so, and a redirect would lose a POST's body.
func trimSlash(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ctx := chi.RouteContext(r.Context()); ctx != nil && len(ctx.RoutePath) > 1 {
			ctx.RoutePath = strings.TrimRight(ctx.RoutePath, "/")
		}
		next.ServeHTTP(w, r)
	})
}
