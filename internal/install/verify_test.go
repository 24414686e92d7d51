package install_test

import (
	"errors"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
)

func TestVerify(t *testing.T) {
	page, jar := templateDir+"pf-one.html", deployDir+"pf-one-1.0.jar"
	for name, test := range map[string]struct {
		change func(b *bench)
		want   []string // "path: problem" with the lock; those marked ! without as well
	}{
		"as installed": {func(b *bench) {}, nil},
		"own file":     {func(b *bench) { b.write(deployDir+"own.jar", "own") }, nil},
		"missing":      {func(b *bench) { b.remove(jar) }, []string{"!" + jar + ": missing"}},
		"edited":       {func(b *bench) { b.write(page, "edited") }, []string{"!" + page + ": differs from the kit's"}},
		"of equal size": {func(b *bench) { b.write(page, strings.Repeat("x", len(b.read(page)))) },
			[]string{"!" + page + ": differs from the kit's"}},
		"folder":         {func(b *bench) { b.remove(page); b.write(page+"/x", "") }, []string{"!" + page + ": a folder is in its place"}},
		"link":           {func(b *bench) { b.remove(page); b.link(page, "x") }, []string{"!" + page + ": a link or special file is in its place"}},
		"other version":  {func(b *bench) { b.write(deployDir+"pf-one-0.9.jar", "old") }, []string{deployDir + "pf-one-0.9.jar: another version of pf-one-1.0.jar"}},
		"version in lib": {func(b *bench) { b.write(libDir+"pf-one-0.9.jar", "old") }, []string{libDir + "pf-one-0.9.jar: another version of pf-one-1.0.jar"}},
		"same in lib":    {func(b *bench) { b.write(libDir+"pf-one-1.0.jar", "own") }, nil},
		"other folder":   {func(b *bench) { b.write("instance/lib/pf-one-0.9.jar", "own") }, nil},
		"receipt is off": {func(b *bench) { b.remove(receipt) }, nil},
		"interrupted":    {func(b *bench) { b.write(".pingkit-journal.json", "x") }, []string{"!.pingkit-journal.json: a sync was interrupted"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			l := lockOf(b.kit("pf-one", "1.0", nil), b.kit("pf-two", "1.0", nil))
			b.sync(l)
			test.change(b)
			before := snapshot(t, b.dir)
			for _, given := range []*lockfile.Lock{l, nil} {
				if given == nil && name == "receipt is off" {
					continue
				}
				v, err := install.Verify(t.Context(), b.dir, given)
				var want []string
				for _, w := range test.want {
					w, without := strings.CutPrefix(w, "!")
					if given != nil || without {
						want = append(want, w)
					}
				}
				if errorsAs[*lockfile.DriftError](err) != (len(want) > 0) || len(want) == 0 && err != nil {
					t.Errorf("error is %v", err)
				}
				if v.Files != 6 || len(v.Differences) != len(want) {
					t.Fatalf("with a lock %v: %+v", given != nil, v)
				}
				for i, d := range v.Differences {
					if got := d.Path + ": " + d.Problem; !strings.HasPrefix(got, want[i]) || !strings.Contains(err.Error(), d.Path) {
						t.Errorf("got %s; want %s", got, want[i])
					}
				}
			}
			same(t, snapshot(t, b.dir), before)
		})
	}
}

func TestVerifyOtherLock(t *testing.T) {
	b := newBench(t)
	b.sync(lockOf(b.kit("pf-one", "1.0", nil)))
	v, err := install.Verify(t.Context(), b.dir, lockOf(b.kit("pf-one", "2.0", nil)))
	if !errorsAs[*lockfile.DriftError](err) {
		t.Errorf("error is %v", err)
	}
	var got []string
	for _, d := range v.Differences {
		got = append(got, d.Path+" "+d.Kit)
	}
	want := []string{cssDir + "pf-one.css pf-one 2.0", templateDir + "pf-one.html pf-one 2.0", deployDir + "pf-one-1.0.jar pf-one 1.0", deployDir + "pf-one-2.0.jar pf-one 2.0"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestVerifyKept(t *testing.T) {
	b := newBench(t)
	k := b.kit("pf-one", "1.0", nil)
	k.Keep = []string{"**/*.html"}
	b.sync(lockOf(k))
	b.write(templateDir+"pf-one.html", "edited")
	for _, l := range []*lockfile.Lock{lockOf(k), nil} {
		v, err := install.Verify(t.Context(), b.dir, l)
		if err != nil || len(v.Kept) != 1 || !v.Kept[0].ByManifest {
			t.Errorf("%+v, %v", v, err)
		}
	}
}

func TestVerifyNothing(t *testing.T) {
	b := newBench(t)
	if _, err := install.Verify(t.Context(), b.dir, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a target: %v", err)
	}
	b.write("x", "")
	if _, err := install.Verify(t.Context(), b.dir, nil); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), receipt) {
		t.Errorf("without a receipt: %v", err)
	}
}
