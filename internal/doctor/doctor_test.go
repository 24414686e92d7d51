package doctor_test

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/app"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/doctor"
	"example.com/pingkit/internal/sandbox"
)

// TestDoctor breaks one thing at a time: its check fails and says what to do, and
// every other check is still done.
func TestDoctor(t *testing.T) {
	simulated, err := sandbox.Start(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer simulated.Close()
	missing := filepath.Join(t.TempDir(), "missing", "audit.log")
	for name, test := range map[string]struct {
		variable, value string
		change          func(*doctor.Options)
		check           string // that fails; empty: none
		detail          string
	}{
		"everything works":        {},
		"misspelt setting":        {variable: "PINGKIT_READONLY", value: "true", check: "settings", detail: "PINGKIT_READ_ONLY"},
		"misspelt target":         {variable: "PINGKIT_PROMOTE_TO", value: "Test,Prodction", check: "promotion targets", detail: `"Production"`},
		"audit file out of reach": {variable: "PINGKIT_AUDIT_FILE", value: missing, check: "audit file", detail: "missing"},
		"no plan store":           {variable: "PINGKIT_PLAN_STORE", value: "redis://127.0.0.1:1/0", check: "plan store", detail: "127.0.0.1:1"},
		"no plan key":             {variable: "PINGKIT_PLAN_KEY_FILE", value: missing, check: "plan key", detail: "no such file"},
		"wrong secret": {change: func(o *doctor.Options) {
			o.PingOne = func() (connect.PingOneSettings, error) {
				s := simulated.PingOne()
				s.ClientSecret = "not-the-secret"
				return s, nil
			}
		}, check: "PingOne sign-in", detail: "401"},
		"wrong password": {change: func(o *doctor.Options) {
			o.PingCentral = func() (connect.PingCentralSettings, error) {
				s := simulated.PingCentral()
				s.Username, s.Password, s.Token = "nobody", "not-the-password", ""
				return s, nil
			}
		}, check: "PingCentral sign-in", detail: "401"},
		"nothing set up": {change: func(o *doctor.Options) { o.HasPingOne, o.HasPingCentral = false, false }, check: "settings", detail: "neither"},
		"clock ahead":    {change: func(o *doctor.Options) { o.Now = func() time.Time { return time.Now().Add(10 * time.Minute) } }, check: "clock", detail: "ahead of"},
		"clock behind":   {change: func(o *doctor.Options) { o.Now = func() time.Time { return time.Now().Add(-10 * time.Minute) } }, check: "clock", detail: "behind"},
	} {
		t.Run(name, func(t *testing.T) {
			if test.variable != "" {
				t.Setenv(test.variable, test.value)
			}
			settings, settingsErr := config.Load(nil)
			o := doctor.Options{
				App: app.New(settings, app.Options{Program: "test", Sandbox: simulated, Audit: io.Discard}), SettingsErr: settingsErr,
				PingOne:     func() (connect.PingOneSettings, error) { return simulated.PingOne(), nil },
				PingCentral: func() (connect.PingCentralSettings, error) { return simulated.PingCentral(), nil },
				HasPingOne:  true, HasPingCentral: true,
			}
			if test.change != nil {
				test.change(&o)
			}
			checks := doctor.Run(t.Context(), o)
			if doctor.Sound(checks) != (test.check == "") {
				t.Errorf("the checks are %+v", checks)
			}
			done := map[string]bool{}
			for _, c := range checks {
				done[c.Name] = true
				if (c.Status == doctor.Failed) != (c.Name == test.check) {
					t.Errorf("%+v", c)
				}
				if c.Status == doctor.Failed && (!strings.Contains(c.Detail, test.detail) || c.Hint == "") {
					t.Errorf("%+v does not say %q and what to do", c, test.detail)
				}
				if strings.Contains(c.Detail+c.Hint, "not-the-") {
					t.Errorf("%+v shows a secret", c)
				}
			}
			for _, want := range []string{"settings", "PingOne sign-in", "PingCentral sign-in", "audit file", "plan key", "plan store", "clock"} {
				if !done[want] {
					t.Errorf("%s was not checked", want)
				}
			}
		})
	}
}
