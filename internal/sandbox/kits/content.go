package kits

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strings"
)

// noise is n bytes that look random and depend on the seed alone.
func noise(seed string, n int) []byte {
	b := make([]byte, n)
	// ChaCha8.Read never returns an error.
	rand.NewChaCha8(sha256.Sum256([]byte(seed))).Read(b)
	return b
}

// document stands for a PDF.
func document(title string) []byte {
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj << /Title (%s) >> endobj\ntrailer << /Root 1 0 R >>\n%%%%EOF\n", title)
}

// Jar makes a small jar of the name and version, with a manifest and one class.
func Jar(name, version string) []byte {
	class := strings.ReplaceAll(name, "-", "/") + "/Adapter.class"
	return zipBytes([]File{
		{Path: "META-INF/MANIFEST.MF", Content: fmt.Appendf(nil,
			"Manifest-Version: 1.0\r\nImplementation-Title: %s\r\nImplementation-Version: %s\r\n\r\n", name, version)},
		{Path: class, Content: append([]byte{0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61}, noise(name+version, 6000)...)},
	})
}

// messages stands for a language pack.
func messages(name, version string) []byte {
	return fmt.Appendf(nil, "# %s %s\n%s.title=Sign on\n%s.cancel=Cancel\n%s.retry=Try again\n", name, version, name, name, name)
}

// template stands for a Velocity template.
func template(name, version string) []byte {
	return fmt.Appendf(nil, "<!DOCTYPE html>\n<!-- %s %s -->\n<html lang=\"en\">\n<head><title>$templateMessages.getMessage(\"%s.title\")</title></head>\n<body>$name</body>\n</html>\n", name, version, name)
}
