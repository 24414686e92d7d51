package install

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/lockfile"
)

// otherVersions finds jars on the disk that are another version of one that the
// lock installs on the same class path, and that stay there: files that sync did
// not write, or that were edited. Beside each other the product loads either.
func otherVersions(root *os.Root, l *lockfile.Lock, tree *lockfile.Tree, removes []operation) ([]Conflict, error) {
	type jar struct{ path, version, kit string }
	installed := make(map[string]map[string]jar) // by folder of the class path and folded base name
	planned := make(map[string]bool)
	for _, f := range tree.Files {
		planned[f.Path] = true
		j, ok := kitzip.ParseJar(f.Path)
		if !ok {
			continue
		}
		for _, dir := range l.Target.ClassPath(f.Path) {
			if installed[dir] == nil {
				installed[dir] = make(map[string]jar)
			}
			installed[dir][kitzip.Fold(j.Name)] = jar{f.Path, j.Version, l.Kits[f.Kit].String()}
		}
	}
	for _, op := range removes {
		planned[op.Path] = true
	}
	var found []Conflict
	for dir, jars := range installed {
		entries, err := fs.ReadDir(root.FS(), dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			if info, statErr := root.Stat(dir); statErr != nil || !info.IsDir() {
				continue // told as a conflict about the path itself
			}
			return nil, diskError("reading the folder "+dir, err)
		}
		for _, e := range entries {
			p := path.Join(dir, e.Name())
			j, ok := kitzip.ParseJar(p)
			ours, known := jars[kitzip.Fold(j.Name)]
			if !ok || !known || planned[p] || e.IsDir() {
				continue
			}
			if j.Version == ours.version && path.Dir(ours.path) != dir {
				continue // whichever is loaded is right, as lock.Tree has it
			}
			advice := "delete it if that kit replaces it, or exclude the kit's in the manifest"
			if path.Dir(ours.path) != dir {
				// In lib are mostly the product's own, which it does not run without.
				advice = "exclude the kit's in the manifest if this one is the product's own, or delete it if that kit replaces it"
			}
			found = append(found, Conflict{p, ours.kit,
				"another version of " + path.Base(ours.path) + ", which cannot stand beside it; " + advice})
		}
	}
	slices.SortFunc(found, func(a, b Conflict) int { return strings.Compare(a.Path, b.Path) })
	return found, nil
}
