package tools

import (
	"fmt"
	"strings"
)

// Markdown returns the README's table of tools: what each takes and does, and
// what a user says to have it called.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| tool | arguments | what it does | say, for example |\n|---|---|---|---|\n")
	for _, t := range All() {
		var args []string
		for _, f := range t.fields {
			arg := "`" + f.name + "`"
			if f.required {
				arg = "**" + arg + "**"
			}
			args = append(args, arg)
		}
		what := t.Description
		if !t.Hints.ReadOnly {
			what += " *Writes.*"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | \"%s\" |\n", t.Name, strings.Join(args, ", "), what, t.Example)
	}
	return b.String()
}
