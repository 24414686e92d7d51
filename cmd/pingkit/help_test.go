package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/config"
)

// TestHelp compares the help of every command with its golden file, so that a
// change of a flag or of a JSON field is seen in review.
func TestHelp(t *testing.T) {
	known := map[string]bool{}
	for _, cmd := range everyCommand() {
		if cmd.Name() == "settings" {
			continue // the table of settings has its own tests, below and where it stands
		}
		name := strings.ReplaceAll(cmd.CommandPath(), " ", "_") + ".txt"
		known[name] = true
		t.Run(name, func(t *testing.T) {
			var help bytes.Buffer
			cmd.SetOut(&help)
			cmd.InitDefaultHelpFlag()
			if err := cmd.Help(); err != nil {
				t.Fatal(err)
			}
			golden(t, name, help.Bytes())
			for i, line := range strings.Split(help.String(), "\n") {
				if len(line) > 120 && !strings.Contains(line, ", ") {
					t.Errorf("line %d has %d bytes: %s", i+1, len(line), line)
				}
			}
		})
	}
	files, err := os.ReadDir(filepath.Join("testdata", "help"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !known[file.Name()] {
			t.Errorf("testdata/help/%s belongs to no command: delete it", file.Name())
		}
	}
}

// everyCommand lists pingkit's own commands and topics.
func everyCommand() []*cobra.Command {
	var all []*cobra.Command
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Name() == "completion" || cmd.Name() == "help" {
			return
		}
		all = append(all, cmd)
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(newCLI(os.Stdin, os.Stdout, os.Stderr).rootCommand())
	return all
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "help", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; make it with go test ./cmd/pingkit -update", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the help is not that of %s; make it anew with go test ./cmd/pingkit -update\n%s", path, got)
	}
}

func TestEveryCommandHasExampleAndCompletion(t *testing.T) {
	for _, cmd := range everyCommand() {
		if !cmd.Runnable() || cmd.HasSubCommands() || cmd.Name() == "version" {
			continue
		}
		if cmd.Example == "" {
			t.Errorf("%s has no example", cmd.CommandPath())
		}
		if !strings.Contains(cmd.Example, cmd.CommandPath()) {
			t.Errorf("the examples of %s are of another command", cmd.CommandPath())
		}
		if cmd.ValidArgsFunction == nil && len(cmd.ValidArgs) == 0 && cmd.CommandPath() != "pingkit sync" {
			t.Errorf("%s says nothing of the completion of its arguments", cmd.CommandPath())
		}
		if !strings.Contains(cmd.Long, "Fields with --output json:") {
			t.Errorf("%s does not document its JSON", cmd.CommandPath())
		}
	}
}

func TestEverySettingHasItsFlag(t *testing.T) {
	root := newCLI(os.Stdin, os.Stdout, os.Stderr).rootCommand()
	topic := settingsTopic()
	for _, s := range config.All() {
		if s.HTTP {
			if root.PersistentFlags().Lookup(s.Flag()) != nil || strings.Contains(topic, s.Name) {
				t.Errorf("%s is of no use here", s.Name)
			}
			continue
		}
		if root.PersistentFlags().Lookup(s.Flag()) == nil {
			t.Errorf("%s has no flag", s.Name)
		}
		if !strings.Contains(topic, s.Name) || !strings.Contains(topic, "--"+s.Flag()) {
			t.Errorf("`pingkit help settings` does not tell of %s", s.Name)
		}
	}
}
