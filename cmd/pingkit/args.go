package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// takes checks that every argument that is named, such as NAME, is given and is
// not empty, and that there is none besides. A name in brackets may be left out.
func takes(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		for i, name := range names {
			name, optional := strings.CutPrefix(name, "[")
			if optional {
				name = strings.TrimSuffix(name, "]")
			}
			switch {
			case i >= len(args) && !optional:
				return fmt.Errorf("%s is missing", name)
			case i < len(args) && strings.TrimSpace(args[i]) == "":
				return fmt.Errorf("%s is empty", name)
			}
		}
		if len(args) > len(names) {
			return fmt.Errorf("%q is one argument too many; quote names that hold spaces", args[len(names)])
		}
		return nil
	}
}

// onlyCommands is for a command that only has others below it.
func onlyCommands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	text := fmt.Sprintf("there is no command %q", strings.TrimPrefix(cmd.CommandPath()+" "+args[0], "pingkit "))
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		text += "; do you mean " + strings.Join(near, " or ") + "?"
	}
	return fmt.Errorf("%s", text)
}

// asksForJSON reports whether a command line that could not be understood asks
// for JSON all the same.
func asksForJSON(args []string) bool {
	for i, arg := range args {
		switch arg {
		case "--":
			return false
		case "-Ojson", "-O=json", "--output=json":
			return true
		case "-O", "--output":
			return i+1 < len(args) && args[i+1] == "json"
		}
	}
	return false
}
