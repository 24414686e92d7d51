// Package docs_test holds the documents to the code that they speak of.
package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSecurityNamesRealTests looks up every test that security.md names.
func TestSecurityNamesRealTests(t *testing.T) {
	document, err := os.ReadFile("security.md")
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{}
	named := regexp.MustCompile("`([a-z][a-z/-]*)\\.(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(string(document), -1)
	for _, name := range named {
		folder, test := name[1], name[2]
		if sources[folder] == "" {
			files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(folder), "*_test.go"))
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				content, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				sources[folder] += string(content)
			}
		}
		if !strings.Contains(sources[folder], "func "+test+"(t *testing.T)") {
			t.Errorf("%s has no %s", folder, test)
		}
	}
	if len(named) < 80 {
		t.Errorf("only %d tests are named", len(named))
	}
}
