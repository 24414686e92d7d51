package lockfile

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"example.com/pingkit/internal/kitzip"
)

// DefaultManifest and DefaultLock are the names of the two files.
const (
	DefaultManifest = "kits.yaml"
	DefaultLock     = "kits.lock.json"
)

// apiVersion is the only form of kits.yaml there is.
const apiVersion = "pingkit/v1"

// maxManifest bounds a manifest in bytes; a real one has a few thousand; it also bounds how deep the
// parser can be made to recurse.
const maxManifest = 256 << 10

// The layouts of a target: where below it the product's files stand.
const (
	LayoutServerProfile = "server-profile" // instance/server/default/…, as Ping's images overlay it
	LayoutInstance      = "instance"       // server/default/…, the product itself
	LayoutFlat          = "flat"           // all files side by side
)

// The products that a target can be.
const (
	PingFederate  = "pingfederate"
	PingAccess    = "pingaccess"
	PingDirectory = "pingdirectory"
)

var (
	layouts  = []string{LayoutServerProfile, LayoutInstance, LayoutFlat}
	products = []string{PingFederate, PingAccess, PingDirectory}
)

// Manifest says which kits are wanted, and for what.
type Manifest struct {
	File    string // as errors call it
	Target  Target
	Kits    []Entry
	Notices []string // what a reader of the manifest should know, such as entries left out
}

// Target is the product that kits are installed into.
type Target struct {
	Product string `json:"product"`
	Version string `json:"version,omitempty"` // empty: not known, and nothing is checked against it
	Layout  string `json:"layout"`
}

// Entry is one wanted kit. Name or ID is set, not both.
type Entry struct {
	Name    string
	ID      string
	Version string   // an exact number, a range such as ">=2.24 <3", or "latest"
	Exclude []string // globs of archive paths that are not installed
	Files   []Rule   // where files go that are not recognised
	Keep    []string // globs of product paths whose local edits win
	Line    int      // where it stands in the manifest
}

// Rule sends the files of an archive that match a glob to a place below the
// product root.
type Rule = kitzip.Rule

// Request is the name or id that the manifest calls the kit by.
func (e Entry) Request() string {
	if e.ID != "" {
		return e.ID
	}
	return e.Name
}

// ReadManifest reads kits.yaml or artifact-list.json; the contents tell which.
// A file that says something else is a *ManifestError.
func ReadManifest(path string) (*Manifest, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	return ParseManifest(filepath.Base(path), data)
}

// ParseManifest reads a manifest; name stands in its errors and, by its ending,
// helps to tell a broken artifact list from a broken kits.yaml.
func ParseManifest(name string, data []byte) (*Manifest, error) {
	problems := &problems{file: name}
	var m *Manifest
	switch {
	case len(data) > maxManifest:
		problems.addf(0, 0, "the file is larger than %d bytes; a manifest lists names and versions only", maxManifest)
	case isArtifactList(name, data):
		m = parseArtifactList(data, problems)
	default:
		m = parseYAML(bytes.TrimPrefix(data, []byte(byteOrderMark)), problems)
		problems.addQuoteAdvice(data)
	}
	if err := problems.err(); err != nil {
		return nil, err
	}
	m.File = name
	return m, nil
}

// isArtifactList reports whether data is meant as a JSON list, by what is in it
// or by the name that Ping gave it: kits.yaml has a mapping at its top, which in
// JSON starts with a brace.
func isArtifactList(name string, data []byte) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(data, []byte(byteOrderMark)), " \t\r\n")
	if bytes.HasPrefix(text, []byte("[")) || strings.EqualFold(filepath.Base(name), "artifact-list.json") {
		return true
	}
	return strings.EqualFold(filepath.Ext(name), ".json") && !bytes.HasPrefix(text, []byte("{"))
}
