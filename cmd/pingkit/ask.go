package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/term"
)

// canAsk reports whether a person can be asked: one who sees stderr and whose
// keyboard is stdin.
func (c *cli) canAsk() bool { return c.terminal && term.IsTerminal(int(c.stdin.Fd())) }

// ask shows a question on stderr and returns the line that the person typed.
// The end of the input is an empty answer.
func (c *cli) ask(ctx context.Context, question string) (string, error) {
	fmt.Fprint(c.stderr, question)
	type answer struct {
		line string
		err  error
	}
	answers := make(chan answer, 1)
	// A read from a terminal cannot be given up; its goroutine ends with the
	// process.
	go func() {
		line, err := bufio.NewReader(c.stdin).ReadString('\n')
		answers <- answer{strings.TrimSpace(line), err}
	}()
	select {
	case a := <-answers:
		if errors.Is(a.err, io.EOF) {
			fmt.Fprintln(c.stderr)
			a.err = nil
		}
		return a.line, a.err
	case <-ctx.Done():
		fmt.Fprintln(c.stderr)
		return "", fmt.Errorf("nobody answered, and nothing was sent: %w", ctx.Err())
	}
}
