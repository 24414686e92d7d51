//go:build faults

package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/chaos"
)

// The bounds of every answer.
const (
	callBound = 60 * time.Second // when MCP clients give up
	textBound = 2500             // characters of an error
)

// try makes a call under a trouble, checks what holds for all of them, and
// returns in a few words what came of it.
func (h *here) try(call faultCall, base faultBase, trouble chaos.FaultScenario) string {
	t := h.t
	t.Helper()
	h.box.Reset()
	logged := len(h.log.String())
	begin := time.Now()
	a := call.run(h, func() { trouble.Begins(h.box) })
	if took := time.Since(begin); took > callBound {
		t.Errorf("it took %v", took)
	}
	requests := h.box.Requests()
	h.secret("the answer", string(encode(t, a)))
	h.secret("the log", h.log.String()[logged:])
	if a.IsError {
		h.plainError(a)
	}
	for _, r := range requests {
		if r.System == sandbox.Storage && r.Authorization != "" {
			t.Errorf("the storage got an Authorization header: %+v", r)
		}
	}
	h.checkDownloads(call, a)
	outcome := h.outcome(call, base, trouble, a, requests)
	h.empty(t)
	h.untroubled(call, trouble)
	return outcome
}

// secret fails where text holds what nobody may see.
func (h *here) secret(where, text string) {
	h.t.Helper()
	basic := base64.StdEncoding.EncodeToString([]byte(sandbox.AdministratorName + ":" + sandbox.AdministratorPassword))
	for name, secret := range map[string]string{
		"the worker's secret":                  sandbox.ClientSecret,
		"PingCentral's password":               sandbox.AdministratorPassword,
		"the secret of PingCentral's client":   sandbox.CentralClientSecret,
		"a secret of an environment":           sandbox.EnvironmentSecret,
		"a basic login":                        basic,
		"a token":                              "sandbox-pingone-token",
		"a token of PingCentral":               "sandbox-pingcentral-token",
		"a generated client secret":            "Generated-Sandbox-Secret",
		"the query of a link":                  "SANDBOX/",
		"the query of a link, escaped":         "SANDBOX%2F",
		"the signature of a link":              "X-Amz-Signature=0",
		"the body of a page":                   "<html",
		"the script of a page":                 "alert(1)",
		"the body of an error of the storage":  "<Error>",
		"the inside of the program (a struct)": "&{",
		"the inside of the program (a map)":    "map[",
		"the inside of the program (a nil)":    "<nil>",
		"the inside of the program (a format)": "%!",
		"the inside of the program (a stack)":  "goroutine ",
	} {
		if at := strings.Index(text, secret); at >= 0 {
			h.t.Errorf("%s has %s: …%s…", where, name, text[max(0, at-200):min(len(text), at+200)])
		}
	}
}

// plainError checks that an error says what failed and what to do next.
func (h *here) plainError(a answer) {
	h.t.Helper()
	text := a.text()
	if len(text) > textBound {
		h.t.Errorf("the error has %d characters: %.300s…", len(text), text)
	}
	if len(a.Content) != 1 || len(a.Structured) != 0 {
		h.t.Errorf("the error has %d parts and the result %s", len(a.Content), a.Structured)
	}
	if strings.ContainsAny(text, "\x00\x1b\r") || strings.Contains(text, "json:") || strings.Contains(text, "context deadline") {
		h.t.Errorf("the error is not plain: %q", text)
	}
	if adviceIn(text) == "" {
		h.t.Errorf("the error does not say what to do next: %s", text)
	}
}

// checkDownloads finds the whole kit in the download directory, whole and
// unpacked, or nothing at all.
func (h *here) checkDownloads(call faultCall, a answer) {
	h.t.Helper()
	left := filesIn(h.t, h.downloads)
	if call.tool != "download_asset" || a.IsError {
		entries, err := os.ReadDir(h.downloads)
		if err != nil {
			h.t.Fatal(err)
		}
		if len(entries) > 0 {
			h.t.Errorf("%s is left after: %s", entries[0].Name(), a.text())
		}
		return
	}
	var result struct {
		Path        string
		ExtractedTo string `json:"extracted_to"`
	}
	decode(h.t, a.Structured, &result)
	want := h.kitOfFaults()
	got, err := os.ReadFile(result.Path)
	if err != nil || !bytes.Equal(got, want) {
		h.t.Errorf("the file has %d bytes, the kit %d (%v)", len(got), len(want), err)
	}
	archive, err := zip.NewReader(bytes.NewReader(want), int64(len(want)))
	if err != nil {
		h.t.Fatal(err)
	}
	files := 1
	for _, f := range archive.File {
		if f.FileInfo().IsDir() {
			continue
		}
		files++
		content, err := f.Open()
		if err != nil {
			h.t.Fatal(err)
		}
		want, err := io.ReadAll(content)
		if err != nil {
			h.t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(result.ExtractedTo, filepath.FromSlash(f.Name))); err != nil || !bytes.Equal(got, want) {
			h.t.Errorf("%s has %d bytes, want %d (%v)", f.Name, len(got), len(want), err)
		}
	}
	if len(left) != files {
		h.t.Errorf("%d files are left, want %d: %v", len(left), files, left)
	}
}

