package app_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"skerry/internal/app"
	"skerry/internal/social"
	"skerry/internal/testkit"
)

// client keeps its connections to itself: a server of httptest that ends closes
// those of the default client, which tests beside it are using.
var client = &http.Client{Transport: new(http.Transport)}

// visit reads a document as a server would.
func visit(t *testing.T, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/activity+json")
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %d %s, %v", url, res.StatusCode, body, err)
	}
	return string(body)
}

// Answers are remembered, and no reader can tell: whatever the owner does is in
// the next answer.
func TestChangeIsInTheNextAnswer(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		s := testkit.Start(t, dsn, "anna")
		post, err := s.Publisher.Post(t.Context(), social.Draft{Text: "first"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name, url string
			change    func() error
		}{
			{"a post", s.Owner.Outbox + "?page=true", func() error {
				_, err := s.Publisher.Post(t.Context(), social.Draft{Text: "second"}, nil)
				return err
			}},
			{"an edit", post.IRI, func() error {
				_, err := s.Publisher.Edit(t.Context(), post.ID, social.Draft{Text: "changed"})
				return err
			}},
			{"another name", s.Owner.IRI, func() error {
				return s.Publisher.EditProfile(t.Context(), social.Profile{Name: "Another"})
			}},
		} {
			before := visit(t, c.url)
			if again := visit(t, c.url); again != before {
				t.Errorf("%s: two answers without a change differ: %s and %s", c.name, before, again)
			}
			if err := c.change(); err != nil {
				t.Fatal(err)
			}
			if after := visit(t, c.url); after == before {
				t.Errorf("%s is not in the next answer: %s", c.name, after)
			}
		}
	})
}

// One process tells the others, so that they need not find out by asking.
func TestProcessesHearOfChanges(t *testing.T) {
	t.Parallel()
	s := testkit.Many(t, new(testkit.Clock), testkit.Postgres(t), "anna", app.AllRoles, app.Roles{Web: true})
	rings, stop := s.Bus.Listen("changed")
	defer stop()
	if _, err := s.Publisher.Post(t.Context(), social.Draft{Text: "one"}, nil); err != nil {
		t.Fatal(err)
	}
	wantRing(t, "changed", rings)
}

func TestWhatACommandChangedIsHeard(t *testing.T) {
	t.Parallel()
	b := newBerth(t, "")
	s := b.run()
	before := s.DB.Changes()
	b.wake()
	for end := time.Now().Add(time.Minute); s.DB.Changes() == before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("a command rang, and what is remembered was not forgotten")
		}
	}
}
