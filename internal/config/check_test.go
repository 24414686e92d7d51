package config

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestUnknownVariablesAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		variable, value string
		want            string // part of the problem; empty: no problem
	}{
		"a safety switch misspelt":         {"PINGKIT_READONLY", "true", "use PINGKIT_READ_ONLY"},
		"a list misspelt":                  {"PINGKIT_PROMOTE_TOO", "Test", "use PINGKIT_PROMOTE_TO"},
		"a secret misspelt":                {"PINGONE_CLIENT_SECRETS", "s3cret", "use PINGONE_CLIENT_SECRET"},
		"a file of what is no secret":      {"PINGONE_CLIENT_ID_FILE", "/f", "PINGONE_CLIENT_ID"},
		"a token without its file":         {"PINGKIT_AUTH_TOKEN", "s3cret", "use PINGKIT_AUTH_TOKEN_FILE"},
		"another system":                   {"PINGCENTRAL_USER_NAME", "u", "use PINGCENTRAL_USERNAME"},
		"lower case":                       {"pingkit_read_only", "true", "use PINGKIT_READ_ONLY"},
		"nothing near":                     {"PINGONE_XYZZY_PLUGH_QUUX", "1", "unset it"},
		"empty":                            {"PINGKIT_READONLY", "", "use PINGKIT_READ_ONLY"},
		"a port that is no service's":      {"PINGKIT_PORT", "8080", "PINGKIT_PORT is not a setting"},
		"an address that is no service's":  {"PINGKIT_HOST", "0.0.0.0", "PINGKIT_HOST is not a setting"},
		"a setting":                        {"PINGKIT_READ_ONLY", "true", ""},
		"a file of a secret":               {"PINGONE_CLIENT_SECRET_FILE", "/f", ""},
		"an application's secret":          {"PINGKIT_SECRET_PAYROLL", "s3cret", ""},
		"a setting but for a letter":       {"PINGKIT_SECRET_DIR", "/run/secrets", "use PINGKIT_SECRETS_DIR"},
		"a Service's host":                 {"PINGKIT_SERVICE_HOST", "10.0.0.1", ""},
		"a Service's port":                 {"PINGKIT_SERVICE_PORT", "80", ""},
		"a Service's named port":           {"PINGKIT_SERVICE_PORT_HTTP", "80", ""},
		"a Service's address":              {"PINGKIT_PORT", "tcp://10.0.0.1:80", ""},
		"a Service's port by number":       {"PINGKIT_PORT_80_TCP", "tcp://10.0.0.1:80", ""},
		"the address of one":               {"PINGKIT_PORT_80_TCP_ADDR", "10.0.0.1", ""},
		"a Service with a longer name":     {"PINGKIT_MCP_SERVER_PORT_80_TCP_PROTO", "tcp", ""},
		"PingCentral's Service":            {"PINGCENTRAL_SERVICE_HOST", "10.0.0.1", ""},
		"a variable of somebody else's":    {"PINGCLI_READONLY", "true", ""},
		"one that holds the prefix inside": {"MY_PINGKIT_READONLY", "true", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load([]string{"PATH", test.variable}, environment(map[string]string{test.variable: test.value}), nil)
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantProblems(t, err, test.variable, test.want)
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the error repeats a value: %v", err)
			}
		})
	}
}

func TestEveryProblemIsNamedAtOnce(t *testing.T) {
	names := []string{"PINGKIT_READONLY", "PINGONE_CLIENT"}
	_, err := load(names, environment(map[string]string{"PINGKIT_LOG_LEVEL": "loud", "PINGONE_REGION_CODE": "${REGION}"}), nil)
	wantProblems(t, err, append(slices.Clone(names), "PINGKIT_LOG_LEVEL", "PINGONE_REGION_CODE")...)
}

