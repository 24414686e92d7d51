package kitzip

import (
	"path"
	"slices"
	"strings"
)

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
