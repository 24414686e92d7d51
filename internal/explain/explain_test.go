package explain_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"
	"syscall"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/pingcentral"
)

func TestHintsForBothReaders(t *testing.T) {
	t.Parallel()
	storage := &connect.Error{System: connect.SystemStorage, Status: 404}
	for name, test := range map[string]struct {
		err              error
		shell, assistant string // part of the hint; empty: no hint
	}{
		"unknown error":        {errors.New("anything"), "", ""},
		"settings":             {&config.Error{Subject: "x"}, "pingkit help settings", "MCP client's configuration"},
		"connection settings":  {&connect.SettingsError{}, "pingkit help settings", ""},
		"manifest":             {&lockfile.ManifestError{File: "kits.yaml"}, "pingkit help manifest", ""},
		"unknown integration":  {&match.NotFoundError{Kind: "integration"}, "`pingkit integrations`", "list_integrations"},
		"unknown environment":  {&match.NotFoundError{Kind: "environment"}, "`pingkit environments`", "list_environments"},
		"unknown application":  {&match.NotFoundError{Kind: "application"}, "`pingkit app list`", "list_applications"},
		"version without kit":  {&catalog.NoKitError{}, "pingkit versions", ""},
		"download without kit": {&download.Error{Kind: download.ErrNoKit, Err: &connect.Error{System: connect.SystemPingOne, Status: 400}}, "pingkit versions", "transaction id"},
		"paging":               {catalog.ErrPaging, "PINGONE_API_URL", "use a query"},
		"no digest":            {&download.Error{Kind: download.ErrUnverified}, "--sha256", ""},
		"too large":            {&download.Error{Kind: download.ErrTooLarge}, "--max-download", "PINGKIT_MAX_DOWNLOAD"},
		"file exists":          {&download.Error{Kind: download.ErrExists}, "--overwrite", ""},
		"wrong digest":         {&download.Error{Kind: download.ErrIntegrity}, "proxy or gateway", "proxy or gateway"},
		"unsafe archive":       {&kitzip.UnsafeError{}, "do not use", "do not use"},
		"damaged archive":      {fmt.Errorf("x: %w", kitzip.ErrDamaged), "do not use", "do not use"},
		"file that is no zip":  {&kitzip.NotZipError{}, "kit.zip", ""},
		"disk":                 {&download.Error{Kind: download.ErrDisk}, "permissions and the free space", "PINGKIT_DOWNLOAD_DIR"},
		"path":                 {&fs.PathError{Op: "open", Path: "p", Err: syscall.EACCES}, "permissions and the free space", "PINGKIT_DOWNLOAD_DIR"},
		"network":              {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, "check the network", "check the network"},
		"timeout of PingOne":   {&connect.Error{System: connect.SystemPingOne, Err: context.DeadlineExceeded}, "--timeout", "in a minute"},
		"expired link":         {&download.Error{Kind: download.ErrUnavailable, Err: storage}, "try again", "try again"},
		"shielded target":      {&pingcentral.RefusedError{Policy: true, Shielded: true}, "--shielded", "have the user promote"},
		"refusal with a hint":  {&pingcentral.RefusedError{Reason: "no", Next: "promote it first"}, "promote it first", "promote it first"},
		"drift":                {&lockfile.DriftError{What: "x", Next: "run `pingkit lock`"}, "`pingkit lock`", "`pingkit lock`"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for reader, want := range map[explain.Reader]string{explain.Shell: test.shell, explain.Assistant: test.assistant} {
				got := explain.Error(test.err, reader)
				if !strings.Contains(got.Hint, want) || want == "" && got.Hint != "" {
					t.Errorf("reader %d: the hint is %q, want %q", reader, got.Hint, want)
				}
				if strings.HasSuffix(got.Hint, ".") || got.Hint != "" && strings.Contains(got.Message, got.Hint) {
					t.Errorf("reader %d: message %q, hint %q", reader, got.Message, got.Hint)
				}
				if reader == explain.Assistant && strings.Contains(got.Hint, "--") {
					t.Errorf("a hint for a model names a flag: %q", got.Hint)
				}
			}
		})
	}
}

func TestQuoteIsOneShellWord(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"plain-1.0/x": "plain-1.0/x", "": "''", "two words": "'two words'", "it's": `'it'\''s'`, "$(id)": "'$(id)'", "a\nb": "'a\nb'", "~/in": "'~/in'",
	} {
		if got := explain.Quote(word); got != want {
			t.Errorf("%q becomes %s, want %s", word, got, want)
		}
	}
	if got := explain.Command("pingkit", "versions", "PingID Kit"); got != "pingkit versions 'PingID Kit'" {
		t.Error(got)
	}
}
