package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// platforms are those of the release, as .goreleaser.yaml lists them.
var platforms = []string{
	"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64",
}

// legalFile matches the names of files that a distributor has to pass on.
var legalFile = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|notice|patents|copyright)([-._].*)?$`)

// linkedModule is a module with the directories of its packages that a program
// links.
type linkedModule struct {
	path, version, root string
	directories         []string
}

// notices returns the license, notice and patent files of Go's standard library
// and of every module whose packages the programs link on a platform of the
// release. The files of a package's own directory count as well as those of the
// module: some modules hold code under several licenses.
func notices(root string, programs ...string) ([]byte, error) {
	modules, err := linkedModules(root, programs)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "THIRD-PARTY NOTICES\n\nThe programs mcp-server and pingkit contain code of Go's standard library and of\nthe modules below. Their licenses, notices and patent grants follow.\n")
	for _, m := range modules {
		files, err := m.legalFiles()
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			text, err := os.ReadFile(filepath.Join(m.root, name))
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(&out, "\n%s\n%s: %s\n\n%s\n", strings.Repeat("=", 80), strings.TrimSpace(m.path+" "+m.version),
				filepath.ToSlash(name), bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))))
		}
	}
	return out.Bytes(), nil
}

// linkedModules returns the modules in the order of their paths, after Go's
// standard library.
func linkedModules(root string, programs []string) ([]linkedModule, error) {
	byPath := map[string]linkedModule{}
	for _, platform := range platforms {
		goos, goarch, _ := strings.Cut(platform, "/")
		if err := addLinked(byPath, goos, goarch, root, programs); err != nil {
			return nil, err
		}
	}
	var modules []linkedModule
	for _, m := range byPath {
		slices.Sort(m.directories)
		m.directories = slices.Compact(m.directories)
		modules = append(modules, m)
	}
	slices.SortFunc(modules, func(a, b linkedModule) int { return strings.Compare(a.path, b.path) })
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	library := linkedModule{path: "Go's standard library", root: strings.TrimSpace(string(goroot))}
	return slices.Insert(modules, 0, library), nil
}

func addLinked(modules map[string]linkedModule, goos, goarch, root string, programs []string) error {
	args := append([]string{"-C", root, "list", "-deps", "-json=Dir,Module"}, programs...)
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+goos, "GOARCH="+goarch)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	listed, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list -deps for %s/%s: %w\n%s", goos, goarch, err, complaints.Bytes())
	}
	type module struct {
		Path, Version, Dir string
		Main               bool
		Replace            *module
	}
	for packages := json.NewDecoder(bytes.NewReader(listed)); ; {
		var p struct {
			Dir    string
			Module *module
		}
		if err := packages.Decode(&p); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("go list -deps: %w", err)
		}
		if p.Module == nil || p.Module.Main {
			continue // Go's standard library, or our own code
		}
		version := p.Module.Version
		if r := p.Module.Replace; r != nil {
			version = r.Version
		}
		m := modules[p.Module.Path]
		m.path, m.version, m.root = p.Module.Path, version, p.Module.Dir
		m.directories = append(m.directories, p.Dir)
		modules[p.Module.Path] = m
	}
}

// legalFiles returns the paths of the module's files that have to be passed on,
// below the module's root. A module without a license is an error: its code may
// not be distributed.
func (m linkedModule) legalFiles() ([]string, error) {
	directories := []string{"."}
	for _, d := range m.directories {
		relative, err := filepath.Rel(m.root, d)
		if err != nil {
			return nil, err
		}
		for ; relative != "."; relative = filepath.Dir(relative) {
			directories = append(directories, relative)
		}
	}
	slices.Sort(directories)
	var files []string
	for _, d := range slices.Compact(directories) {
		entries, err := os.ReadDir(filepath.Join(m.root, d))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Type().IsRegular() && legalFile.MatchString(e.Name()) && filepath.Ext(e.Name()) != ".go" {
				files = append(files, filepath.Join(d, e.Name()))
			}
		}
	}
	if len(files) == 0 || strings.HasPrefix(strings.ToUpper(filepath.Base(files[0])), "NOTICE") {
		return nil, fmt.Errorf("module %s: no license file in %s", m.path, m.root)
	}
	return files, nil
}
