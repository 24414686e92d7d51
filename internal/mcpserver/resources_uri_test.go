package mcpserver

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"example.com/pingkit/internal/tools"
)

// TestResourcesOfAnyName reads resources whose names hold reserved characters, in
// the forms in which clients write addresses.
func TestResourcesOfAnyName(t *testing.T) {
	s := New(&tools.Deps{}, Options{Version: "1", Logger: slog.New(slog.DiscardHandler)})
	echo := func(_ context.Context, value func(string) string) (string, error) {
		return value("id") + "|" + value("path"), nil
	}
	s.addText("pingkit://tests/{id}", "t", "T", "d", "text/plain", echo)
	s.addText("pingkit://tests/{id}/files/{+path}", "f", "F", "d", "text/plain", echo)
	component := func(name string) string {
		return strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*").Replace(url.QueryEscape(name))
	}
	for _, name := range []string{
		"Payroll", "Payroll, EU", "a,b,c", "Payroll (EU)", "Ada's app", "wow!", "a*b", "a+b", "50%", "a%2Cb", "a/b", "ümlaut", "a&b=c;d:e@f$g", "..",
	} {
		for form, escape := range map[string]func(string) string{
			"encodeURIComponent": component, "url.PathEscape": url.PathEscape, "RFC 6570": func(n string) string { return strings.ReplaceAll(url.QueryEscape(n), "+", "%20") },
		} {
			for uri, want := range map[string]string{
				"pingkit://tests/" + escape(name):                       name + "|",
				"pingkit://tests/x/files/doc/" + escape("b (1), c.txt"): "x|doc/b (1), c.txt",
			} {
				t.Run(form+" "+name, func(t *testing.T) {
					request, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": map[string]any{"uri": uri}})
					if err != nil {
						t.Fatal(err)
					}
					answer, err := json.Marshal(s.HandleMessage(t.Context(), request))
					if err != nil {
						t.Fatal(err)
					}
					var got struct {
						Result struct {
							Contents []struct{ Text string }
						}
					}
					if err := json.Unmarshal(answer, &got); err != nil || len(got.Result.Contents) != 1 || got.Result.Contents[0].Text != want {
						t.Errorf("%s gives %s, want %q", uri, answer, want)
					}
				})
			}
		}
	}
}
