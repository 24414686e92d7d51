#!/bin/sh
# A mistyped subcommand on the second level is a success in cobra, or an argument of its parent.
#
# Packages: github.com/spf13/cobra v1.10.2
# Guess: "tool app promot" is an unknown command and an error, as "tool promot" is.
# Fact: Only the root refuses unknown names by default. A group without Run prints its help and
#   Execute returns nil, so the program exits 0; a group with Run runs, with the mistyped word
#   as its argument. A leaf takes any number of arguments as well. Args: cobra.NoArgs makes it
#   an error where there is a Run, and not in a group without one.
# Matters: A pipeline step "tool app promot X" is green and nothing was promoted.
# Output, compared at the end:
#| tool promot           error: true   nothing ran
#| tool app promot X     error: false  nothing ran
#| tool kits promot X    error: false  kits ran with [promot X]
#| tool app promote X Y  error: false  promote ran with [X Y]
#| tool strict promot X  error: true   nothing ran
#| tool group promot X   error: false  nothing ran
set -eu
self=$(realpath "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
quiet() { "$@" >log 2>&1 || { cat log >&2; exit 2; }; }

cat >main.go <<'EOF'
package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

func main() {
	ran := ""
	command := func(name string, runs bool, args cobra.PositionalArgs, children ...*cobra.Command) *cobra.Command {
		c := &cobra.Command{Use: name, Args: args, SilenceUsage: true, SilenceErrors: true}
		if runs {
			c.Run = func(_ *cobra.Command, args []string) { ran = fmt.Sprint(name, " ran with ", args) }
		}
		c.AddCommand(children...)
		return c
	}
	for _, line := range []string{"promot", "app promot X", "kits promot X", "app promote X Y", "strict promot X", "group promot X"} {
		ran = "nothing ran"
		root := command("tool", false, nil,
			command("app", false, nil, command("promote", true, nil)),
			command("kits", true, nil, command("promote", true, nil)),
			command("strict", true, cobra.NoArgs, command("promote", true, nil)),
			command("group", false, cobra.NoArgs, command("promote", true, nil)))
		root.SetOut(io.Discard)
		root.SetArgs(strings.Fields(line))
		err := root.Execute()
		fmt.Printf("tool %-16s error: %-5v  %s\n", line, err != nil, ran)
	}
}
EOF

export GOFLAGS=-mod=mod
quiet go mod init finding
quiet go get github.com/spf13/cobra@v1.10.2
quiet go build -o finding .
./finding | tee seen

sed -n 's/^#| \{0,1\}//p' "$self" | diff - seen || { echo "the behavior has changed" >&2; exit 1; }
