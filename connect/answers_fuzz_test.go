package connect_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"unicode"
	"unicode/utf8"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/gen/client/pingone"
)

const (
	fuzzedToken  = "fuzzed-token-0123456789abcdef"
	fuzzedSecret = "s3cret & <own> of the client"
	// longestError bounds what an answer can make of an error, in bytes: a message
	// of 500 characters, and its details.
	longestError = 8 << 10
)

// fuzzedAnswer is what both systems answer to everything.
type fuzzedAnswer struct {
	status      int
	kind, to    string // Content-Type and Location
	body        string
	ofTheSignIn bool // it is the token endpoint's answer
}

// operation calls one operation, reads the answer as the product does, and
// returns what was read.
type operation func(context.Context, *connect.PingOne, *connect.PingCentral) (any, error)

// pingOneOperations is how many of the operations are PingOne's.
const pingOneOperations = 7

// operations are all that both APIs have, by the generated clients; PingOne's
// come first.
var operations = []operation{
	func(ctx context.Context, one *connect.PingOne, _ *connect.PingCentral) (any, error) {
		page, err := connect.JSON[pingone.EnvironmentCollection](one.ListEnvironments(ctx, nil))
		return page, errors.Join(err, follow(ctx, one, page.Next()))
	},
	func(ctx context.Context, one *connect.PingOne, _ *connect.PingCentral) (any, error) {
		page, err := connect.JSON[pingone.IntegrationCollection](one.ListIntegrations(ctx, "e", nil))
		for _, i := range page.Embedded.Integrations {
			readIntegration(i)
		}
		return page, errors.Join(err, follow(ctx, one, page.Next()))
	},
	func(ctx context.Context, one *connect.PingOne, _ *connect.PingCentral) (any, error) {
		i, err := connect.JSON[pingone.Integration](one.GetIntegration(ctx, "e", "i", nil))
		readIntegration(i)
		return i, err
	},
	func(ctx context.Context, one *connect.PingOne, _ *connect.PingCentral) (any, error) {
		page, err := connect.JSON[pingone.VersionCollection](one.ListIntegrationVersions(ctx, "e", "i", nil))
		return page, errors.Join(err, follow(ctx, one, page.Next()))
	},
	func(ctx context.Context, one *connect.PingOne, _ *connect.PingCentral) (any, error) {
		return readAs[pingone.Version](one.GetIntegrationVersion(ctx, "e", "i", "v", nil))
	},
	func(ctx context.Context, one *connect.PingOne, _ *connect.PingCentral) (any, error) {
		asset, err := one.OpenAsset(ctx, "e", "i", "v", connect.Range{})
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(io.Discard, asset.Body)
		return nil, errors.Join(err, asset.Body.Close())
	},
	func(ctx context.Context, one *connect.PingOne, _ *connect.PingCentral) (any, error) {
		page, err := connect.JSON[pingone.AttributeCollection](one.ListIntegrationVersionAttributes(ctx, "e", "i", "v", nil))
		return page, errors.Join(err, follow(ctx, one, page.Next()))
	},
	func(ctx context.Context, _ *connect.PingOne, central *connect.PingCentral) (any, error) {
		page, err := connect.JSON[pingcentral.ApplicationCollection](central.ListApplications(ctx, nil))
		list, _ := page.Applications() // an unknown form is an error of its own
		for _, a := range list {
			readApplication(a)
		}
		return page, err
	},
	func(ctx context.Context, _ *connect.PingOne, central *connect.PingCentral) (any, error) {
		a, err := connect.JSON[pingcentral.Application](central.GetApplication(ctx, "a"))
		readApplication(a)
		return a, err
	},
	func(ctx context.Context, _ *connect.PingOne, central *connect.PingCentral) (any, error) {
		return readAs[pingcentral.Application](central.UpdateApplication(ctx, "a", pingcentral.ApplicationInput{}))
	},
	func(ctx context.Context, _ *connect.PingOne, central *connect.PingCentral) (any, error) {
		page, err := connect.JSON[pingcentral.EnvironmentCollection](central.ListEnvironments(ctx, nil))
		if _, unreadable := page.Environments(); unreadable != nil {
			return nil, err // it cannot be written either
		}
		return page, err
	},
	func(ctx context.Context, _ *connect.PingOne, central *connect.PingCentral) (any, error) {
		page, err := connect.JSON[pingcentral.PromotionHistory](central.ListPromotions(ctx, "a"))
		list, _ := page.Promotions()
		for _, p := range list {
			if p.Promoted != nil {
				_, _ = p.Promoted.Time()
				_ = p.Promoted.String()
			}
		}
		return page, err
	},
	func(ctx context.Context, _ *connect.PingOne, central *connect.PingCentral) (any, error) {
		return nil, connect.Check(central.PromoteApplication(ctx, "a", "e", pingcentral.PromotionRequest{}))
	},
	func(ctx context.Context, _ *connect.PingOne, central *connect.PingCentral) (any, error) {
		return nil, connect.Check(central.RevertApplication(ctx, "p", "a"))
	},
}

func readAs[T any](resp *http.Response, err error) (any, error) {
	value, err := connect.JSON[T](resp, err)
	return value, err
}

