package kitzip

import (
	"path"
	"slices"
	"strings"
)

// Layout is the way a kit arranges its files below its top folder. Its value is the
// letter that lock files store. People and JSON results get words: [Layout.Describe].
type Layout string

// The known layouts. The contents of a kit tell which one it has.
const (
	LayoutProductTree     Layout = "A" // dist/pingfederate/server/default/{deploy,lib,conf}/…: merged below the product's root
	LayoutDistParts       Layout = "B" // dist/{deploy,conf,lib}/…: into server/default
	LayoutDistJars        Layout = "C" // dist/*.jar: into server/default/deploy
	LayoutDistJarsAndConf Layout = "D" // dist/*.jar and a top conf/: into server/default/deploy and server/default/conf
	LayoutDefaultJars     Layout = "E" // dist/pingfederate/server/default/*.jar: into server/default/deploy
	LayoutUnknown         Layout = "F" // none of these; nothing is placed automatically
)

// Describe says in a few words where the kit has its files.
func (l Layout) Describe() string {
	switch l {
	case LayoutProductTree:
		return "files below dist/pingfederate, merged into the product"
	case LayoutDistParts:
		return "dist/deploy, dist/conf and dist/lib, merged into server/default"
	case LayoutDistJars:
		return "jars in dist, for server/default/deploy"
	case LayoutDistJarsAndConf:
		return "jars in dist, for server/default/deploy, and conf, for server/default/conf"
	case LayoutDefaultJars:
		return "jars in dist/pingfederate/server/default, for server/default/deploy"
	}
	return "not the files of a PingFederate kit: nothing is placed without a rule"
}

// MarshalText returns the description: a letter says nothing to the reader of a result.
func (l Layout) MarshalText() ([]byte, error) { return []byte(l.Describe()), nil }

const (
	product   = "dist/pingfederate/" // holds files as they stand below the product's root
	base      = "server/default/"
	deployDir = base + "deploy/"
)

// Layout tells how the archive arranges its files.
func (a *Archive) Layout() Layout { return a.layout }

// sniff tells the layout from the paths below the top folder. A kit whose jars
// stand directly in dist may have dist/conf too: its jars tell its layout.
func (a *Archive) sniff() Layout {
	var merged, inDefault, inParts, inDist, topConf bool
	deployed := false // in dist/deploy or dist/lib
	for _, file := range a.files {
		name, inside := a.below(file.Path)
		if !inside || notInstalled(name) != "" {
			continue
		}
		dir := path.Dir(name) + "/"
		switch {
		case dir == product+base && isDeployable(name):
			inDefault = true
		case strings.HasPrefix(name, product):
			merged = merged || strings.HasPrefix(name, product+base) && dir != product+base
		case hasPrefix(name, "dist/deploy/", "dist/lib/"):
			deployed = true
		case strings.HasPrefix(name, "dist/conf/"):
			inParts = true
		case dir == "dist/" && isDeployable(name):
			inDist = true
		case strings.HasPrefix(name, "conf/"):
			topConf = true
		}
	}
	switch {
	case inDefault && !a.has(product+base+"deploy/"):
		return LayoutDefaultJars
	case merged || inDefault:
		return LayoutProductTree
	case deployed || inParts && !inDist:
		return LayoutDistParts
	case inDist && topConf:
		return LayoutDistJarsAndConf
	case inDist:
		return LayoutDistJars
	}
	return LayoutUnknown
}

// has reports whether a file stands below a folder of the kit.
func (a *Archive) has(folder string) bool {
	return slices.ContainsFunc(a.files, func(f File) bool {
		name, inside := a.below(f.Path)
		return inside && strings.HasPrefix(name, folder)
	})
}

