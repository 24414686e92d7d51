package main

import (
	"slices"
	"strings"

	"example.com/pingkit/internal/config"
)

const fileSuffix = "_FILE"

// replicas are settings that only several replicas behind one address need.
var replicas = []string{"PINGKIT_PLAN_KEY_FILE", "PINGKIT_PLAN_STORE"}

// written are the files that the program writes; every other …_FILE is read.
var written = []string{"PINGKIT_AUDIT_FILE"}

// desktopSettings returns the settings of a server that a person starts on their
// own machine, without those of HTTP.
func desktopSettings() []config.Setting {
	return slices.DeleteFunc(config.All(), func(s config.Setting) bool {
		return s.HTTP || slices.Contains(replicas, s.Name)
	})
}

// readsFile reports whether the value of a setting is the path of a file that
// the program reads.
func readsFile(s config.Setting) bool {
	return strings.HasSuffix(s.Name, fileSuffix) && !slices.Contains(written, s.Name)
}

// title makes a heading out of a variable's name.
func title(variable string) string {
	words := strings.Split(strings.TrimPrefix(variable, "PINGKIT_"), "_")
	for i, word := range words {
		switch word {
		case "PINGONE":
			words[i] = "PingOne"
		case "PINGCENTRAL":
			words[i] = "PingCentral"
		case "ID", "URL", "API", "CA", "TLS":
		case "DIR":
			words[i] = "directory"
		default:
			words[i] = strings.ToLower(word)
		}
	}
	heading := strings.Join(words, " ")
	return strings.ToUpper(heading[:1]) + heading[1:]
}

// describe returns the meaning of a setting and its default.
func describe(s config.Setting) string {
	text := strings.ToUpper(s.Meaning[:1]) + s.Meaning[1:]
	if s.Default != "" {
		text += " (default " + s.Default + ")"
	}
	return text + "."
}
