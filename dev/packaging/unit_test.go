package main

import (
	"path"
	"strings"
	"testing"
)

const (
	unitName = "pingkit-mcp-server.service"
	unitFile = "deploy/systemd/" + unitName
	envFile  = "deploy/systemd/pingkit-mcp-server.env"
)

// unit returns the values of a unit's keys, in order.
func unit(t *testing.T) map[string][]string {
	t.Helper()
	values := map[string][]string{}
	for line := range strings.Lines(read(t, unitFile)) {
		line = strings.TrimSpace(line)
		if key, value, found := strings.Cut(line, "="); found && !strings.HasPrefix(line, "#") {
			values[key] = append(values[key], value)
		}
	}
	return values
}

func unitArgs(t *testing.T) []string {
	t.Helper()
	start := unit(t)["ExecStart"]
	if len(start) != 1 {
		t.Fatalf("ExecStart = %v", start)
	}
	words := strings.Fields(start[0])
	if path.Base(words[0]) != "mcp-server" {
		t.Fatalf("it starts %s", words[0])
	}
	return words[1:]
}

// TestUnitSecrets requires that systemd passes each secret of the settings file as a credential, and that the file holds none itself.
func TestUnitSecrets(t *testing.T) {
	u := unit(t)
	if len(u["LoadCredential"]) != 1 || len(u["EnvironmentFile"]) != 1 {
		t.Fatalf("unit = %v", u)
	}
	credential, _, _ := strings.Cut(u["LoadCredential"][0], ":")
	directory := "/run/credentials/" + unitName + "/" + credential + "_"
	secrets := 0
	for line := range strings.Lines(read(t, envFile)) {
		name, value, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "#"), "=")
		if !found || strings.Contains(name, " ") {
			continue
		}
		if strings.HasSuffix(name, fileSuffix) {
			secrets++
			if file, found := strings.CutPrefix(value, directory); !found || file == "" || strings.Contains(file, "/") {
				t.Errorf("%s=%s is not in %s", name, value, directory)
			}
			continue
		}
		if strings.Contains(name, "SECRET") || strings.Contains(name, "PASSWORD") || strings.Contains(name, "TOKEN") && !strings.HasSuffix(name, "URL") {
			t.Errorf("%s is in clear text", name)
		}
	}
	if secrets < 3 {
		t.Errorf("only %d secrets found", secrets)
	}
}

func TestUnitIsHardened(t *testing.T) {
	u := unit(t)
	for key, want := range map[string]string{
		"DynamicUser": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "NoNewPrivileges": "yes",
		"CapabilityBoundingSet": "", "UMask": "0077", "MemoryDenyWriteExecute": "yes", "SystemCallArchitectures": "native",
	} {
		if len(u[key]) != 1 || u[key][0] != want {
			t.Errorf("%s = %v, want %q", key, u[key], want)
		}
	}
}
