package connect_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/gen/client/pingone"
)

type document struct {
	Name string `json:"name"`
	List []int  `json:"list"`
}

func TestJSON(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		want    string // the name read, or words of the error after "!"
	}{
		"document":         {answer(`{"name":"x","unknown":[1]}`), "x"},
		"byte order mark":  {answer("\ufeff{\"name\":\"x\"}\n"), "x"},
		"created":          {jsonStatus(201, `{"name":"x"}`), "x"},
		"no content":       {status(204), ""},
		"nothing":          {answer(""), "!it holds nothing"},
		"page":             {answer("<html>Log in</html>"), "!a page or XML in place of JSON"},
		"damaged":          {answer(`{"name":"x"`), "!damaged JSON at byte 11"},
		"two documents":    {answer(`{"name":"x"}{}`), "!damaged JSON"},
		"wrong type":       {answer(`{"name":1}`), "!number where name should hold something else"},
		"wrong kind":       {answer(`[]`), "!array in place of the expected document"},
		"too deep":         {answer(`{"unknown":` + strings.Repeat("[", 1<<20) + strings.Repeat("]", 1<<20) + "}"), "!damaged JSON"},
		"as large as can":  {pad(16<<20, "application/json"), "x"},
		"too large":        {pad(16<<20+1, "application/json"), "!it exceeds 16 MiB"},
		"too large, plain": {pad(16<<20+1, "text/plain"), "!it exceeds 16 MiB"},
		"too large, small on the wire": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			_, _ = io.CopyN(packed, blanks{}, 64<<20)
			_ = packed.Close()
		}, "!it exceeds 16 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			server := newPingOne(t, test.handler)
			got, err := connect.JSON[document](server.client(t).ListEnvironments(t.Context(), nil))
			if words, fails := strings.CutPrefix(test.want, "!"); fails {
				if e := typed(t, err); !strings.Contains(err.Error(), words) || e.Temporary() || e.Status != 200 || strings.Contains(err.Error(), "Go ") {
					t.Errorf("got %v, want %q", err, words)
				}
				if got.Name != "" {
					t.Errorf("got %+v beside the error", got)
				}
			} else if err != nil || got.Name != test.want {
				t.Errorf("got %+v, %v", got, err)
			}
			if n := len(server.calls()); n != 1 {
				t.Errorf("%d calls, want 1", n)
			}
		})
	}
}

type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// pad answers with a document of size bytes.
func pad(size int64, contentType string) http.HandlerFunc {
	const document = `{"name":"x"}`
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, document)
		_, _ = io.CopyN(w, blanks{}, size-int64(len(document)))
	}
}

func TestJSONOfDecoderErrors(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(`{"name":1}`))
	_, err := connect.JSON[document](server.client(t).ListEnvironments(t.Context(), nil))
	var kind *json.UnmarshalTypeError
	if !errors.As(err, &kind) {
		t.Errorf("the decoder's error is not reachable in %v", err)
	}
}

// Answers and errors of other makers are read as well.
func TestJSONOfForeignAnswers(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	recorder.WriteHeader(http.StatusNotFound)
	if e := typed(t, connect.Check(recorder.Result(), nil)); e.Status != 404 {
		t.Errorf("got %+v", e)
	}
	if err := connect.Check(nil, nil); err == nil {
		t.Error("nothing is taken for an answer")
	}
	leaky := fmt.Errorf("wrapped: %w", &url.Error{Op: "Get", URL: "https://h/x?secret=s3cr3tquery", Err: io.ErrUnexpectedEOF})
	err := connect.Check(nil, leaky)
	silent(t, err.Error(), "s3cr3tquery", "https://h")
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
	if reached := new(url.Error); errors.As(err, &reached) {
		t.Errorf("the URL is reachable: %v", reached)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, inTurn(
		answer("not { JSON"), status(204), pad(32<<20, "text/html"), status(404),
	))
	client := server.client(t)
	for range 3 {
		if err := connect.Check(client.ListEnvironments(t.Context(), nil)); err != nil {
			t.Error(err)
		}
	}
	if e := typed(t, connect.Check(client.ListEnvironments(t.Context(), nil))); !e.NotFound() {
		t.Errorf("got %+v", e)
	}
}

func TestJSONIntoGeneratedTypes(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	page, err := connect.JSON[pingone.EnvironmentCollection](server.client(t).ListEnvironments(t.Context(), nil))
	if err != nil || len(page.Embedded.Environments) != 1 || page.Embedded.Environments[0].ID != "e1" {
		t.Errorf("got %+v, %v", page, err)
	}
}

// TestJSONNamesTheField has the field named that holds something else than it
// should, whoever reads it.
func TestJSONNamesTheField(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"id":"a","templateVersion":"3"}`:        "string where templateVersion should hold something else",
		`{"id":"a","usingOutdatedTemplate":"no"}`: "string where usingOutdatedTemplate should hold something else",
		`{"id":"a","applicationOwners":7}`:        "number where applicationOwners should hold something else",
		`"payroll"`:                               "string in place of the expected document",
	} {
		server := newPingOne(t, answer(body))
		_, err := connect.JSON[pingcentral.Application](server.client(t).ListEnvironments(t.Context(), nil))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
}
