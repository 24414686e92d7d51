// Package demo is a real MCP client that has mcp-server do the whole job against
// the sandbox, and prints each step with figures that it checks itself.
package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/client"
)

// What the demo works on; the sandbox has it.
const (
	kitName     = "PingID Integration Kit"
	application = "Payroll"
	target      = "Production"
	redirectURI = "https://payroll.example.com/oauth/callback"
)

// Options are what a run needs.
type Options struct {
	Executable string // the server's; it is started with the command stdio
	Dir        string // for the downloads; must exist
	Out        io.Writer
	Heard      Heard // nil: nobody listens
}

// Run does the job. It fails if any step does, or answers with something that
// is not so.
func Run(ctx context.Context, o Options) (err error) {
	start := time.Now()
	d := &demo{out: o.Out, dir: o.Dir}
	d.print("A real MCP client starts mcp-server and speaks to it over stdio. PingOne and PingCentral are the built-in sandbox.")
	if d.client, err = connect(ctx, o, d, client.WithElicitationHandler(d)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.client.close()) }()
	for _, step := range []func(context.Context) error{
		d.meet, d.find, d.versions, d.download, d.read, d.promote, d.history, d.revert,
	} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("step %d failed: %w%s", d.step, err, d.client.lastWords())
		}
	}
	d.print("\nDone: %d steps, %d tool calls, %.1f seconds. The files are in %s", d.step, d.client.calls, time.Since(start).Seconds(), o.Dir)
	return nil
}

type demo struct {
	out    io.Writer
	dir    string
	client *session
	step   int
	latest string
}

// says begins a step with what a user would say.
func (d *demo) says(request string) {
	d.step++
	d.print("\n%d. %q", d.step, request)
}

func (d *demo) print(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }

// detail prints lines below a step.
func (d *demo) detail(format string, args ...any) {
	for line := range strings.Lines(fmt.Sprintf(format, args...)) {
		d.print("   %s", strings.TrimRight(line, "\n"))
	}
}

func (d *demo) meet(ctx context.Context) error {
	names, err := d.client.tools(ctx)
	if err != nil {
		return err
	}
	d.print("It speaks MCP %s and offers %s.", d.client.protocol(), strings.Join(names, ", "))
	return nil
}

func (d *demo) find(ctx context.Context) error {
	d.says("Which integration kits are there for PingID?")
	var found struct {
		Integrations []struct {
			Name, Publisher, Description string
			LatestVersion                string `json:"latest_version"`
		}
	}
	if err := d.client.call(ctx, "list_integrations", arguments{{"query", "PingID"}, {"product", "PINGFEDERATE"}}, &found); err != nil {
		return err
	}
	for _, i := range found.Integrations {
		d.detail("%s %s, by %s: %s", i.Name, i.LatestVersion, i.Publisher, i.Description)
		if i.Name == kitName {
			d.latest = i.LatestVersion
		}
	}
	if d.latest == "" {
		return fmt.Errorf("there is no %s among them", kitName)
	}
	return nil
}

func (d *demo) versions(ctx context.Context) error {
	d.says("What versions does it have?")
	var found struct {
		Versions []struct {
			Number     string
			ReleasedOn string `json:"released_on"`
			WorksWith  string `json:"works_with"`
		}
	}
	if err := d.client.call(ctx, "list_versions", arguments{{"integration", kitName}}, &found); err != nil {
		return err
	}
	for _, v := range found.Versions {
		d.detail("%-8s released %s, for %s", v.Number, v.ReleasedOn, v.WorksWith)
	}
	if len(found.Versions) == 0 || found.Versions[0].Number != d.latest {
		return fmt.Errorf("the first of them is not the latest, %s", d.latest)
	}
	return nil
}

func (d *demo) download(ctx context.Context) error {
	d.says("Download the latest one and unpack it.")
	var kit struct {
		Path, SHA256, Version string
		Bytes                 int64
		VerifiedBy            []string `json:"verified_by"`
		ExtractedTo           string   `json:"extracted_to"`
		Contents              struct {
			Layout    string
			FileCount int `json:"file_count"`
			Jars      []string
		}
	}
	if err := d.client.call(ctx, "download_asset", arguments{{"integration", kitName}, {"extract", true}}, &kit); err != nil {
		return err
	}
	size, sum, err := measure(kit.Path)
	if err != nil {
		return err
	}
	if size != kit.Bytes || sum != kit.SHA256 {
		return fmt.Errorf("the file has %d bytes and the sha256 %s; the server said %d and %s", size, sum, kit.Bytes, kit.SHA256)
	}
	if kit.Version != d.latest || len(kit.VerifiedBy) == 0 {
		return fmt.Errorf("version %s is not the latest, or nothing vouches for it", kit.Version)
	}
	files, err := countFiles(kit.ExtractedTo)
	if err != nil {
		return err
	}
	if files != kit.Contents.FileCount {
		return fmt.Errorf("%d files were unpacked; the server said %d", files, kit.Contents.FileCount)
	}
	d.detail("file:     %s", kit.Path)
	d.detail("size:     %s bytes", grouped(size))
	d.detail("sha256:   %s", sum)
	d.detail("verified: by %s; read again from the disk and hashed by this client: the same", strings.Join(kit.VerifiedBy, " and "))
	d.detail("unpacked: %d files, %d jars (%s)", files, len(kit.Contents.Jars), kit.Contents.Layout)
	return nil
}

// measure reads the size and the SHA-256 from the file itself.
func measure(path string) (int64, string, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	hash := sha256.New()
	size, err := io.Copy(hash, file)
	if err = errors.Join(err, file.Close()); err != nil {
		return 0, "", err
	}
	return size, hex.EncodeToString(hash.Sum(nil)), nil
}

// countFiles counts the regular files below dir.
func countFiles(dir string) (int, error) {
	count := 0
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		if !entry.IsDir() {
			count++
			continue
		}
		below, err := countFiles(dir + string(os.PathSeparator) + entry.Name())
		if err != nil {
			return 0, err
		}
		count += below
	}
	return count, err
}

// grouped writes a number with commas between the thousands.
func grouped(n int64) string {
	digits := fmt.Sprint(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
