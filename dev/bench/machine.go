//go:build linux

package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// machine says where and when the figures were taken.
type machine struct {
	cpu, system string
	load        float64
	cores       int
	tools       []string
	commit      string
	date        time.Time
}

// aboutMachine reads what there is to know. The load is that before the
// benchmarks themselves.
func aboutMachine(ctx context.Context) (machine, error) {
	m := machine{cores: runtime.NumCPU(), date: time.Now().UTC()}
	var err error
	if m.cpu, err = lineValue("/proc/cpuinfo", "model name", ":"); err != nil {
		return machine{}, err
	}
	release, err := lineValue("/etc/os-release", "PRETTY_NAME", "=")
	if err != nil {
		return machine{}, err
	}
	kernel, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return machine{}, err
	}
	m.system = fmt.Sprintf("%s, Linux %s, %s", strings.Trim(release, `"`), strings.TrimSpace(string(kernel)), runtime.GOARCH)
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return machine{}, err
	}
	if _, err := fmt.Sscan(string(load), &m.load); err != nil {
		return machine{}, fmt.Errorf("/proc/loadavg: %w", err)
	}
	for _, command := range [][]string{{"curl", "--version"}, {"sha256sum", "--version"}, {"unzip", "-v"}} {
		out, err := exec.CommandContext(ctx, command[0], command[1:]...).Output()
		if err != nil {
			return machine{}, fmt.Errorf("%s: %w", strings.Join(command, " "), err)
		}
		m.tools = append(m.tools, command[0]+" "+string(versionNumber.Find(out)))
	}
	m.commit = commit(ctx)
	return m, nil
}

var versionNumber = regexp.MustCompile(`\d+(\.\d+)+`)

// busy is what is wrong with figures of a machine that has other things to do.
func (m machine) busy() string {
	if m.load < float64(m.cores)/2 {
		return ""
	}
	return "The machine was busy with other things: these figures are a trial."
}

func (m machine) facts() [][2]string {
	return [][2]string{
		{"date", m.date.Format("2006-01-02 15:04 MST")},
		{"commit", m.commit},
		{"processor", fmt.Sprintf("%s, %d cores", m.cpu, m.cores)},
		{"system", m.system},
		{"load before the run", fmt.Sprintf("%.2f", m.load)},
		{"Go", runtime.Version()},
		{"other programs", strings.Join(m.tools, ", ")},
	}
}

// lineValue returns what follows a key in a file of lines.
func lineValue(path, key, separator string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if name, value, found := strings.Cut(lines.Text(), separator); found && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value), nil
		}
	}
	if err := lines.Err(); err != nil {
		return "", err
	}
	return "not told", nil // some processors have no such line
}

// commit names what was measured; the document itself does not make it another.
func commit(ctx context.Context) string {
	id, err := exec.CommandContext(ctx, "git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return "not known, as this is no clone"
	}
	changes, err := exec.CommandContext(ctx, "git", "status", "--porcelain", "--", ":/", ":(top,exclude)docs/benchmarks.md").Output()
	if err != nil || len(changes) > 0 {
		return strings.TrimSpace(string(id)) + ", with changes"
	}
	return strings.TrimSpace(string(id))
}
