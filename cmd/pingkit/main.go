// Command pingkit retrieves integration kits from PingOne's catalog and installs
// them for the start of containers, and reads, promotes and reverts applications
// in PingCentral.
package main

import (
	"context"
	"os"
)

func main() { os.Exit(run(os.Args[1:])) }

// run carries out one command line and returns its exit code.
func run(args []string) int {
	ctx, stop := untilSignal(context.Background())
	defer stop()
	c := newCLI(os.Stdin, os.Stdout, os.Stderr)
	defer c.close()
	root := c.rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil && !c.started {
		// Everything that cobra itself finds is a wrong command line.
		err = usageError(mistaken(root, args), err)
		if asksForJSON(args) {
			c.output = "json"
		}
	}
	if err == nil {
		return exitDone
	}
	if signal := signalOf(ctx); signal != nil {
		err = &stoppedError{signal: signal, err: err}
	}
	if _, alone := err.(*unreadError); !alone {
		c.printError(err)
	}
	return exitCode(err)
}
