package httptransport

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"example.com/pingkit/internal/app"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
	"example.com/pingkit/internal/tools"
)

// systems returns a sandbox and the services over it.
func systems(t *testing.T) (*sandbox.Sandbox, *tools.Deps) {
	t.Helper()
	box := sandboxtest.New(t, sandbox.Options{})
	services := against(t, box)
	return box, &tools.Deps{
		Catalog: services.Catalog, Promotion: services.Promotion,
		Kits:       &download.Service{Catalog: services.Catalog, Fetcher: services.Fetcher, Dir: t.TempDir()},
		HasPingOne: true, HasPingCentral: true,
	}
}

// against returns the services of a process that works with box.
func against(t *testing.T, box *sandbox.Sandbox) *app.App {
	t.Helper()
	settings, err := config.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return app.New(settings, app.Options{Program: "test", Sandbox: box})
}

// downloaded is the answer of download_asset.
type downloaded struct {
	Path, SHA256 string
	Notes        []string
	Bytes        int64
	DownloadURL  string `json:"download_url"`
	ContentsURI  string `json:"contents_uri"`
	failure      string
	links        []string
}

// notes reports whether a note contains text.
func (d downloaded) notes(text string) bool {
	return strings.Contains(strings.Join(d.Notes, "\n"), text)
}

// download calls download_asset in the modern era.
func (c *caller) download(arguments string) (d downloaded) {
	c.t.Helper()
	params := c.params(fmt.Sprintf(`{"name":"download_asset","arguments":%s,"_meta":{"progressToken":1}}`, arguments))
	response := c.do(c.request(c.t.Context(), "tools/call", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":`+params+`}`))
	c.events(response, func(e event) {
		if e.Method != "" {
			return
		}
		text := e.Result.Content[0].Text
		if e.Result.IsError {
			d.failure = text
			return
		}
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			c.t.Fatal(err)
		}
		for _, content := range e.Result.Content[1:] {
			d.links = append(d.links, content.URI)
		}
	})
	return d
}
