package resolve_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/resolve"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
)

func TestResolve(t *testing.T) {
	b := newBench(t, t.TempDir())
	b.publish("One Kit", "1.9", "pf-one")
	b.publish("One Kit", "1.10", "pf-one")
	b.publish("One Kit", "2.0", "pf-one")
	b.publish("Two Kit", "52.137", "pf-two")
	m := manifest(t, `
- {name: one kit, version: "<2", exclude: ["**/*.html"]}
- {id: `+b.sandbox.IntegrationID("Two Kit")+`, version: latest}
- {name: PingID Integration Kit, version: 2.24.0}
`)
	l := b.resolve(m, nil, resolve.Options{})
	for i, want := range []string{"One Kit 1.10", "Two Kit 52.137", "PingID Integration Kit 2.24.0"} {
		if got := l.Kits[i].String(); got != want {
			t.Errorf("kit %d is %s; want %s", i, got, want)
		}
	}
	if b.fetched.Load() == 0 {
		t.Error("no progress was told")
	}
	one := l.Kits[0]
	published := b.sandbox.Kit("One Kit", "1.10")
	if one.SHA256 != published.SHA256() || one.Size != published.Size() {
		t.Errorf("digest %s, size %d; want %s, %d", one.SHA256, one.Size, published.SHA256(), published.Size())
	}
	if one.IntegrationID != b.sandbox.IntegrationID("One Kit") || one.VersionID != b.sandbox.VersionID("One Kit", "1.10") ||
		one.Layout != "A" || one.Constraint != "<2" || one.Request != "" {
		t.Errorf("locked as %+v", one)
	}
	if len(one.Files) != 1 || one.Files[0].Path != "server/default/deploy/pf-one-adapter-1.10.jar" || one.Files[0].From != "pf-one/dist/pingfederate/"+one.Files[0].Path {
		t.Errorf("files are %+v", one.Files)
	}
	if len(l.Kits[1].Files) != 2 {
		t.Errorf("files are %+v", l.Kits[1].Files)
	}
	path := save(t, l)
	if err := lockfile.Check(m, mustRead(t, path)); err != nil {
		t.Errorf("the lock does not agree with its manifest: %v", err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, forbidden := range []string{"http", "127.0.0.1", "localhost", b.sandbox.PingOne().EnvironmentID} {
		if bytes.Contains(data, []byte(forbidden)) {
			t.Errorf("the lock holds %q:\n%s", forbidden, data)
		}
	}
}

func mustRead(t *testing.T, path string) *lockfile.Lock {
	t.Helper()
	l, err := lockfile.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// What the manifest still allows stays, without a request; a new kit does not
// move the others.
func TestResolveIsStable(t *testing.T) {
	b := newBench(t, t.TempDir())
	b.publish("One Kit", "1.0", "pf-one")
	m := manifest(t, `- {name: One Kit, version: ">=1"}`)
	first := b.resolve(m, nil, resolve.Options{})
	b.publish("One Kit", "1.1", "pf-one")
	requests := len(b.sandbox.Requests())
	second := b.resolve(m, first, resolve.Options{})
	if got := len(b.sandbox.Requests()); got != requests {
		t.Errorf("%d requests for nothing", got-requests)
	}
	if !bytes.Equal(encode(t, first), encode(t, second)) {
		t.Error("the lock changed without a reason")
	}
	b.publish("Two Kit", "1.0", "pf-two")
	m = manifest(t, "- {name: One Kit, version: '>=1', keep: ['**/*.html']}\n- {name: Two Kit, version: latest}")
	third := b.resolve(m, second, resolve.Options{})
	if third.Kits[0].Version != "1.0" || !slices.Equal(third.Kits[0].Keep, []string{"**/*.html"}) || third.Kits[1].Version != "1.0" {
		t.Errorf("kits are %+v", third.Kits)
	}
	for _, o := range []resolve.Options{{UpdateAll: true}, {Update: []string{"one kit"}}} {
		if l := b.resolve(m, third, o); l.Kits[0].Version != "1.1" {
			t.Errorf("%+v gives %s", o, l.Kits[0])
		}
	}
	if l := b.resolve(manifest(t, `- {name: One Kit, version: ">1.0"}`), third, resolve.Options{}); l.Kits[0].Version != "1.1" || len(l.Kits) != 1 {
		t.Errorf("a new constraint gives %+v", l.Kits)
	}
	var none *match.NotFoundError
	if _, err := b.resolver.Resolve(t.Context(), m, third, resolve.Options{Update: []string{"One Kid"}}); !errors.As(err, &none) || !strings.Contains(err.Error(), "One Kit") {
		t.Errorf("updating an unknown kit: %v", err)
	}
}

// Other places for the same files need the archive, and that is the locked one.
func TestResolvePlacesAnew(t *testing.T) {
	for _, cached := range []bool{true, false} {
		cacheDir := ""
		if cached {
			cacheDir = t.TempDir()
		}
		b := newBench(t, cacheDir)
		b.publish("One Kit", "1.0", "pf-one")
		old := b.resolve(manifest(t, `- {name: One Kit, version: latest}`), nil, resolve.Options{})
		b.publish("One Kit", "2.0", "pf-one")
		requests := len(b.sandbox.Requests())
		b.archives.Offline = true // either way the archive is at hand
		l := b.resolve(manifest(t, `- {name: One Kit, version: latest, exclude: ["**/*.html"]}`), old, resolve.Options{})
		if l.Kits[0].Version != "1.0" || len(l.Kits[0].Files) != 1 {
			t.Errorf("kit is %+v", l.Kits[0])
		}
		if got := len(b.sandbox.Requests()); got != requests {
			t.Errorf("%d requests", got-requests)
		}
	}
}

// The archive of a locked version must not change, whoever changes it.
func TestResolveFindsChangedArchive(t *testing.T) {
	b := newBench(t, "")
	b.publish("One Kit", "1.0", "pf-one")
	old := b.resolve(manifest(t, `- {name: One Kit, version: latest}`), nil, resolve.Options{})
	if err := b.archives.Close(); err != nil {
		t.Fatal(err)
	}
	b.publish("One Kit", "1.0", "pf-one", "pf-extra 1.0")
	_, err := b.resolver.Resolve(t.Context(), manifest(t, `- {name: One Kit, version: latest, exclude: ["**/*.html"]}`), old, resolve.Options{UpdateAll: true})
	if !errors.Is(err, download.ErrIntegrity) || !strings.Contains(err.Error(), "One Kit") || !strings.Contains(err.Error(), "the lock") {
		t.Errorf("error is %v", err)
	}
	if _, err := b.archives.Open(t.Context(), old.Kits[0], t.TempDir()); !errors.Is(err, download.ErrIntegrity) {
		t.Errorf("opening it: %v", err)
	}
}

func TestResolveErrors(t *testing.T) {
	b := newBench(t, t.TempDir())
	b.publish("One Kit", "1.0", "pf-one")
	b.publish("Same Jars", "1.0", "pf-same", "pf-one-adapter 0.9")
	b.sandbox.Publish(sandbox.Publication{Integration: "Odd Kit", Number: "1.0", Kit: kits.Build(kits.Contents{
		Base: "pf-odd", Version: "1.0", Layout: kits.LayoutUnknown, Other: []string{"dist/jira/login.jsp"},
	})})
	b.sandbox.Publish(sandbox.Publication{Integration: "Evil Kit", Number: "1.0", Kit: kits.Hostile("zip-slip")})
	b.sandbox.Publish(sandbox.Publication{Integration: "Only SAML", Number: "1.0"})
	for name, test := range map[string]struct {
		kits  string
		check func(error) bool
		want  string
	}{
		"unknown kit":     {`- {name: Nothing Like It, version: latest}`, as[*match.NotFoundError], "Nothing Like It"},
		"unknown version": {`- {name: One Kit, version: 9.9}`, as[*match.NotFoundError], "1.0"},
		"no kit":          {`- {name: Only SAML, version: latest}`, as[*catalog.NoKitError], "Only SAML"},
		"unplaced":        {`- {name: Odd Kit, version: latest}`, is(kitzip.ErrUnplaced), "dist/jira/login.jsp"},
		"hostile":         {`- {name: Evil Kit, version: latest}`, is(kitzip.ErrUnsafe), "Evil Kit"},
		"two versions":    {"- {name: One Kit, version: latest}\n- {name: Same Jars, version: latest}", as[*lockfile.ConflictError], "pf-one-adapter-0.9.jar of Same Jars 1.0"},
		"one kit twice":   {"- {name: One Kit, version: latest}\n- {name: pf-one-kit, version: latest}", as[*lockfile.ManifestError], `"pf-one-kit" and "One Kit" (line 4) are one kit`},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := b.resolver.Resolve(t.Context(), manifest(t, test.kits), nil, resolve.Options{})
			if err == nil || !test.check(err) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v; want %s", r, err, test.want)
			}
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := b.resolver.Resolve(ctx, manifest(t, `- {name: One Kit, version: latest}`), nil, resolve.Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
	})
	t.Run("offline", func(t *testing.T) {
		b.archives.Offline = true
		defer func() { b.archives.Offline = false }()
		requests := len(b.sandbox.Requests())
		if _, err := b.resolver.Resolve(t.Context(), manifest(t, `- {name: One Kit, version: latest}`), nil, resolve.Options{}); !as[*lockfile.DriftError](err) {
			t.Errorf("error is %v", err)
		}
		if got := len(b.sandbox.Requests()); got != requests {
			t.Errorf("%d requests", got-requests)
		}
	})
	t.Run("no digest", func(t *testing.T) {
		b.sandbox.SetForms(sandbox.Forms{DigestEncoding: sandbox.DigestNone})
		m := manifest(t, `- {name: One Kit, version: latest}`)
		if _, err := b.resolver.Resolve(t.Context(), m, nil, resolve.Options{}); !errors.Is(err, download.ErrUnverified) {
			t.Errorf("error is %v", err)
		}
		b.resolve(m, nil, resolve.Options{AllowUnverified: true})
	})
}

func as[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func is(target error) func(error) bool { return func(err error) bool { return errors.Is(err, target) } }

// Ping's own list names kits by their files.
func TestResolveArtifactList(t *testing.T) {
	b := newBench(t, t.TempDir())
	m, err := lockfile.ParseManifest("artifact-list.json", []byte(`[
		{"name": "pf-pingid-integration-kit", "version": "2.24.0", "source": "public", "is_myping_only": false},
		{"name": "PingOne MFA Integration Kit", "version": "1.6.1", "source": "ics"}]`))
	if err != nil {
		t.Fatal(err)
	}
	l := b.resolve(m, nil, resolve.Options{})
	if got := fmt.Sprint(l.Kits[0], ", ", l.Kits[1]); got != "PingID Integration Kit 2.24.0, PingOne MFA Integration Kit 1.6.1" {
		t.Errorf("kits are %s", got)
	}
	if l.Kits[0].Request != "pf-pingid-integration-kit" {
		t.Errorf("request is %q", l.Kits[0].Request)
	}
	if err := lockfile.Check(m, l); err != nil {
		t.Error(err)
	}
	if again := b.resolve(m, l, resolve.Options{}); !bytes.Equal(encode(t, l), encode(t, again)) {
		t.Error("the lock changed without a reason")
	}
}
