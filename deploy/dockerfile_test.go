package deploy

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// instruction is one of a Dockerfile: a word, its options, and the rest.
type instruction struct {
	word    string
	options map[string]string
	rest    string
}

// stage is what stands below one FROM of a Dockerfile.
type stage []instruction

// readDockerfile gives the stages of a Dockerfile.
func readDockerfile(path string) ([]stage, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []stage
	for line := range strings.Lines(strings.ReplaceAll(string(text), "\\\n", " ")) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		i := parseInstruction(line)
		if i.word == "FROM" {
			all = append(all, nil)
		}
		if len(all) == 0 {
			return nil, fmt.Errorf("%s: %s before the first FROM", path, i.word)
		}
		last := len(all) - 1
		all[last] = append(all[last], i)
	}
	return all, nil
}

func parseInstruction(line string) instruction {
	word, rest, _ := strings.Cut(line, " ")
	i := instruction{word: word, options: map[string]string{}}
	for strings.HasPrefix(rest, "--") {
		var option string
		option, rest, _ = strings.Cut(rest, " ")
		name, value, _ := strings.Cut(option[2:], "=")
		i.options[name] = value
	}
	i.rest = rest
	return i
}

// only gives the one instruction of a word that a stage must have.
func (s stage) only(word string) (instruction, error) {
	all := s.every(word)
	if len(all) != 1 {
		return instruction{}, fmt.Errorf("it has %s %d times, want it once", word, len(all))
	}
	return all[0], nil
}

func (s stage) every(word string) []instruction {
	return slices.DeleteFunc(slices.Clone(s), func(i instruction) bool { return i.word != word })
}

// words reads an instruction in the form of a JSON list; CMD may stand before it.
func (i instruction) words() (all []string, err error) {
	return all, json.Unmarshal([]byte(strings.TrimPrefix(i.rest, "CMD ")), &all)
}
