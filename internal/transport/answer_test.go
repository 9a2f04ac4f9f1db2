package transport

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"skerry/internal/httpsig"
)

func gzipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, text)
	z.Close()
	return b.String()
}

// packed answers with a body that is said to be packed.
func packed(how, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", how)
		io.WriteString(w, body)
	}
}

// noise does not pack well.
func noise(n int) string {
	b := make([]byte, n)
	x := uint32(1)
	for i := range b {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		b[i] = byte(x)
	}
	return string(b)
}

func TestAnswersAreReadWithinBounds(t *testing.T) {
	t.Parallel()
	const limit = 64 << 10
	zeros := func(n int) string { return strings.Repeat("0", n) }
	for name, c := range map[string]struct {
		answer http.Handler
		want   string
		kind   ErrorKind // -1: want is read
	}{
		"empty":                      {says(200, ""), "", -1},
		"plain":                      {says(200, "hello"), "hello", -1},
		"plain, as long as may be":   {says(200, noise(limit)), noise(limit), -1},
		"plain, longer":              {says(200, noise(limit+1)), "", TooLarge},
		"plain, without end":         {http.HandlerFunc(endless), "", TooLarge},
		"packed":                     {packed("gzip", gzipped("hello")), "hello", -1},
		"packed, in capitals":        {packed("GZIP", gzipped("hello")), "hello", -1},
		"packed, in two members":     {packed("gzip", gzipped("hel")+gzipped("lo")), "hello", -1},
		"packed nothing":             {packed("gzip", gzipped("")), "", -1},
		"nothing that is packed":     {packed("gzip", ""), "", -1},
		"packed, as long as may be":  {packed("gzip", gzipped(noise(limit/2)+zeros(limit/2))), noise(limit/2) + zeros(limit/2), -1},
		"packed, longer once read":   {packed("gzip", gzipped(noise(limit/2)+zeros(limit/2+1))), "", TooLarge},
		"packed, longer as it comes": {packed("gzip", gzipped(noise(limit+1))), "", TooLarge},
		"packed, without end": {http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			endless(w, r)
		}), "", TooLarge},
		"packed tightly":            {packed("gzip", gzipped(zeros(2<<10))), zeros(2 << 10), -1},
		"packed too tightly":        {packed("gzip", gzipped(zeros(4<<10))), "", TooLarge},
		"a bomb":                    {packed("gzip", gzipped(zeros(4<<20))), "", TooLarge},
		"packed another way":        {packed("br", "\x0b\x02\x80hello\x03"), "\x0b\x02\x80hello\x03", -1},
		"not packed at all":         {packed("gzip", "hello, this is text"), "", Network},
		"packed, cut in its header": {packed("gzip", gzipped("hello")[:5]), "", Network},
		"packed, cut":               {packed("gzip", gzipped(noise(999))[:500]), "", Network},
		"packed, without its sum":   {packed("gzip", gzipped("hello")[:len(gzipped("hello"))-8]), "", Network},
		"packed, with another sum":  {packed("gzip", gzipped("hello")[:len(gzipped("hello"))-8]+"12345678"), "", Network},
		"packed, then dirt":         {packed("gzip", gzipped("hello")+"dirt dirt dirt"), "", Network},
		"packed, spoilt":            {packed("gzip", gzipped("x")[:10]+"\xff\xff\xff\xff"), "", Network},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStranger(t, c.answer)
			res, err := newClient(t, Options{}).Get(t.Context(), s.URL, Get{MaxBytes: limit})
			if kind(err) != c.kind || (err == nil) != (c.kind == -1) {
				t.Fatalf("got %v, want kind %d", err, c.kind)
			}
			if err == nil && string(res.Body) != c.want {
				t.Errorf("got %d bytes, want %d: %.40q", len(res.Body), len(c.want), res.Body)
			}
		})
	}
}

// endless answers until nobody reads any more.
func endless(w http.ResponseWriter, _ *http.Request) {
	for {
		if _, err := io.WriteString(w, strings.Repeat("x", 4096)); err != nil {
			return
		}
	}
}

func TestDocumentOfMoreThanAMebibyteIsNotRead(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]ErrorKind{1 << 20: -1, 1<<20 + 1: TooLarge} {
		s := newStranger(t, says(200, strings.Repeat("x", n)))
		res, err := newClient(t, Options{}).Get(t.Context(), s.URL, Get{})
		if kind(err) != want || err == nil && len(res.Body) != n {
			t.Errorf("%d bytes: got %v, want kind %d", n, err, want)
		}
	}
}

