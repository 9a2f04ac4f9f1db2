package config

import (
	"strings"
	"testing"
)

func TestDotenvForms(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{ // want: DATA_DIR
		"plain":                            {"DATA_DIR=/a", "/a"},
		"spaces around":                    {"  DATA_DIR =  /a b  ", "/a b"},
		"export":                           {"export DATA_DIR=/a", "/a"},
		"export and a tab":                 {"export\tDATA_DIR=/a", "/a"},
		"double quotes":                    {`DATA_DIR="/my skerry"`, "/my skerry"},
		"single quotes":                    {"DATA_DIR='/my skerry'", "/my skerry"},
		"a hash in double quotes":          {`DATA_DIR="/a #b" # mine`, "/a #b"},
		"a hash in single quotes":          {"DATA_DIR='/a #b'# mine", "/a #b"},
		"a hash inside a word":             {"DATA_DIR=/a#b", "/a#b"},
		"a comment behind":                 {"DATA_DIR=/a # mine", "/a"},
		"a comment behind a tab":           {"DATA_DIR=/a\t# mine", "/a"},
		"nothing but a comment":            {"DATA_DIR= # the default will do", "./data"},
		"nothing but a comment, no space":  {"DATA_DIR=#mine", "./data"},
		"empty quotes":                     {`DATA_DIR=""`, "./data"},
		"escapes in double quotes":         {`DATA_DIR="/a\"b\\c\$d\te"`, "/a\"b\\c$d\te"},
		"other backslashes stay":           {`DATA_DIR="/a\b'c"`, `/a\b'c`},
		"no escapes in single quotes":      {`DATA_DIR='/a\nb'`, `/a\nb`},
		"a dollar is a dollar":             {"DATA_DIR=/a$HOME${HOME}", "/a$HOME${HOME}"},
		"quotes inside a word":             {`DATA_DIR=/a"b'c`, `/a"b'c`},
		"another equals sign":              {"DATA_DIR=/a=b=", "/a=b="},
		"comments and empty lines":         {"# mine\n\n   # more\nDATA_DIR=/a\n\n", "/a"},
		"lines of Windows":                 {"LOG_LEVEL=info\r\nDATA_DIR='/a'\r\n", "/a"},
		"the mark of a Windows editor":     {"\uFEFFDATA_DIR=/a\n", "/a"},
		"the last of two counts":           {"DATA_DIR=/a\nDATA_DIR=/b", "/b"},
		"no end of line, letters not ours": {"DATA_DIR=/données", "/données"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := load(t, c.text)
			if err != nil || got.DataDir != c.want {
				t.Errorf("got %q, %v, want %q", got.DataDir, err, c.want)
			}
		})
	}
}

func TestDotenvFaultsNameTheLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"a typing error":         {"# mine\n\nLISTN=:80", ".env line 3: there is no setting LISTN; did you mean LISTEN?"},
		"small letters":          {"domain=a.example", ".env line 1: there is no setting domain; did you mean DOMAIN?"},
		"a file of no secret":    {"TLS_FILE=x", ".env line 1: there is no setting TLS_FILE; "},
		"a setting of others":    {"EMAIL=me@example.org", ".env line 1: there is no setting EMAIL; skerry help lists them"},
		"no name":                {"=x", ".env line 1: this is not NAME=value"},
		"no equals sign":         {"DOMAIN", ".env line 1: this is not NAME=value"},
		"two words":              {"SET DOMAIN=x", ".env line 1: this is not NAME=value"},
		"exports run together":   {"exportDOMAIN=x.example", ".env line 1: there is no setting exportDOMAIN; "},
		"an open double quote":   {`DATA_DIR="/a\"`, ".env line 1: DATA_DIR: its quotes are not closed"},
		"an open single quote":   {"DATA_DIR='/a\nLISTEN=:80'", ".env line 1: DATA_DIR: its quotes are not closed"},
		"more behind the quotes": {`DATA_DIR="/a"b`, ".env line 1: DATA_DIR: something follows"},
		"a line that never ends": {"LISTEN=:80\nDATA_DIR=" + strings.Repeat("x", 1<<17), ".env line 2: "},
		"a second fault":         {"LISTN=:80\nDATA_DIRR=x", ".env line 2: there is no setting DATA_DIRR; did you mean DATA_DIR?"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := load(t, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestDotenvThatCannotBeReadStopsTheStart(t *testing.T) {
	t.Parallel()
	if _, err := Load(nil, t.TempDir()); err != nil {
		t.Errorf("without a file: %v", err)
	}
	dir := t.TempDir()
	mkdir(t, dir+"/.env")
	if _, err := Load(nil, dir); err == nil || !strings.Contains(err.Error(), ".env") {
		t.Errorf("a folder in its place: got %v, want an error that names it", err)
	}
}
