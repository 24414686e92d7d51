package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/spf13/cobra"

	"example.com/pingkit/internal/tools"
)

func toolsCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "tools",
		Short: "List what is offered to assistants",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				return writeToolsJSON(cmd.OutOrStdout())
			}
			return writeTools(cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as MCP's tools/list has it, with all schemas")
	return cmd
}

func writeTools(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, t := range tools.All() {
		fmt.Fprintf(table, "%s\t%s\n", t.Name, t.Description)
	}
	return table.Flush()
}

func writeToolsJSON(w io.Writer) error {
	list := mcp.ListToolsResult{Tools: []mcp.Tool{}}
	for _, t := range tools.All() {
		list.Tools = append(list.Tools, t.Definition())
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(list)
}
