package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// section is what one part of the benchmarks found.
type section struct {
	letter, title string
	rows          []row
	notes         []string // how it was measured, and what the figures do not show
}

// row compares one figure of pingkit with that of another side; both are medians.
type row struct {
	what, ours, theirs string
	ratios             []float64 // of each round: the other side's figure by pingkit's
	aim                float64   // the least ratio; 0: none
}

var columns = []string{"", "what", "pingkit", "beside it", "ratio (lowest to highest)", "aim"}

func (r row) cells(letter string) []string {
	ratio, aim := "", ""
	if len(r.ratios) > 0 {
		ratio = fmt.Sprintf("%.2f", median(r.ratios))
		if len(r.ratios) > 1 {
			ratio += fmt.Sprintf(" (%.2f to %.2f)", slices.Min(r.ratios), slices.Max(r.ratios))
		}
		if r.aim > 0 {
			aim = fmt.Sprintf("at least %.2f", r.aim)
			if median(r.ratios) < r.aim {
				aim += ": missed"
			}
		}
	}
	return []string{letter, r.what, r.ours, r.theirs, ratio, aim}
}

func table(sections []section) [][]string {
	lines := [][]string{columns}
	for _, s := range sections {
		for _, r := range s.rows {
			lines = append(lines, r.cells(s.letter))
		}
	}
	return lines
}

func printTable(w io.Writer, sections []section) error {
	aligned := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range table(sections) {
		fmt.Fprintln(aligned, strings.Join(line, "\t"))
	}
	return aligned.Flush()
}

// markdown returns the whole document.
func markdown(facts string, sections []section) string {
	var b strings.Builder
	b.WriteString("# Benchmarks\n\n`make bench` measures pingkit beside what people use without it, on one machine and in one run, and writes this\n" +
		"file. The sides of a row take turns. Each figure is the median of its rounds. Each ratio is the other side's figure\ndivided by" +
		" pingkit's, so pingkit takes less where it is over 1, and is the median of the rounds' own ratios. All\nprograms are built with the flags of `make build`.\n\n" + facts + "\n")
	for i, line := range table(sections) {
		fmt.Fprintf(&b, "| %s |\n", strings.ReplaceAll(strings.Join(line, " \x00 "), "|", `\|`))
		if i == 0 {
			b.WriteString(strings.Repeat("|---", len(line)) + "|\n")
		}
	}
	for _, s := range sections {
		fmt.Fprintf(&b, "\n## (%s) %s\n\n- %s\n", s.letter, s.title, strings.Join(s.notes, "\n- "))
	}
	return strings.ReplaceAll(b.String(), "\x00", "|")
}

// machine describes where and when the figures were taken. load is /proc/loadavg from before the run.
func machine(ctx context.Context, load string) (string, error) {
	cpus, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "", err
	}
	kernel, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return "", err
	}
	model := "unknown"
	if found := regexp.MustCompile(`(?m)^model name\s*: (.*)$`).FindSubmatch(cpus); found != nil {
		model = string(found[1])
	}
	var programs []string
	for _, name := range []string{"curl", "sha256sum", "unzip"} {
		flag := "--version"
		if name == "unzip" {
			flag = "-v"
		}
		out, err := exec.CommandContext(ctx, name, flag).Output()
		if err != nil {
			return "", fmt.Errorf("%s %s: %w", name, flag, err)
		}
		programs = append(programs, name+" "+regexp.MustCompile(`\d+(\.\d+)+`).FindString(string(out)))
	}
	commit, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty", "--exclude", "*").Output()
	if err != nil {
		commit = []byte("unknown")
	}
	facts := fmt.Sprintf("- date: %s\n- commit: %s\n- processor: %s, %d cores\n- system: Linux %s, %s\n- load before the run: %.4s\n- Go: %s\n- other programs: %s\n",
		time.Now().UTC().Format("2006-01-02 15:04 MST"), strings.TrimSpace(string(commit)), model, runtime.NumCPU(),
		strings.TrimSpace(string(kernel)), runtime.GOARCH, load, runtime.Version(), strings.Join(programs, ", "))
	var before float64
	if _, err := fmt.Sscan(load, &before); err != nil {
		return "", fmt.Errorf("/proc/loadavg: %w", err)
	}
	if before >= float64(runtime.NumCPU())/2 {
		facts += "\nThe machine was busy with other work: these figures are a trial.\n"
	}
	return facts, nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

func each[E any](list []E, figure func(E) float64) []float64 {
	values := make([]float64, len(list))
	for i, one := range list {
		values[i] = figure(one)
	}
	return values
}
