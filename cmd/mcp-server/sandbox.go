package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/sandbox"
)

func sandboxCommand() *cobra.Command {
	var addr, caFile string
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run the simulator alone and print the settings that lead to it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			box, err := sandbox.Start(sandbox.Options{Addr: addr})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, box.Close()) }()
			if caFile == "" {
				dir, err := os.MkdirTemp("", "pingkit-sandbox-")
				if err != nil {
					return err
				}
				defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
				caFile = filepath.Join(dir, "pingcentral-ca.pem")
			}
			if err := os.WriteFile(caFile, box.CA(), 0o644); err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			fmt.Fprintln(out, "# PingOne, its storage and PingCentral, simulated, until this is interrupted. In another terminal:")
			for _, v := range box.Variables(caFile) {
				fmt.Fprintf(out, "export %s=%s\n", v.Name, quoted(v.Value))
			}
			<-cmd.Context().Done()
			return nil
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:9000", "where the PingOne API listens; the other parts take the next free ports")
	cmd.Flags().StringVar(&caFile, "ca-file", "", "where to write PingCentral's certificate authority (default a temporary file)")
	return cmd
}

// quoted is s as one word of a POSIX shell.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
