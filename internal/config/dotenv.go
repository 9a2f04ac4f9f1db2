package config

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
)

// readDotenv reads a .env file; without one there is nothing. Lines are
// NAME=value, with or without quotes or a leading "export"; # begins a comment.
// Values are taken as they stand: a $ in a password is a $.
func readDotenv(path string) (map[string]string, []error) {
	values := map[string]string{}
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return values, nil
	}
	if err != nil {
		return values, []error{fmt.Errorf("read the settings file: %w", err)}
	}
	var faults []error
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(text, []byte("\uFEFF"))))
	n := 1
	for ; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, err := assignment(line)
		if err == nil && !known(name) {
			err = unknown(name)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf(".env line %d: %w", n, err))
			continue
		}
		values[name] = value
	}
	if err := lines.Err(); err != nil {
		faults = append(faults, fmt.Errorf(".env line %d: %w", n, err))
	}
	return values, faults
}

// assignment reads NAME=value. Its errors never show the line: it may be a
// secret whose name was forgotten.
func assignment(line string) (name, value string, err error) {
	if rest, ok := strings.CutPrefix(line, "export"); ok && strings.TrimLeft(rest, " \t") != rest {
		line = rest
	}
	name, value, ok := strings.Cut(line, "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !ok || name == "" || strings.ContainsAny(name, " \t") {
		return "", "", errors.New("this is not NAME=value (a comment begins with #)")
	}
	if value, err = unquote(value); err != nil {
		return "", "", fmt.Errorf("%s: %w", name, err)
	}
	return name, value, nil
}

var errQuotes = errors.New("its quotes are not closed on this line")

// unquote gives what a value stands for: in single quotes as it is, in double
// quotes with \n, \t, \", \\ and \$ replaced, without quotes up to a comment.
func unquote(value string) (string, error) {
	if value == "" || value[0] != '"' && value[0] != '\'' {
		for i, c := range value {
			if c == '#' && (i == 0 || value[i-1] == ' ' || value[i-1] == '\t') {
				return strings.TrimSpace(value[:i]), nil
			}
		}
		return value, nil
	}
	inner, rest, err := quoted(value)
	if err != nil {
		return "", err
	}
	if rest = strings.TrimSpace(rest); rest != "" && rest[0] != '#' {
		return "", errors.New("something follows its closing quote (a quote inside double quotes is written \\\")")
	}
	return inner, nil
}

var escapes = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\$`, `$`, `\n`, "\n", `\r`, "\r", `\t`, "\t")

// quoted splits a value behind its closing quote.
func quoted(value string) (inner, rest string, err error) {
	quote := value[0]
	for i := 1; i < len(value); i++ {
		switch {
		case value[i] == '\\' && quote == '"':
			i++
		case value[i] == quote && quote == '"':
			return escapes.Replace(value[1:i]), value[i+1:], nil
		case value[i] == quote:
			return value[1:i], value[i+1:], nil
		}
	}
	return "", "", errQuotes
}
