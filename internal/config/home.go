package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ExpandHome returns a path whose leading ~ is the user's home directory. Shells
// expand it, but not after an equals sign, and no shell reads the configuration of
// an MCP client. Homes of other users are refused.
func ExpandHome(path string) (string, error) {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok {
		return path, nil
	}
	if rest != "" && rest[0] != '/' && !os.IsPathSeparator(rest[0]) {
		return "", fmt.Errorf("%q begins with ~, which is expanded only before a slash; write the whole path, or ./%s for a name that begins so", path, path)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("%q begins with ~, and the home directory is not known: %w", path, err)
	}
	return filepath.Join(home, rest), nil
}

// expandHomes expands the settings that are paths.
func (c *Config) expandHomes(p *problems) {
	for name, value := range c.values {
		if !strings.HasSuffix(name, fileSuffix) && !strings.HasSuffix(name, "_DIR") {
			continue
		}
		expanded, err := ExpandHome(value)
		if err != nil {
			p.add("%s: %v", name, err)
			continue
		}
		c.values[name] = expanded
	}
}
