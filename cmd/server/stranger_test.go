package main

import (
	"net/url"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"skerry/internal/testkit"
)

// follower lives on a server of its own and follows the owner of the script's.
type follower struct {
	t    *testing.T
	peer *testkit.Peer
}

// follow NAME makes somebody follow the owner anna, and puts their host into a
// variable.
func (f *follower) follow(ts *testscript.TestScript, _ bool, args []string) {
	f.peer = testkit.NewPeer(f.t)
	bert := f.peer.Person("bert")
	owner := "http://" + ts.Getenv("ADDRESS") + "/users/anna"
	if status, said := bert.Send(owner+"/inbox", bert.Activity("Follow", "1", owner)); status != 202 {
		ts.Fatalf("the Follow was answered %d %s", status, said)
	}
	at, err := url.Parse(f.peer.Origin)
	ts.Check(err)
	ts.Setenv(args[0], at.Host)
}

// answer STATUS is what their inbox says from now on; 0: it takes everything.
func (f *follower) answer(ts *testscript.TestScript, _ bool, args []string) {
	status, err := strconv.Atoi(args[0])
	ts.Check(err)
	f.peer.Fail("/users/bert/inbox", status)
}

// got TYPE N wants that so many activities of a type were taken by their inbox.
func (f *follower) got(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	if n := len(f.peer.Got(args[0])); n != want {
		ts.Fatalf("%d of %s came, want %d", n, args[0], want)
	}
}

// until PATTERN PROGRAM ARGS… runs a program until its output has the pattern.
func prints(ts *testscript.TestScript, _ bool, args []string) {
	pattern, err := regexp.Compile(`(?m)` + args[0])
	ts.Check(err)
	for deadline := time.Now().Add(patience); ; {
		ts.Check(ts.Exec(args[1], args[2:]...))
		if pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s never printed %s", args[1], args[0])
		}
	}
}
