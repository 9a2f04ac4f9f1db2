package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// machine says on what is measured.
func machine() string {
	return fmt.Sprintf("%s, %d cores for us, %s MiB of memory, Linux %s, %s, %s", field("/proc/cpuinfo", "model name"), runtime.GOMAXPROCS(0),
		mebi(field("/proc/meminfo", "MemTotal")), word("/proc/sys/kernel/osrelease", 0), runtime.Version(), time.Now().UTC().Format(time.DateOnly))
}

func loadAverage() string { return word("/proc/loadavg", 0) }

// resident is the memory that a process holds now.
func resident(pid int) (string, error) { return memory(pid, "VmRSS") }

// peak is the most memory that a process held since forget.
func peak(pid int) (string, error) { return memory(pid, "VmHWM") }

func memory(pid int, name string) (string, error) {
	kib := field(fmt.Sprintf("/proc/%d/status", pid), name)
	if kib == "" {
		return "", fmt.Errorf("process %d has ended", pid)
	}
	return mebi(kib) + " MiB", nil
}

// forget lets the kernel forget how much memory a process held.
func forget(pid int) error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
}

// clockTick is the kernel's unit of processor time; it is the same on every Linux.
const clockTick = time.Second / 100

// processorTime is what a process has used.
func processorTime(pid int) time.Duration {
	stat := fmt.Sprintf("/proc/%d/stat", pid)
	user, _ := strconv.Atoi(word(stat, 13))
	system, _ := strconv.Atoi(word(stat, 14))
	return time.Duration(user+system) * clockTick
}

// field gives a value of a file of lines such as "name: value".
func field(file, name string) string {
	text, _ := os.ReadFile(file) // without the file there is no value
	for line := range strings.Lines(string(text)) {
		if key, value, _ := strings.Cut(line, ":"); strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// word gives one of the words of a file.
func word(file string, n int) string {
	text, _ := os.ReadFile(file) // without the file there is no word
	if words := strings.Fields(string(text)); n < len(words) {
		return words[n]
	}
	return ""
}

// mebi turns the kernel's "2048 kB" into 2.
func mebi(kib string) string {
	n, _ := strconv.Atoi(strings.TrimSuffix(kib, " kB"))
	return strconv.Itoa(n >> 10)
}
