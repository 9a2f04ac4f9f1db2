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
  skerry config           print the effective settings, secrets masked
  skerry config rekey     seal the private keys with another SECRET_KEY: --new-key-file FILE
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

// flags parses a command's options; what is left over is wrong usage.
func (p program) flags(name string, args []string, define func(*flag.FlagSet)) error {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	if define != nil {
		define(set)
	}
	err := set.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return errHelp
	case err != nil:
		return usagef("%s: %v; skerry help shows how", name, err)
	case set.NArg() > 0:
		return usagef("%s: %q is not understood; skerry help shows how", name, set.Arg(0))
	}
	return nil
}
