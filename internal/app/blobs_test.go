package app_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"skerry/internal/app"
	"skerry/internal/config"
	"skerry/internal/testkit"
)

func TestWrongBucketStopsTheStart(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		l := testkit.Listen(t)
		cfg := config.Config{Domain: l.Addr().String(), AccountDomain: l.Addr().String(), DataDir: t.TempDir(), DatabaseURL: dsn}
		testkit.S3(t).Use(&cfg)
		cfg.S3.Bucket = "nobodys"
		a, err := app.New(t.Context(), cfg, app.Options{Version: "test", Log: testkit.Log(t)})
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		err = a.Serve(t.Context(), l, func(net.Addr) { t.Error("it serves") })
		if err == nil || !strings.HasPrefix(err.Error(), `S3_BUCKET: 127.0.0.1:`) || !strings.Contains(err.Error(), "create it") {
			t.Errorf("got %v, want one line that names the setting and the mend", err)
		}
		if c, err := net.DialTimeout("tcp", cfg.Domain, time.Second); err == nil {
			c.Close()
			t.Error("it still listens")
		}
	})
}

// ready is what /readyz says.
func ready(t *testing.T, s *testkit.Server) (int, string) {
	t.Helper()
	res, err := client.Get(s.Origin + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(said)
}

func TestServerStartsWithoutItsMediaStoreAndSaysSo(t *testing.T) {
	t.Parallel()
	testkit.Engines(t, func(t *testing.T, dsn string) {
		bucket, cable := testkit.S3(t).Cabled(t)
		cable.Cut()
		s := testkit.Start(t, dsn, "anna", bucket.Use)
		if status, said := ready(t, s); status != 200 || !strings.Contains(said, "the media store is away") {
			t.Errorf("away: got %d %s, want 200 that says so", status, said)
		}
		cable.Mend()
		if status, said := ready(t, s); status != 200 || said != "ready\n" {
			t.Errorf("back: got %d %s, want ready alone", status, said)
		}
	})
}
