package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"text/tabwriter"
)

// result is what a command has found. Its JSON form has the same field names as
// the MCP server's, and is documented in the command's help.
type result interface {
	// text writes the result for people.
	text(w *textWriter)
}

// json reports whether results and errors are wanted as JSON.
func (c *cli) json() bool { return c.output == "json" }

// print writes the result to stdout, all of it at once.
func (c *cli) print(r result) error {
	var b bytes.Buffer
	if c.json() {
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(r); err != nil {
			return err
		}
	} else {
		r.text(&textWriter{w: &b})
	}
	_, err := c.stdout.Write(b.Bytes())
	if errors.Is(err, syscall.EPIPE) {
		err = &unreadError{err}
	}
	return err
}

// note tells the reader something on stderr that is no result.
func (c *cli) note(format string, args ...any) {
	if c.json() {
		return // stderr holds nothing but the error then, and the log
	}
	fmt.Fprintf(c.stderr, format+"\n", args...)
}

// textWriter writes results for people. The buffer below never fails.
type textWriter struct{ w io.Writer }

func (t *textWriter) line(format string, args ...any) { fmt.Fprintf(t.w, format+"\n", args...) }

// table writes rows in aligned columns below a heading in capitals.
func (t *textWriter) table(heading []string, rows [][]string) {
	w := tabwriter.NewWriter(t.w, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{heading}, rows...) {
		for i, cell := range row {
			if i > 0 {
				fmt.Fprint(w, "\t")
			}
			fmt.Fprint(w, orDash(cell))
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}

// pairs writes names and values, those without a value left out.
func (t *textWriter) pairs(pairs ...[2]string) {
	w := tabwriter.NewWriter(t.w, 0, 0, 2, ' ', 0)
	for _, pair := range pairs {
		if pair[1] != "" {
			fmt.Fprintf(w, "%s\t%s\n", pair[0], pair[1])
		}
	}
	w.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// size is a number of bytes for people.
func size(n int64) string {
	const kilo, mega = 1000, 1000 * 1000
	switch {
	case n < kilo:
		return fmt.Sprintf("%d B", n)
	case n < mega:
		return fmt.Sprintf("%.1f kB", float64(n)/kilo)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/mega)
}

// count is n and the word, in the plural where it is due.
func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func commas(words []string) string { return strings.Join(words, ", ") }

// present makes an empty list of none, so that a documented list is always there.
func present[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
