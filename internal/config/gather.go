package config

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// gather brings together what .env, the environment and the files of secrets
// say. What is empty counts as not set: Compose passes variables on that way.
func gather(environ []string, dir string) (map[string]string, []error) {
	values, faults := readDotenv(filepath.Join(dir, ".env"))
	for _, line := range environ {
		if name, value, ok := strings.Cut(line, "="); ok && known(name) {
			values[name] = value
		}
	}
	for name, value := range values {
		if value == "" {
			delete(values, name)
		}
	}
	for _, s := range settings {
		if !s.file {
			continue
		}
		if err := fromFile(values, s.name, dir); err != nil {
			faults = append(faults, err)
		}
	}
	return values, faults
}

// fromFile puts the contents of the file that NAME_FILE names into NAME.
func fromFile(values map[string]string, name, dir string) error {
	path := values[name+"_FILE"]
	if path == "" {
		return nil
	}
	if values[name] != "" {
		return fmt.Errorf("%s and %s_FILE are both set: remove one", name, name)
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s_FILE: %w", name, err)
	}
	value := strings.TrimSpace(string(text))
	if value == "" {
		return fmt.Errorf("%s_FILE: %s is empty", name, path)
	}
	values[name] = value
	return nil
}

// known reports whether a name is a setting of this or a later version.
func known(name string) bool { return slices.Contains(names(), name) }

func names() []string {
	var all []string
	for _, s := range settings {
		all = append(all, s.name)
		if s.file {
			all = append(all, s.name+"_FILE")
		}
	}
	for name := range later {
		all = append(all, name)
	}
	for _, name := range laterFiles {
		all = append(all, name+"_FILE")
	}
	slices.Sort(all)
	return all
}

// readDotenv reads a .env file; without one there is nothing. Lines are
// NAME=value, with or without quotes or a leading "export"; # begins a comment.
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
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\uFEFF"))
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
		faults = append(faults, fmt.Errorf("read the settings file: %w", err))
	}
	return values, faults
}

func assignment(line string) (name, value string, err error) {
	name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "=")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !ok || name == "" || strings.ContainsAny(name, " \t") {
		return "", "", fmt.Errorf("%.40q is not NAME=value", line)
	}
	switch {
	case strings.HasPrefix(value, `"`):
		end := closing(value)
		if value, err = strconv.Unquote(value[:end]); err != nil {
			return "", "", fmt.Errorf("the quotes of %s are not closed", name)
		}
	case strings.HasPrefix(value, "'"):
		inner, _, ok := strings.Cut(value[1:], "'")
		if !ok {
			return "", "", fmt.Errorf("the quotes of %s are not closed", name)
		}
		value = inner
	default:
		if i := strings.Index(value, " #"); i >= 0 {
			value = strings.TrimSpace(value[:i])
		}
	}
	return name, value, nil
}

// closing gives where a double-quoted value ends, or the whole length.
func closing(value string) int {
	for i := 1; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(value)
}

// unknown names the setting that was probably meant.
func unknown(name string) error {
	best, least := "", 4
	for _, candidate := range names() {
		if d := distance(strings.ToUpper(name), candidate); d < least {
			best, least = candidate, d
		}
	}
	if best == "" {
		return fmt.Errorf("there is no setting %s", name)
	}
	return fmt.Errorf("there is no setting %s; did you mean %s?", name, best)
}

// distance counts the letters to insert, remove or replace between two words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
