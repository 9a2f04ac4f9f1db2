package service

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clockTick is the kernel's unit of processor time; it is the same on every Linux.
const clockTick = time.Second / 100

// ProcessorTime is what the server has used.
func (s *service) ProcessorTime() time.Duration { return ProcessorTime(s.guard.Process.Pid) }

// ProcessorTime is what a process and all that it started have used.
func ProcessorTime(pid int) time.Duration {
	files, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well-formed
	ticks, children := map[string]int{}, map[string][]string{}
	for _, file := range files {
		text, _ := os.ReadFile(file) // none when it has ended
		at := strings.LastIndexByte(string(text), ')')
		words := strings.Fields(string(text[at+1:])) // behind the name, which may be anything
		if len(words) < 15 {
			continue
		}
		id := filepath.Base(filepath.Dir(file))
		children[words[1]] = append(children[words[1]], id)
		for _, word := range words[11:15] { // its own, and of those of its children that have ended
			n, _ := strconv.Atoi(word)
			ticks[id] += n
		}
	}
	sum := 0
	for all := []string{strconv.Itoa(pid)}; len(all) > 0; all = append(all[1:], children[all[0]]...) {
		sum += ticks[all[0]]
	}
	return time.Duration(sum) * clockTick
}
