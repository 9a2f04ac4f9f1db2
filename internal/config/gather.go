package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// gather brings together what .env, the environment and the files of secrets
// say. What is empty counts as not set: Compose passes variables on that way.
func gather(environ []string, dir string) (map[string]string, []error) {
	values, faults := readDotenv(filepath.Join(dir, ".env"))
	for _, line := range environ {
		if name, value, ok := strings.Cut(line, "="); ok && value != "" && known(name) {
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
	add := func(name string, file bool) {
		all = append(all, name)
		if file {
			all = append(all, name+"_FILE")
		}
	}
	for _, s := range settings {
		add(s.name, s.file)
	}
	for _, l := range later {
		add(l.name, false)
	}
	slices.Sort(all)
	return all
}

// unknown names the setting that was probably meant: one of whose letters no
// more than a third differ.
func unknown(name string) error {
	best, least := "", min(len(name)/3+1, 4)
	for _, candidate := range names() {
		if d := distance(strings.ToUpper(name), candidate); d < least {
			best, least = candidate, d
		}
	}
	if best == "" {
		return fmt.Errorf("there is no setting %s; skerry help lists them", name)
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
