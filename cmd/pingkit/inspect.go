package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/sanitize"
)

type inspectResult struct {
	Path string `json:"path"`
	kitzip.Summary
}

func (r *inspectResult) text(w *textWriter) {
	w.pairs(
		[2]string{"archive", r.Path},
		[2]string{"layout", r.Layout.Describe()},
		[2]string{"top folder", sanitize.Line(r.Top, 200)},
		[2]string{"contents", fmt.Sprintf("%s, %s unpacked", count(r.Files, "file"), size(r.Bytes))},
	)
	var rows [][]string
	for _, jar := range r.Jars {
		rows = append(rows, []string{sanitize.Line(jar.Name, 200), sanitize.Line(jar.Version, 100), r.below(jar.Path)})
	}
	if len(rows) > 0 {
		w.line("")
		w.table([]string{"JAR", "VERSION", "IN THE ARCHIVE"}, rows)
	}
	rows = nil
	for _, file := range r.Placed {
		rows = append(rows, []string{sanitize.Line(file.To, 300), size(file.Size), r.below(file.From)})
	}
	if len(rows) > 0 {
		w.line("")
		w.table([]string{"WOULD BE INSTALLED AS", "SIZE", "IN THE ARCHIVE"}, rows)
	}
	rows = nil
	for _, file := range r.Skipped {
		rows = append(rows, []string{r.below(file.Path), file.Reason})
	}
	for _, file := range r.Unplaced {
		rows = append(rows, []string{sanitize.Line(file, 300), "NO PLACE KNOWN: needs a rule under files: or an exclude:"})
	}
	if len(rows) > 0 {
		w.line("")
		w.table([]string{"NOT INSTALLED", "WHY"}, rows)
	}
	if r.Conflict != "" {
		w.line("\n%s", sanitize.Line(r.Conflict, 500))
	}
}

// below is a path in the archive as a person reads it: without the top folder.
func (r *inspectResult) below(path string) string {
	if r.Top != "" {
		path = strings.TrimPrefix(path, r.Top+"/")
	}
	return sanitize.Line(path, 300)
}

func (c *cli) inspectCommand() *cobra.Command {
	var options kitzip.PlaceOptions
	cmd := &cobra.Command{
		Use:     "inspect ZIP",
		Short:   "Show what is in a kit and where it would go",
		GroupID: groupKits,
		Long: documented(`Reads a kit on the disk: its layout, its jars and where each file would be
installed below the product's root. An archive that is unsafe or damaged is
refused with exit code 6. Nothing is written, and no network is used.`, &inspectResult{}),
		Example: `  pingkit inspect kits/pf-pingid-integration-kit-2.24.0.zip
  pingkit inspect kit.zip --exclude "sample/**" --output json`,
		Args:              takes("ZIP"),
		ValidArgsFunction: files("zip"),
		RunE: c.runs(func(ctx context.Context, args []string) (err error) {
			archive, err := kitzip.Open(args[0])
			if err != nil {
				return inspected(localFile(err))
			}
			defer func() { err = errors.Join(err, archive.Close()) }()
			if _, err := archive.Verify(ctx); err != nil {
				return inspected(fmt.Errorf("%s: %w", args[0], err))
			}
			summary, err := archive.Summary(options)
			if err != nil {
				return inspected(err)
			}
			return c.print(&inspectResult{args[0], summary})
		}),
	}
	cmd.Flags().StringVar(&options.Product, "product", kitzip.PingFederate, "place files as for `PRODUCT`")
	cmd.Flags().StringArrayVar(&options.Exclude, "exclude", nil, "leave out files that match `GLOB`; may be repeated")
	offer(cmd, "product", words("pingfederate", "pingaccess", "pingdirectory"))
	offer(cmd, "exclude", cobra.NoFileCompletions)
	return cmd
}

// inspected marks the faults of an archive, which say what the file is and are no
// reason to run the command again.
func inspected(err error) error {
	if errors.Is(err, kitzip.ErrNotZip) || errors.Is(err, kitzip.ErrUnsafe) || errors.Is(err, kitzip.ErrDamaged) {
		return &inspectedError{err}
	}
	return err
}
