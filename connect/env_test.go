package connect_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// setenv sets variables and unsets all others that FromEnv reads.
func setenv(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, name := range []string{
		"PINGONE_CLIENT_ID", "PINGONE_CLIENT_SECRET", "PINGONE_CLIENT_SECRET_FILE", "PINGONE_ENVIRONMENT_ID", "PINGONE_REGION_CODE",
		"PINGONE_API_URL", "PINGONE_AUTH_URL", "PINGKIT_CA_FILE", "PINGCENTRAL_URL", "PINGCENTRAL_USERNAME", "PINGCENTRAL_PASSWORD",
		"PINGCENTRAL_PASSWORD_FILE", "PINGCENTRAL_TOKEN", "PINGCENTRAL_TOKEN_FILE", "PINGCENTRAL_TOKEN_URL", "PINGCENTRAL_CLIENT_ID",
		"PINGCENTRAL_CLIENT_SECRET", "PINGCENTRAL_CLIENT_SECRET_FILE", "PINGCENTRAL_SCOPES", "PINGCENTRAL_CA_FILE",
		"PINGCENTRAL_INSECURE_SKIP_VERIFY",
	} {
		t.Setenv(name, variables[name])
	}
}

// environmentOf holds the variables that lead to a sandbox.
func environmentOf(t *testing.T, s *sandbox.Sandbox) map[string]string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, s.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	variables := map[string]string{"PINGKIT_CA_FILE": file}
	for _, variable := range s.Variables(file) {
		variables[variable.Name] = variable.Value
	}
	return variables
}

func TestFromEnvReachesBothSystems(t *testing.T) {
	s := sandboxtest.New(t, sandbox.Options{TLS: true})
	variables := environmentOf(t, s)
	for variable, content := range map[string]string{
		"PINGONE_CLIENT_SECRET": variables["PINGONE_CLIENT_SECRET"] + "\r\n",
		"PINGCENTRAL_PASSWORD":  variables["PINGCENTRAL_PASSWORD"] + "\n",
	} {
		file := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		variables[variable], variables[variable+"_FILE"] = "", file
	}
	setenv(t, variables)
	clients, err := connect.FromEnv()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(clients.PingOne.CloseIdleConnections)
	t.Cleanup(clients.PingCentral.CloseIdleConnections)
	if err := connect.Check(clients.PingOne.ListEnvironments(t.Context(), nil)); err != nil {
		t.Error(err)
	}
	if err := connect.Check(clients.PingCentral.ListApplications(t.Context(), nil)); err != nil {
		t.Error(err)
	}
}

func TestFromEnvLeavesOutASystemThatIsNotSetUp(t *testing.T) {
	setenv(t, map[string]string{"PINGONE_CLIENT_ID": "c", "PINGONE_CLIENT_SECRET": "s", "PINGONE_ENVIRONMENT_ID": "e"})
	clients, err := connect.FromEnv()
	if err != nil || clients.PingOne == nil || clients.PingCentral != nil {
		t.Errorf("%+v, %v", clients, err)
	}
	setenv(t, map[string]string{"PINGCENTRAL_URL": "https://c.example", "PINGCENTRAL_TOKEN": "t"})
	clients, err = connect.FromEnv()
	if err != nil || clients.PingOne != nil || clients.PingCentral == nil {
		t.Errorf("%+v, %v", clients, err)
	}
}

func TestFromEnvNamesEachProblemAndNoValue(t *testing.T) {
	bom := filepath.Join(t.TempDir(), "bom")
	if err := os.WriteFile(bom, []byte("\ufeffhunter22"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		variables map[string]string
		want      []string
	}{
		"nothing set": {nil, []string{
			"PINGONE_CLIENT_ID is missing", "PINGONE_CLIENT_SECRET (or PINGONE_CLIENT_SECRET_FILE) is missing", "PINGONE_ENVIRONMENT_ID is missing",
			"PINGCENTRAL_URL is missing", "no way to log in: PINGCENTRAL_USERNAME and PINGCENTRAL_PASSWORD, or PINGCENTRAL_TOKEN, or PINGCENTRAL_TOKEN_URL with",
		}},
		"one of each": {
			map[string]string{"PINGONE_CLIENT_ID": "c", "PINGCENTRAL_URL": "https://c.example", "PINGCENTRAL_USERNAME": "u"},
			[]string{"PINGONE_CLIENT_SECRET (or", "PINGONE_ENVIRONMENT_ID is missing", "PINGCENTRAL_PASSWORD is missing"},
		},
		"wrong values": {
			map[string]string{"PINGONE_CLIENT_ID": "c", "PINGONE_CLIENT_SECRET": "hunter22", "PINGONE_ENVIRONMENT_ID": "e", "PINGONE_REGION_CODE": "MARS", "PINGONE_API_URL": "https://a.example"},
			[]string{"PINGONE_REGION_CODE is none of", "PINGONE_API_URL does not end in /v1"},
		},
		"two ways to log in": {
			map[string]string{"PINGCENTRAL_URL": "https://c.example", "PINGCENTRAL_USERNAME": "u", "PINGCENTRAL_PASSWORD": "hunter22", "PINGCENTRAL_TOKEN": "t"},
			[]string{"several ways to log in, keep one: PINGCENTRAL_USERNAME and PINGCENTRAL_PASSWORD; PINGCENTRAL_TOKEN"},
		},
		"no file of the name": {
			map[string]string{"PINGONE_CLIENT_ID": "c", "PINGONE_CLIENT_SECRET_FILE": "/nowhere/hunter22", "PINGONE_ENVIRONMENT_ID": "e"},
			[]string{"PINGONE_CLIENT_SECRET_FILE cannot be read: no such file"},
		},
		"a byte order mark": {
			map[string]string{"PINGONE_CLIENT_ID": "c", "PINGONE_CLIENT_SECRET_FILE": bom, "PINGONE_ENVIRONMENT_ID": "e"},
			[]string{"PINGONE_CLIENT_SECRET_FILE names a file that is not UTF-8 without a byte order mark"},
		},
		"value and file": {
			map[string]string{"PINGONE_CLIENT_ID": "c", "PINGONE_CLIENT_SECRET": "hunter22", "PINGONE_CLIENT_SECRET_FILE": bom, "PINGONE_ENVIRONMENT_ID": "e"},
			[]string{"PINGONE_CLIENT_SECRET and PINGONE_CLIENT_SECRET_FILE are both set"},
		},
		"no certificates": {
			map[string]string{"PINGONE_CLIENT_ID": "c", "PINGONE_CLIENT_SECRET": "hunter22", "PINGONE_ENVIRONMENT_ID": "e", "PINGKIT_CA_FILE": bom},
			[]string{"PINGKIT_CA_FILE holds no PEM certificate"},
		},
		"neither true nor false": {
			map[string]string{"PINGCENTRAL_URL": "https://c.example", "PINGCENTRAL_TOKEN": "t", "PINGCENTRAL_INSECURE_SKIP_VERIFY": "please"},
			[]string{"PINGCENTRAL_INSECURE_SKIP_VERIFY is neither true nor false"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			setenv(t, test.variables)
			_, err := connect.FromEnv()
			if _, ok := errors.AsType[*connect.SettingsError](err); !ok {
				t.Fatalf("%v is no *SettingsError", err)
			}
			for _, want := range test.want {
				if strings.Count(err.Error(), want) != 1 {
					t.Errorf("the error does not hold %q once:\n%v", want, err)
				}
			}
			if strings.Contains(err.Error(), "hunter22") {
				t.Errorf("the error quotes a value: %v", err)
			}
		})
	}
}
