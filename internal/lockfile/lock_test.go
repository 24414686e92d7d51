package lockfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"example.com/pingkit/internal/lockfile"
)

// digest is some sha256 that depends on n.
func digest(n int) string { return fmt.Sprintf("%064x", n+1) }

// sample makes a kit with files at the given paths.
func sample(name, version string, paths ...string) lockfile.Kit {
	k := lockfile.Kit{
		Name: name, IntegrationID: "id-of-" + name, Constraint: "latest", Version: version, VersionID: name + "-" + version,
		Size: 1000, SHA256: digest(len(name)), Layout: "A", Files: []lockfile.File{},
	}
	for i, p := range paths {
		k.Files = append(k.Files, lockfile.File{Path: p, From: "dist/pingfederate/" + p, Size: int64(i), SHA256: digest(i)})
	}
	return k
}

func sampleLock() *lockfile.Lock {
	slack := sample("Slack Connector", "3.0.2", "server/default/deploy/pf-slack-3.0.2.jar")
	slack.Constraint, slack.Request = ">=3 <4", "slack"
	slack.Exclude, slack.Keep = []string{"docs/**"}, []string{"server/default/conf/template/*.html"}
	slack.Rules = []lockfile.Rule{{From: "dist/*.jar", To: "server/default/deploy/"}}
	return &lockfile.Lock{
		Target: lockfile.Target{Product: "pingfederate", Version: "13.0.3", Layout: "server-profile"},
		Kits:   []lockfile.Kit{sample("PingID Integration Kit", "2.24.0", "server/default/deploy/a.jar", "server/default/conf/b.html"), slack},
	}
}

func encode(t *testing.T, l *lockfile.Lock) []byte {
	t.Helper()
	data, err := l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Whatever order kits and files are in, and however often it is read and
// written, a lock has the same bytes.
func TestLockRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		l := randomLock(random)
		data := encode(t, l)
		for range 3 {
			for _, k := range l.Kits {
				random.Shuffle(len(k.Files), func(i, j int) { k.Files[i], k.Files[j] = k.Files[j], k.Files[i] })
			}
			random.Shuffle(len(l.Kits), func(i, j int) { l.Kits[i], l.Kits[j] = l.Kits[j], l.Kits[i] })
			if again := encode(t, l); !bytes.Equal(again, data) {
				t.Fatalf("the order changes the bytes:\n%s\n%s", data, again)
			}
		}
		read, err := lockfile.Decode(data)
		if err != nil {
			t.Fatalf("%v in\n%s", err, data)
		}
		if again := encode(t, read); !bytes.Equal(again, data) {
			t.Fatalf("reading changes the bytes:\n%s\n%s", data, again)
		}
	}
}

func randomLock(random *rand.Rand) *lockfile.Lock {
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	l := &lockfile.Lock{Target: lockfile.Target{
		Product: pick("pingfederate", "pingaccess", "pingdirectory"), Version: pick("", "13.0.3", "12.2"),
		Layout: pick("server-profile", "instance", "flat"),
	}}
	for i := range random.IntN(5) {
		k := sample(fmt.Sprintf("%s %d", pick("a kit", "B kit", "Ünï & <kit>"), i), pick("1.0", "52.137", "1.1.1.2"))
		k.Constraint, k.Request = pick("latest", ">=1 <100", "2.x"), pick("", "another name")
		if random.IntN(2) == 0 {
			k.Keep, k.Exclude = []string{"x/*"}, []string{"y/**"}
			k.Rules = []lockfile.Rule{{From: "z", To: "server/z"}}
		}
		for j := range random.IntN(6) {
			k.Files = append(k.Files, lockfile.File{
				Path: fmt.Sprintf("server/%s/file%d.jar", pick("default/deploy", "lib", "ä"), j), From: pick("a", "b/c", "d e"),
				Size: random.Int64N(1 << 40), SHA256: digest(random.IntN(1000)),
			})
		}
		l.Kits = append(l.Kits, k)
	}
	return l
}

func TestDecodeKeepsEverything(t *testing.T) {
	want := sampleLock()
	data := encode(t, want)
	got, err := lockfile.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	// Files come back sorted by path.
	files := want.Kits[0].Files
	files[0], files[1] = files[1], files[0]
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	spaced := bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
	if _, err := lockfile.Decode(spaced); err != nil {
		t.Errorf("with other line ends: %v", err)
	}
}

