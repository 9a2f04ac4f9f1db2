package testkit

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
)

// Redis gives the address of the Redis of the tests, and a prefix for the keys of
// this one. Without a server the test fails: it does not skip.
func Redis(t testing.TB) (address, prefix string) {
	t.Helper()
	address = os.Getenv(redisEnv)
	if address == "" {
		t.Fatalf("%s is not set: run the tests with make check, which starts a private Redis", redisEnv)
	}
	return address, strings.ToLower(rand.Text()) + ":"
}

// RedisUser makes a user of that Redis who may use the keys and channels that begin
// so, with the password, until the test ends.
func RedisUser(t testing.TB, prefix, name, password string) {
	t.Helper()
	tellRedis(t, "+OK", "ACL", "SETUSER", name, "on", ">"+password, "~"+prefix+"*", "&"+prefix+"*", "+@all")
	t.Cleanup(func() { tellRedis(t, ":1", "ACL", "DELUSER", name) })
}

// Forget deletes all keys that begin so.
func Forget(t testing.TB, prefix string) {
	t.Helper()
	tellRedis(t, ":0", "EVAL", `for _, k in ipairs(redis.call("KEYS", ARGV[1])) do redis.call("DEL", k) end return 0`, "0", prefix+"*")
}

// tellRedis gives a command and wants that answer. It speaks to Redis by itself: the
// library has its one door in package bus.
func tellRedis(t testing.TB, want string, words ...string) {
	t.Helper()
	address, _ := Redis(t)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "*%d\r\n", len(words))
	for _, w := range words {
		fmt.Fprintf(c, "$%d\r\n%s\r\n", len(w), w)
	}
	if line, err := bufio.NewReader(c).ReadString('\n'); err != nil || strings.TrimSpace(line) != want {
		t.Fatalf("Redis answers %q, %v to %s, want %s", line, err, words[0], want)
	}
}
