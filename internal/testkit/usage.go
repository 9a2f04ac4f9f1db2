package testkit

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"skerry/internal/testkit/service"
)

// Resident is the memory that the process holds now, in MiB.
func (p *Process) Resident() int { return p.memory("VmRSS") }

// Peak is the most memory that the process held since ForgetPeak, in MiB.
func (p *Process) Peak() int { return p.memory("VmHWM") }

// ForgetPeak lets the kernel forget how much memory the process held.
func (p *Process) ForgetPeak() error { return os.WriteFile(p.proc("clear_refs"), []byte("5"), 0) }

// Files is how many files and connections the process has open.
func (p *Process) Files() int {
	all, _ := os.ReadDir(p.proc("fd")) // none when it has ended
	return len(all)
}

// ProcessorTime is what the process has used.
func (p *Process) ProcessorTime() time.Duration { return service.ProcessorTime(p.cmd.Process.Pid) }

// proc is a file in which the kernel tells of the process.
func (p *Process) proc(name string) string {
	return fmt.Sprintf("/proc/%d/%s", p.cmd.Process.Pid, name)
}

func (p *Process) memory(name string) int {
	kib, _ := strconv.Atoi(strings.TrimSuffix(ProcField(p.proc("status"), name), " kB"))
	return kib >> 10
}

// ProcField gives a value of a file of the kernel's with lines such as "name: value".
func ProcField(file, name string) string {
	text, _ := os.ReadFile(file) // without the file there is no value
	for line := range strings.Lines(string(text)) {
		if key, value, _ := strings.Cut(line, ":"); strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