// Earlier versions stored a hash of each archive's files, which nothing compared.
func TestDecodeDropsTheTreeHashOfEarlierVersions(t *testing.T) {
	want := encode(t, sampleLock())
	old := bytes.ReplaceAll(want, []byte(`"layout": "A"`), []byte(`"tree": "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "layout": "A"`))
	if bytes.Equal(old, want) {
		t.Fatal("the sample has no layout A")
	}
	l, err := lockfile.Decode(old)
	if err != nil {
		t.Fatal(err)
	}
	if got := encode(t, l); !bytes.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestDecodeRefuses(t *testing.T) {
	good := string(encode(t, sampleLock()))
	replace := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("%q is not in the sample", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	const jar = "server/default/deploy/a.jar"
	for name, test := range map[string]struct{ text, want string }{
		"nothing":            {"", "ends too early"},
		"cut off":            {good[:len(good)-20], "ends too early"},
		"two locks":          {good + good, "after top-level value"},
		"other version":      {replace(`"lock_version": 1`, `"lock_version": 2`), "lock_version is 2"},
		"no version":         {replace(`"lock_version": 1,`, ``), "lock_version is 0"},
		"unknown key":        {replace(`"size"`, `"url": "https://evil.example/", "size"`), "unknown field"},
		"key twice":          {replace(`"layout": "A",`, `"layout": "B", "layout": "A",`), "not in the form"},
		"key in capitals":    {replace(`"size"`, `"SIZE"`), "not in the form"},
		"unsorted files":     {strings.NewReplacer(jar, "server/default/conf/a.jar", "server/default/conf/b.html", jar).Replace(good), "not in the form"},
		"absolute path":      {replace(jar, "/etc/passwd"), "absolute path"},
		"parent":             {replace(jar, "server/../../a.jar"), "empty part, . or .."},
		"backslash":          {replace(jar, `server\\..\\a.jar`), "backslash"},
		"drive":              {replace(jar, "C:/a.jar"), "drive letter"},
		"device":             {replace(jar, "server/aux.jar"), "device of Windows"},
		"control character":  {replace(jar, `server/a\nb.jar`), "control or invisible"},
		"own file":           {replace(jar, ".pingkit-receipt.json"), "keeps for itself"},
		"folder":             {replace(jar, "server/"), "folder"},
		"no path":            {replace(jar, ""), "no name"},
		"path twice":         {replace("server/default/conf/b.html", "SERVER/default/deploy/a.jar"), "listed twice"},
		"path composed":      {strings.NewReplacer(jar, "server/e\u0301.jar", "server/default/conf/b.html", "server/\u00e9.jar").Replace(good), "listed twice"},
		"short digest":       {replace(digest(0), "abc"), "not a sha256"},
		"capital digest":     {replace(digest(0), strings.ToUpper("ab"+digest(0)[2:])), "not a sha256"},
		"negative size":      {replace(`"size": 1000`, `"size": -1`), "size is -1"},
		"fraction":           {replace(`"size": 1000`, `"size": 1.5`), "cannot unmarshal"},
		"bad layout of kit":  {replace(`"layout": "A"`, `"layout": "Z"`), "none of A to F"},
		"bad target layout":  {replace(`"layout": "server-profile"`, `"layout": "tree"`), "unknown layout"},
		"bad product":        {replace(`"product": "pingfederate"`, `"product": "x"`), "unknown product"},
		"bad target version": {replace(`"13.0.3"`, `">13"`), "is no version"},
		"kit twice":          {replace("id-of-Slack Connector", "id-of-PingID Integration Kit"), "listed twice"},
		"no name":            {replace(`"name": "Slack Connector"`, `"name": ""`), "is no name"},
		"name with escape":   {replace(`"name": "Slack Connector"`, `"name": "Slack\u001b[31m"`), "is no name"},
		"bad constraint":     {replace(`">=3 <4"`, `"whatever"`), "version constraint"},
		"loose constraint":   {replace(`">=3 <4"`, `">=3,<4"`), "canonical spelling"},
		"glob outside":       {replace("docs/**", "../**"), "empty part, . or .."},
		"rule outside":       {replace(`"to": "server/default/deploy/"`, `"to": "../"`), "empty part, . or .."},
		"a list":             {"[]", "cannot unmarshal"},
		"null kits":          {`{"lock_version":1,"target":{"product":"pingfederate","layout":"flat"},"kits":null}`, "not in the form"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := lockfile.Decode([]byte(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, %v; want %s", l, err, test.want)
			}
		})
	}
}

func TestReadAndSave(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kits.lock.json")
	if _, err := lockfile.Read(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading no lock: %v", err)
	}
	l := sampleLock()
	for i, want := range []bool{true, false} {
		if changed, err := lockfile.Save(path, l); err != nil || changed != want {
			t.Fatalf("save %d: %v, %v; want %v", i, changed, err, want)
		}
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if before.Mode().Perm() != 0o644 {
		t.Errorf("mode is %v", before.Mode())
	}
	read, err := lockfile.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if changed, err := lockfile.Save(path, read); err != nil || changed {
		t.Errorf("saving what was read: %v, %v", changed, err)
	}
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		t.Errorf("the file was replaced without a change (%v)", err)
	}
	read.Kits = read.Kits[:1]
	if changed, err := lockfile.Save(path, read); err != nil || !changed {
		t.Errorf("saving a change: %v, %v", changed, err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	if err := os.WriteFile(path, []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	var invalid *lockfile.InvalidError
	if _, err := lockfile.Read(path); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "pingkit lock") {
		t.Errorf("reading another file: %v", err)
	}
}

// A lock that would be refused when it is read is not written either.
func TestSaveRefusesWhatCannotBeRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kits.lock.json")
	l := sampleLock()
	l.Kits[0].Files[0].Path = "../outside"
	if _, err := lockfile.Save(path, l); err == nil {
		t.Error("a hostile path was written")
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file was left: %v", err)
	}
}

func FuzzLockFile(f *testing.F) {
	data, err := sampleLock().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"lock_version":1,"target":{"product":"pingfederate","layout":"flat"},"kits":[]}`))
	f.Add(bytes.Replace(data, []byte("deploy/a.jar"), []byte("../../a.jar"), 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := lockfile.Decode(data)
		if err != nil {
			return
		}
		again := encode(t, l)
		if read, err := lockfile.Decode(again); err != nil || !bytes.Equal(encode(t, read), again) {
			t.Fatalf("not stable: %v", err)
		}
		var have, want bytes.Buffer
		if err := errors.Join(json.Compact(&have, data), json.Compact(&want, again)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have.Bytes(), want.Bytes()) {
			t.Fatal("what was read is not what stands in the file")
		}
		for _, k := range l.Kits {
			for _, file := range k.Files {
				if !filepath.IsLocal(filepath.FromSlash(file.Path)) {
					t.Fatalf("a path that leads outside: %q", file.Path)
				}
			}
		}
		files, err := l.Tree()
		if err != nil {
			return
		}
		for _, file := range files.Files {
			if lockfile.CheckPath(file.Path) != nil {
				t.Fatalf("the tree holds %q", file.Path)
			}
		}
	})
}