// TestHalfAnAnswerIsNotTakenForAWhole sends less than was announced, by hand: a
// server of net/http does not.
func TestHalfAnAnswerIsNotTakenForAWhole(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":             "",
		"half a status":       "HTTP/1.1 20",
		"half the headers":    "HTTP/1.1 200 OK\r\nContent-Le",
		"no body":             "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
		"half a body":         "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
		"half a chunk":        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhello",
		"no last chunk":       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
		"a chunk of no size":  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
		"two lengths":         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
		"something else":      "SSH-2.0-OpenSSH_9.9\r\n",
		"a header of its own": "HTTP/1.1 200 OK\r\nNo header at all\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := rough(t, func(conn net.Conn) { io.WriteString(conn, text) })
			res, err := newClient(t, Options{}).Get(t.Context(), "http://"+address+"/", Get{})
			if kind(err) != Network || res != nil {
				t.Errorf("got %+v, %v, want that the connection failed", res, err)
			}
		})
	}
}

func TestHugeHeadersEndAnAnswer(t *testing.T) {
	t.Parallel()
	const end = "Content-Length: 0\r\n\r\n"
	filler := "X-Filler: " + strings.Repeat("x", 1000) + "\r\n"
	for name, c := range map[string]struct {
		text string
		want ErrorKind
	}{
		"some":          {"HTTP/1.1 200 OK\r\n" + strings.Repeat(filler, 40) + end, -1},
		"many":          {"HTTP/1.1 200 OK\r\n" + strings.Repeat(filler, 100) + end, Network},
		"one long one":  {"HTTP/1.1 200 OK\r\nX-Filler: " + strings.Repeat("x", 100_000) + "\r\n" + end, Network},
		"a long status": {"HTTP/1.1 200 " + strings.Repeat("x", 100_000) + "\r\n" + end, Network},
		"many hints":    {strings.Repeat("HTTP/1.1 103 Early Hints\r\n"+filler+"\r\n", 100) + "HTTP/1.1 200 OK\r\n" + end, Network},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := rough(t, func(conn net.Conn) { io.WriteString(conn, c.text) })
			if res, err := newClient(t, Options{}).Get(t.Context(), "http://"+address+"/", Get{}); kind(err) != c.want {
				t.Errorf("GET: got %+v, %v, want kind %d", res, err, c.want)
			}
			if res, err := newClient(t, Options{}).Post(t.Context(), "http://"+address+"/", []byte("{}"), ourKey(), httpsig.Cavage); kind(err) != c.want {
				t.Errorf("POST: got %+v, %v, want kind %d", res, err, c.want)
			}
		})
	}
}

// TestStatusCountsWhateverComesWithIt: only a document must be whole. A server
// answers 410 with a page of any size, and then must be taken to be gone.
func TestStatusCountsWhateverComesWithIt(t *testing.T) {
	t.Parallel()
	for name, rest := range map[string]string{
		"a large page": fmt.Sprintf("Content-Length: %d\r\n\r\n%s", 2<<10, strings.Repeat("x", 2<<10)),
		"half a page":  "Content-Length: 100\r\n\r\nhello",
		"a broken one": "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
	} {
		for status, want := range map[int]ErrorKind{200: -2, 404: -1, 410: -1, 500: -1} {
			address := rough(t, func(conn net.Conn) { fmt.Fprintf(conn, "HTTP/1.1 %d x\r\n%s", status, rest) })
			res, err := newClient(t, Options{}).Get(t.Context(), "http://"+address+"/", Get{MaxBytes: 1 << 10})
			if want == -1 && (err != nil || res.Status != status) || want != -1 && err == nil {
				t.Errorf("%d with %s: got %+v, %v", status, name, res, err)
			}
		}
	}
	end := newStranger(t, says(200, "the end"))
	address := rough(t, func(conn net.Conn) {
		fmt.Fprintf(conn, "HTTP/1.1 301 x\r\nLocation: %s\r\nContent-Length: 9999\r\n\r\n%s", end.URL, strings.Repeat("x", 9999))
	})
	res, err := newClient(t, Options{}).Get(t.Context(), "http://"+address+"/", Get{MaxBytes: 1 << 10})
	if err != nil || string(res.Body) != "the end" {
		t.Errorf("a redirect with a large page: got %+v, %v, want the end", res, err)
	}
}
