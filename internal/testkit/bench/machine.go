package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"skerry/internal/testkit"
)

// machine says on what is measured.
func machine() string {
	return fmt.Sprintf("%s, %d cores for us, %s of memory, Linux %s, %s, %s", testkit.ProcField("/proc/cpuinfo", "model name"), runtime.GOMAXPROCS(0),
		testkit.ProcField("/proc/meminfo", "MemTotal"), firstWord("/proc/sys/kernel/osrelease"), runtime.Version(), time.Now().UTC().Format(time.DateOnly))
}

func loadAverage() string { return firstWord("/proc/loadavg") }

func firstWord(file string) string {
	text, _ := os.ReadFile(file) // without the file there is no word
	word, _, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	return word
}

func mebi(n int) string { return fmt.Sprintf("%d MiB", n) }
