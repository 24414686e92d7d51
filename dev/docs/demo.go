package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
)

// What differs from run to run is written as one that was seen, so that the
// document changes only when the demo does.
var varying = []struct {
	pattern *regexp.Regexp
	text    string
}{
	{regexp.MustCompile(`20(2[6-9]|[3-9]\d)-\d\d-\d\dT\d\d:\d\d:\d\dZ`), "2026-11-22T00:47:21Z"},
	{regexp.MustCompile(`\d+\.\d seconds`), "0.3 seconds"},
}

// demo runs the demo and returns what it printed.
func demo() (string, error) {
	dir, err := os.MkdirTemp("", "pingkit-demo-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	command := exec.Command("go", "-C", "..", "run", "./cmd/mcp-server", "demo", "--dir", dir)
	command.Stderr = os.Stderr
	printed, err := command.Output()
	if err != nil {
		return "", err
	}
	text := strings.ReplaceAll(string(printed), dir, "/tmp/pingkit-demo-3131997882")
	for _, v := range varying {
		text = v.pattern.ReplaceAllString(text, v.text)
	}
	return strings.TrimSpace(text), nil
}

// short matches the lines of a transcript that tell the story: what the user asks for, the calls, the first line of each question to
// the user, and what became of it.
var short = regexp.MustCompile(`^(\d+\. ".*| +-> .*| +\| (PROMOTE|REVERT) .*| +the user .*| +(verified|promoted|reverted): .*)$`)

// excerpt returns these lines of a transcript, cut to the width of a page.
func excerpt(transcript string) string {
	const width = 118
	var lines []string
	for line := range strings.Lines(transcript) {
		line = strings.TrimRight(line, "\n")
		if !short.MatchString(line) {
			continue
		}
		if text := []rune(line); len(text) > width {
			line = string(text[:width-1]) + "…"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