func readIntegration(i pingone.Integration) {
	_, _ = i.LatestVersion()
	_ = i.EmbeddedVersions()
	if i.ThirdParty != nil {
		_ = i.ThirdParty.Company()
	}
}

func readApplication(a pingcentral.Application) {
	for _, stamp := range []*pingcentral.Timestamp{a.Created, a.Modified} {
		if stamp != nil {
			_, _ = stamp.Time()
			_ = stamp.String()
		}
	}
}

// follow goes to the next page, if there is one.
func follow(ctx context.Context, one *connect.PingOne, href string) error {
	if href == "" {
		return nil
	}
	_, err := readAs[json.RawMessage](one.Next(ctx, href))
	return err
}

// FuzzAnswers has each operation of both APIs answered by anything. {{secret}}
// and {{token}} in a body stand for what the client sent and may be echoed.
func FuzzAnswers(f *testing.F) {
	var answer atomic.Pointer[fuzzedAnswer]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := answer.Load()
		if strings.HasSuffix(r.URL.Path, "/as/token") && !a.ofTheSignIn {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"access_token":"`+fuzzedToken+`","token_type":"Bearer","expires_in":3600}`)
			return
		}
		w.Header()["Content-Type"] = []string{a.kind}
		if a.to != "" {
			w.Header()["Location"] = []string{a.to}
		}
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
	}))
	f.Cleanup(server.Close)
	clients := func() (*connect.PingOne, *connect.PingCentral, error) {
		one, err := connect.NewPingOne(connect.PingOneSettings{
			ClientID: "client", ClientSecret: fuzzedSecret, EnvironmentID: "worker", APIURL: server.URL + "/v1", AuthURL: server.URL,
		}, connect.WithRetryBudget(0))
		if err != nil {
			return nil, nil, err
		}
		central, err := connect.NewPingCentral(connect.PingCentralSettings{URL: server.URL, Token: fuzzedToken}, connect.WithRetryBudget(0))
		return one, central, err
	}
	one, central, err := clients()
	if err != nil {
		f.Fatal(err)
	}
	addAnswers(f)
	f.Fuzz(func(t *testing.T, which byte, status uint16, kind, to, body string) {
		a := &fuzzedAnswer{status: 200 + int(status)%400, kind: visible(kind), to: visible(to)}
		a.body = strings.NewReplacer("{{secret}}", fuzzedSecret, "{{token}}", fuzzedToken).Replace(body)
		if strings.HasPrefix(a.to, "http") || strings.HasPrefix(a.to, "//") {
			a.to = server.URL + "/elsewhere?" + a.to // nothing leaves this machine
		}
		which %= byte(len(operations) + 1)
		secrets := []string{fuzzedSecret, fuzzedToken}
		if int(which) >= pingOneOperations {
			secrets = secrets[1:] // PingCentral's client has no other
		}
		one, central := one, central
		if int(which) == len(operations) { // the sign-in of a new client
			a.ofTheSignIn, which, secrets = true, 0, []string{fuzzedSecret}
			if one, central, err = clients(); err != nil {
				t.Fatal(err)
			}
			defer one.CloseIdleConnections()
		}
		answer.Store(a)
		value, err := operations[which](t.Context(), one, central)
		checkError(t, err, secrets)
		if err == nil && value != nil {
			checkStable(t, value)
		}
	})
}

// visible is what a header can carry.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
}

// checkError checks that an error is typed, fit to be read, and discreet.
func checkError(t *testing.T, err error, secrets []string) {
	t.Helper()
	if err == nil {
		return
	}
	if _, ok := errors.AsType[*connect.Error](err); !ok {
		t.Fatalf("the error is %T: %v", err, err)
	}
	text := err.Error()
	if len(text) > longestError || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("the error has %d bytes: %.1000q", len(text), text)
	}
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("%q holds %q", text, secret)
		}
	}
}

// checkStable checks that what was read can be written, and read again as the
// same.
func checkStable(t *testing.T, value any) {
	t.Helper()
	written, err := json.Marshal(value)
	if err != nil {
		t.Fatalf("%+v cannot be written: %v", value, err)
	}
	var again []byte
	switch value.(type) {
	case pingone.EnvironmentCollection:
		again, err = rewrite[pingone.EnvironmentCollection](written)
	case pingone.IntegrationCollection:
		again, err = rewrite[pingone.IntegrationCollection](written)
	case pingone.Integration:
		again, err = rewrite[pingone.Integration](written)
	case pingone.VersionCollection:
		again, err = rewrite[pingone.VersionCollection](written)
	case pingone.Version:
		again, err = rewrite[pingone.Version](written)
	case pingcentral.Application:
		again, err = rewrite[pingcentral.Application](written)
	case pingcentral.EnvironmentCollection:
		again, err = rewrite[pingcentral.EnvironmentCollection](written)
	default:
		return
	}
	if err != nil || !bytes.Equal(written, again) {
		t.Errorf("%s became %s, %v", written, again, err)
	}
}

func rewrite[T any](written []byte) ([]byte, error) {
	var value T
	if err := json.Unmarshal(written, &value); err != nil {
		return nil, err
	}
	return json.Marshal(value)
}
