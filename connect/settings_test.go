package connect_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"example.com/pingkit/connect"
)

func TestRegions(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"": "com", "NA": "com", "CA": "ca", "EU": "eu", "AU": "com.au", "SG": "sg", "AP": "asia", "eu": "eu",
	} {
		client, err := connect.NewPingOne(connect.PingOneSettings{ClientID: "c", ClientSecret: "s", EnvironmentID: "e", Region: region})
		if err != nil {
			t.Errorf("%q: %v", region, err)
			continue
		}
		if got := client.Server; got != "https://api.pingone."+want+"/v1/" {
			t.Errorf("%q leads to %s", region, got)
		}
	}
}

func TestPingOneSettings(t *testing.T) {
	t.Parallel()
	whole := connect.PingOneSettings{ClientID: "c", ClientSecret: "s", EnvironmentID: "e"}
	for name, test := range map[string]struct {
		change func(*connect.PingOneSettings)
		want   []string // in the error; none: no error
	}{
		"whole":                 {func(*connect.PingOneSettings) {}, nil},
		"nothing":               {func(s *connect.PingOneSettings) { *s = connect.PingOneSettings{} }, []string{"ClientID is missing", "ClientSecret is missing", "EnvironmentID is missing"}},
		"unknown region":        {func(s *connect.PingOneSettings) { s.Region = "MARS" }, []string{"Region is none of NA"}},
		"id as path":            {func(s *connect.PingOneSettings) { s.EnvironmentID = "../x" }, []string{"EnvironmentID cannot be part of a path"}},
		"own hosts":             {func(s *connect.PingOneSettings) { s.APIURL, s.AuthURL = "https://a.example/v1/", "https://b.example" }, nil},
		"on this machine":       {func(s *connect.PingOneSettings) { s.APIURL, s.AuthURL = "http://127.0.0.1:1/v1", "http://[::1]:1" }, nil},
		"by name, this machine": {func(s *connect.PingOneSettings) { s.APIURL = "http://localhost:1/v1" }, nil},
		"below this machine's":  {func(s *connect.PingOneSettings) { s.APIURL = "http://kits.localhost:1/v1" }, []string{"APIURL is http"}},
		"without /v1":           {func(s *connect.PingOneSettings) { s.APIURL = "https://a.example" }, []string{"APIURL does not end in /v1"}},
		"readable on the way": {func(s *connect.PingOneSettings) {
			s.APIURL, s.AuthURL = "http://a.example/v1", "http://127.0.0.1.example"
		}, []string{"APIURL is http", "AuthURL is http"}},
		"no URL":              {func(s *connect.PingOneSettings) { s.APIURL = "a.example/v1" }, []string{"APIURL is not a URL"}},
		"other scheme":        {func(s *connect.PingOneSettings) { s.AuthURL = "ftp://a.example" }, []string{"AuthURL is not a URL"}},
		"password in the URL": {func(s *connect.PingOneSettings) { s.AuthURL = "https://u:p4ssw0rd@a.example" }, []string{"AuthURL holds a user"}},
		"dots":                {func(s *connect.PingOneSettings) { s.APIURL = "https://a.example/x/../v1" }, []string{"APIURL has dot segments"}},
	} {
		settings := whole
		test.change(&settings)
		_, err := connect.NewPingOne(settings)
		expect(t, name, connect.SystemPingOne, err, test.want)
	}
}

func TestPingCentralSettings(t *testing.T) {
	t.Parallel()
	basic := connect.PingCentralSettings{URL: "https://c.example:9022", Username: "u", Password: "p"}
	for name, test := range map[string]struct {
		change func(*connect.PingCentralSettings)
		want   []string
	}{
		"whole":            {func(*connect.PingCentralSettings) {}, nil},
		"nothing":          {func(s *connect.PingCentralSettings) { *s = connect.PingCentralSettings{} }, []string{"URL is missing", "no way to log in"}},
		"half of basic":    {func(s *connect.PingCentralSettings) { s.Password = "" }, []string{"Password is missing"}},
		"half of a client": {func(s *connect.PingCentralSettings) { s.Username, s.Password, s.ClientID = "", "", "c" }, []string{"TokenURL is missing", "ClientSecret is missing"}},
		"two ways":         {func(s *connect.PingCentralSettings) { s.Token = "t" }, []string{"several ways to log in, keep one: Username and Password; Token"}},
		"colon":            {func(s *connect.PingCentralSettings) { s.Username = "a:b" }, []string{"Username holds a colon"}},
		"token of lines":   {func(s *connect.PingCentralSettings) { s.Username, s.Password, s.Token = "", "", "a\nb" }, []string{"Token holds characters"}},
		"http":             {func(s *connect.PingCentralSettings) { s.URL = "http://c.example:9022" }, []string{"URL is http"}},
		"no certificate":   {func(s *connect.PingCentralSettings) { s.CACertificates = []byte("x") }, []string{"CACertificates holds no PEM certificate"}},
	} {
		settings := basic
		test.change(&settings)
		_, err := connect.NewPingCentral(settings)
		expect(t, name, connect.SystemPingCentral, err, test.want)
	}
}

func expect(t *testing.T, name string, system connect.System, err error, want []string) {
	t.Helper()
	if len(want) == 0 {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	var e *connect.SettingsError
	if !errors.As(err, &e) || e.System != system || len(e.Problems) != len(want) {
		t.Errorf("%s: got %v, want %q", name, err, want)
		return
	}
	for i := range want {
		if !strings.Contains(e.Problems[i].String(), want[i]) {
			t.Errorf("%s: got %q, want %q", name, e.Problems[i], want[i])
		}
	}
	silent(t, err.Error(), "p4ssw0rd")
}

func TestSettingsPrintWithoutSecrets(t *testing.T) {
	t.Parallel()
	one := connect.PingOneSettings{ClientID: "client", ClientSecret: "s3cret"}
	central := connect.PingCentralSettings{Username: "user", Password: "s3cret", Token: "s3cret", ClientSecret: "s3cret"}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("settings", "one", one, "central", central)
	slog.New(slog.NewTextHandler(&log, nil)).Info("settings", "one", one, "central", central)
	text := log.String() + fmt.Sprintf("%v %+v %#v %s %v %+v %#v %s", one, one, one, one, central, central, central, &central)
	silent(t, text, "s3cret")
	for _, want := range []string{"client", "user"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %s", want, text)
		}
	}
}
