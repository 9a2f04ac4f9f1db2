package main

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"skerry/internal/config"
)

const usage = `skerry is an ActivityPub server for one person.

  skerry [serve]          run the server (the default): [--roles web,worker,scheduler]
  skerry owner create     create the owner: --username NAME, password on stdin or in OWNER_PASSWORD(_FILE)
  skerry owner password   change the owner's password, read from stdin; ends all sessions
  skerry owner show       say who the owner is
  skerry owner token      print an API token for scripts: [--scopes "read write follow"] [--name NAME]
  skerry queue [list]     say how work stands by lane, and what was given up: [--json]
  skerry queue hosts      say how hosts stand: [HOST] [--state healthy|slow|failing|dormant|paused|ill] [--json]
  skerry queue post ID    say where a post of the owner's went: [--json]
  skerry queue retry      do work again: ID, --host HOST, or --lane LANE
  skerry queue abandon    give work up: ID, or --host HOST
  skerry queue pause HOST     send nothing to a host until: skerry queue resume HOST
  skerry relay [list]     say how relays stand and what they bring: [--json]
  skerry relay add URL    follow a relay, by its inbox or actor: [--style mastodon|litepub]
  skerry relay pause RELAY    take nothing of it until: skerry relay resume RELAY
  skerry relay ask RELAY      ask a relay once more that does not answer, refused or fell silent
  skerry relay publish RELAY on|off  send your public posts to it, or no more
  skerry relay remove RELAY   leave a relay
  skerry relay rules RELAY    print as JSON what of it is kept: [--set FILE] sets it, --all for the rules of all relays
  skerry relay preview RELAY  say what its rules, or those in a file, would have done in the last 24 hours: [FILE] [--all] [--json]
  skerry relay trial RELAY on|off    judge and count what it names, and keep nothing
  skerry block [list]     say which servers are blocked: [--json]
  skerry block add DOMAIN     block a server and all below it: [--severity suspend|silence|noop] [--reject-media] [--reject-reports]
                              [--reject-relayed] [--why TEXT] [--yes]
  skerry block subscribe URL  read a blocklist every day: [--mild] silence at most, [--yes]; skerry block lists, skerry block unsubscribe URL
  skerry block remove DOMAIN  let it in again: [--yes] where a wider block then ends something
  skerry block import FILE    block what a list names, as Mastodon exports it or domains alone: [--yes]; skerry block export prints one
  skerry config           print the effective settings, secrets masked
  skerry config rekey     seal the private keys with another SECRET_KEY: --new-key-file FILE
  skerry media check      compare database and media store both ways, exit 1 when they differ: [--repair] mends what can be
  skerry prune            forget now what has had its time or has no room: [--json];
                          [--dry-run] says what would go and why the rest stays, [--why ID] why a post stays or when it leaves
  skerry prune --domain HOST | --relay RELAY | --account @NAME@HOST
                          count all that came from there and that you did not touch; [--yes] removes it: [--json]
  skerry prune --compact  give spare room of the database back to the disk, while no server runs: says what that takes, [--yes] does it
  skerry demo             run two servers and a relay on this machine that talk to each other, for looking around; nothing of them stays
  skerry migrate          bring the database schema up to date and stop
  skerry healthcheck      ask the running server how it is; exit code 1 when it is not ready: [--roles …] as it was started
  skerry version          print the version

Settings are environment variables, or lines of a .env file in the working directory. One marked with * may
be in a file: NAME_FILE says in which.

`

// help says what can be done and what can be set.
func (p program) help() {
	fmt.Fprint(p.out, usage)
	for _, s := range config.Reference() {
		name, is := s.Name, ""
		if s.Secret {
			name += " *"
		}
		if s.Value != "" {
			is = " (" + s.Value + ")"
		}
		fmt.Fprintf(p.out, "  %-22s  %s%s\n", name, s.Doc, is)
	}
}

// flags parses the options of a command that takes nothing else.
func (p program) flags(name string, args []string, define func(*flag.FlagSet)) error {
	rest, err := p.words(name, args, define)
	if err == nil && len(rest) > 0 {
		err = usagef("%s: %q is not understood; skerry help shows how", name, rest[0])
	}
	return err
}

// words parses a command's options and gives what stands between and behind them.
func (p program) words(name string, args []string, define func(*flag.FlagSet)) (rest []string, err error) {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	if define != nil {
		define(set)
	}
	for {
		err := set.Parse(args)
		switch {
		case errors.Is(err, flag.ErrHelp):
			return nil, errHelp
		case err != nil:
			return nil, usagef("%s: %v; skerry help shows how", name, err)
		case set.NArg() == 0:
			return rest, nil
		}
		rest, args = append(rest, set.Arg(0)), set.Args()[1:]
	}
}