func hasPrefix(name string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// isDeployable reports whether a file is what deploy holds.
func isDeployable(name string) bool {
	return slices.Contains([]string{".jar", ".war"}, strings.ToLower(path.Ext(name)))
}

// place says where a file belongs by the kit's layout, given its path below the
// top folder; "" if the layout does not say.
func (l Layout) place(name string) string {
	dir, file := path.Split(name)
	switch l {
	case LayoutProductTree, LayoutDefaultJars:
		if dir == product+base {
			return within(deployDir, file, isDeployable(file))
		}
		rest, merged := strings.CutPrefix(name, product)
		return within("", rest, merged && strings.Contains(rest, "/") && dir != product+"server/")
	case LayoutDistParts, LayoutDistJars, LayoutDistJarsAndConf:
		switch {
		case hasPrefix(name, "dist/deploy/", "dist/conf/", "dist/lib/"):
			return base + strings.TrimPrefix(name, "dist/")
		case dir == "dist/":
			return within(deployDir, file, isDeployable(file))
		case l == LayoutDistJarsAndConf && strings.HasPrefix(name, "conf/"):
			return base + name
		}
	}
	return ""
}

func within(dir, name string, ok bool) string {
	if !ok {
		return ""
	}
	return dir + name
}

// findTop returns the folder that holds the kit: the one that holds the
// outermost dist folder or, if there is none, the one that holds everything.
func findTop(files []File) string {
	const deepest = 3
	candidates := map[string]int{} // folder to its depth
	common, shared := "", true
	for i, file := range files {
		if isJunk(file.Path) {
			continue
		}
		parts := strings.Split(file.Path, "/")
		if depth := slices.Index(parts[:len(parts)-1], "dist"); depth >= 0 && depth <= deepest {
			candidates[strings.Join(parts[:depth], "/")] = depth
		}
		if len(parts) == 1 || i > 0 && common != "" && parts[0] != common {
			shared = false
		}
		common = parts[0]
	}
	if len(candidates) > 0 {
		return outermost(candidates)
	}
	if shared && !isKnownFolder(common) {
		return common
	}
	return ""
}

// outermost is the candidate above all others; "" if several stand side by side,
// for then nothing tells which is meant.
func outermost(candidates map[string]int) string {
	best, depth, single := "", -1, true
	for folder, d := range candidates {
		switch {
		case depth < 0 || d < depth:
			best, depth, single = folder, d, true
		case d == depth:
			single = false
		}
	}
	if !single {
		return ""
	}
	return best
}

// below returns a path relative to the top folder, and whether it stands there.
func (a *Archive) below(name string) (string, bool) {
	if a.top == "" {
		return name, true
	}
	if rest, ok := strings.CutPrefix(name, a.top+"/"); ok {
		return rest, true
	}
	return name, false
}

// The folders of a kit that are for reading or for trying out. Ping's guides
// have none of them installed.
var readingFolders = map[string]string{
	"sample": "sample", "samples": "sample", "config": "sample configuration", "docs": "documentation", "doc": "documentation",
	"documentation": "documentation", "metadata": "metadata", "legal": "legal notice", "license": "legal notice",
	"licenses": "legal notice", "meta-inf": "metadata",
}

// junk names what operating systems leave in archives.
var junk = []string{".ds_store", "thumbs.db", "desktop.ini"}

func isJunk(name string) bool {
	return strings.HasPrefix(name, "__MACOSX/") || slices.Contains(junk, strings.ToLower(path.Base(name)))
}

// isKnownFolder reports whether a folder has a meaning of its own, so that it is
// not the one around a kit.
func isKnownFolder(name string) bool {
	switch name {
	case "dist", "conf", "deploy", "lib", "server", "pingfederate", "bin":
		return true
	}
	_, reading := readingFolders[strings.ToLower(name)]
	return reading
}

// notInstalled says why a file is never installed, unless a rule asks for it;
// "" if it may be. The name is relative to the kit's top folder.
func notInstalled(name string) string {
	if isJunk(name) {
		return "left by an operating system"
	}
	rest := name
	for _, holder := range []string{product, "dist/"} { // a kit may keep its papers beside its product files
		if inner, ok := strings.CutPrefix(name, holder); ok {
			rest = inner
			break
		}
	}
	first, _, isFolder := strings.Cut(rest, "/")
	if isFolder {
		return readingFolders[strings.ToLower(first)]
	}
	switch ext := strings.ToLower(path.Ext(rest)); {
	case isPaper(rest, ext), rest == name && slices.Contains([]string{".pdf", ".txt", ".md", ".html", ".htm", ".rtf", ".docx", ".url"}, ext):
		return "documentation"
	}
	return ""
}

// isPaper reports whether a file is a readme or a legal notice by its name.
func isPaper(name, ext string) bool {
	if !slices.Contains([]string{"", ".pdf", ".txt", ".md", ".rtf"}, ext) { // a page such as notice.html may be a template
		return false
	}
	stem := strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(strings.TrimSuffix(name, path.Ext(name))))
	return hasPrefix(stem, "readme", "legal", "license", "notice", "thirdparty", "releasenotes", "changelog", "copyright", "eula")
}