func TestValuesThatNoSettingCanHave(t *testing.T) {
	for name, test := range map[string]struct {
		variable, value string
		usable          bool
	}{
		"placeholder of a shell":      {"PINGONE_ENVIRONMENT_ID", "${ENV_ID}", false},
		"placeholder inside":          {"PINGCENTRAL_URL", "https://${HOST}:9022", false},
		"placeholder of a document":   {"PINGONE_CLIENT_ID", "<client id>", false},
		"placeholder of Helm":         {"PINGONE_CLIENT_ID", "{{ .Values.id }}", false},
		"placeholder of an example":   {"PINGKIT_AUTH_ISSUER", "https://auth.pingone.eu/…/as", false},
		"double quotes":               {"PINGKIT_PROMOTE_TO", `"Test"`, false},
		"double quotes around one":    {"PINGKIT_PROMOTE_TO", `Test, "QA"`, false},
		"single quotes":               {"PINGONE_CLIENT_ID", `'worker'`, false},
		"a quote that is not closed":  {"PINGONE_CLIENT_ID", `"worker`, false},
		"typographic quotes":          {"PINGONE_CLIENT_ID", "“worker”", false},
		"a switch in quotes":          {"PINGKIT_READ_ONLY", `"true"`, false},
		"a secret placeholder":        {"PINGONE_CLIENT_SECRET", "${SECRET}", false},
		"a secret of a document":      {"PINGCENTRAL_PASSWORD", "<password>", false},
		"a secret in quotes":          {"PINGCENTRAL_TOKEN", `"token"`, false},
		"the file of a secret":        {"PINGCENTRAL_TOKEN_FILE", `"/run/token"`, false},
		"a name with an apostrophe":   {"PINGKIT_PROMOTE_TO", "Ada's tests", true},
		"a secret with odd signs":     {"PINGCENTRAL_PASSWORD", `a"${b}<c>'`, true},
		"a secret with a quote first": {"PINGCENTRAL_PASSWORD", `"abcdef`, true},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(nil, environment(map[string]string{test.variable: test.value}), nil)
			if test.usable {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantProblems(t, err, test.variable)
		})
	}
}

func TestSecretFilesOfEditors(t *testing.T) {
	token := strings.Repeat("0123456789abcdef", 3)
	utf16 := func(order string) string {
		var b strings.Builder
		for _, c := range order + token {
			if order == "\xff\xfe" || order == "" {
				b.WriteString(string([]byte{byte(c), 0}))
			} else {
				b.WriteString(string([]byte{0, byte(c)}))
			}
		}
		return order + b.String()
	}
	for name, test := range map[string]struct {
		content string
		want    string // part of the problem; empty: usable
	}{
		"plain":                     {token, ""},
		"line feed":                 {token + "\n", ""},
		"line end of Windows":       {token + "\r\n", ""},
		"letters beyond ASCII":      {"pässword-" + token, ""},
		"byte order mark":           {"\xef\xbb\xbf" + token, "byte order mark"},
		"UTF-16, little end first":  {utf16("\xff\xfe"), "UTF-16"},
		"UTF-16, big end first":     {utf16("\xfe\xff"), "UTF-16"},
		"UTF-16 without its mark":   {utf16(""), "UTF-16"},
		"Latin-1":                   {"p\xe4ssword-" + token, "not in UTF-8"},
		"in quotes":                 {`"` + token + `"`, "quotes"},
		"placeholder, not filled":   {"${" + token + "}", "placeholder"},
		"placeholder of a document": {"<" + token + ">\n", "placeholder"},
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, test.content)
			c := mustLoad(t, map[string]string{"PINGKIT_AUTH_TOKEN_FILE": path, "PINGKIT_PLAN_STORE_FILE": path})
			_, tokenErr := c.AuthToken()
			_, storeErr := c.PlanStore()
			for variable, err := range map[string]error{"PINGKIT_AUTH_TOKEN_FILE": tokenErr, "PINGKIT_PLAN_STORE_FILE": storeErr} {
				if test.want == "" {
					if err != nil {
						t.Error(err)
					}
					continue
				}
				wantProblems(t, err, variable, test.want)
				if strings.Contains(errors.Join(err).Error(), "0123456789") {
					t.Errorf("the error repeats the secret: %v", err)
				}
			}
		})
	}
}