// outcome checks what is said against what happened, and puts it into few words.
func (h *here) outcome(call faultCall, base faultBase, trouble chaos.FaultScenario, a answer, requests []sandbox.Request) string {
	h.t.Helper()
	var sent []sandbox.Request
	for _, r := range requests {
		if r.System == sandbox.PingCentral && r.Method != http.MethodGet {
			sent = append(sent, r)
		}
	}
	if call.wrote != nil {
		return h.written(call, trouble, a, sent)
	}
	if len(sent) > 0 {
		h.t.Errorf("a tool that reads sent %s %s", sent[0].Method, sent[0].Path)
	}
	if a.IsError {
		return errorWords(a.text())
	}
	word := "ok"
	for o, n := range accepted(requests) {
		if n > base.operations[o] && o.system != sandbox.Auth && trouble.Options == nil {
			word = "retried"
		}
	}
	var partial struct{ Incomplete string }
	decode(h.t, a.Structured, &partial)
	switch result := call.plain(h, a); {
	case partial.Incomplete != "":
		h.plainError(answer{Content: []struct{ Type, Text, URI, MIMEType string }{{Text: partial.Incomplete}}})
		return "part: " + errorWords(partial.Incomplete)
	case result != base.result:
		h.t.Logf("it differs:\n%s\nwant\n%s", result, base.result)
		return word + ", differs"
	}
	return word
}

// written checks the answer of a write: it was sent once at most, what the
// answer says is true, and no error hides what was done. There are two cases in
// which PingCentral itself tells the untruth, and nobody could see through it:
// it calls a success what it did not do, and hides for an hour what it did. In a
// third one somebody else did the same at the same moment.
func (h *here) written(call faultCall, trouble chaos.FaultScenario, a answer, sent []sandbox.Request) string {
	h.t.Helper()
	done := call.wrote(h.box)
	if len(sent) > 1 {
		h.t.Errorf("%d writes reached PingCentral", len(sent))
	}
	if a.IsError {
		if done && !strings.Contains(trouble.Name, "hides it") {
			h.t.Errorf("it was done, and the answer is the error %s", a.text())
		}
		words := errorWords(a.text())
		if done {
			return words + ", it says"
		}
		return words
	}
	if a.ResultType == "input_required" {
		if len(sent) > 0 || done {
			h.t.Errorf("something was sent, and the answer is a question: %s", encode(h.t, a.InputRequests))
		}
		return "asks again"
	}
	var w written
	decode(h.t, a.Structured, &w)
	switch w.Status {
	case "promoted", "reverted":
		if !strings.HasPrefix(call.tool, map[string]string{"promoted": "promote", "reverted": "revert"}[w.Status]) {
			h.t.Errorf("%s answers %s", call.tool, w.Status)
		}
		believed := len(sent) == 1 && sent[0].Status/100 == 2
		byOthers := strings.Contains(trouble.Name, "others write as well")
		switch unseen := "no new promotion|was as before|could not be read"; {
		case !done && byOthers:
			return w.Status + ", by others"
		case !done && believed:
			return w.Status + ", it says"
		case !done:
			h.t.Errorf("it was not done, and the answer is %s", a.Structured)
		case regexp.MustCompile(unseen).MatchString(w.Message):
			return w.Status + ", unseen"
		}
		return w.Status
	case "unknown":
		if len(sent) != 1 {
			h.t.Errorf("%d writes were sent, and the answer is %s", len(sent), a.Structured)
		}
		h.plainError(answer{Content: a.Content[:1]})
		return "unknown"
	case "confirmation_required":
		if len(sent) > 0 || done {
			h.t.Errorf("something was sent, and the answer is %s", a.Structured)
		}
		return "asks again"
	}
	h.t.Errorf("the status is %q: %s", w.Status, a.Structured)
	return w.Status
}
