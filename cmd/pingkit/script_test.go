package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/iofault"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) {
	iofault.Launch()
	testscript.Main(m, map[string]func(){"pingkit": main})
}

// TestScripts runs the scripts of testdata/script. Each has a sandbox of its own,
// to which the variables of its environment lead.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup:               setUp,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"requests":  requests,
			"forget":    forget,
			"fault":     fault,
			"forms":     forms,
			"publish":   publish,
			"replace":   replaceKit,
			"remember":  remember,
			"unchanged": unchanged,
			"files":     listFiles,
			"token":     token,
			"digest":    digest,
		},
	})
}

// scene is what one script works on.
type scene struct {
	sandbox  *sandbox.Sandbox
	seen     int // requests that the script has forgotten
	pictures map[string]string
}

func setUp(env *testscript.Env) error {
	s, err := sandbox.Start(sandbox.Options{Hostile: strings.Contains(filepath.Base(env.WorkDir), "hostile")})
	if err != nil {
		return err
	}
	env.Defer(func() {
		if err := s.Close(); err != nil {
			env.T().Log(err)
		}
	})
	env.Values["scene"] = &scene{sandbox: s, pictures: map[string]string{}}
	ca := filepath.Join(env.WorkDir, ".sandbox-ca.pem")
	if err := os.WriteFile(ca, s.CA(), 0o600); err != nil {
		return err
	}
	for _, v := range s.Variables(ca) {
		env.Setenv(v.Name, v.Value)
	}
	env.Setenv("SANDBOX_CLIENT_ID", sandbox.ClientID)
	env.Setenv("SANDBOX_ENVIRONMENT_ID", sandbox.WorkerEnvironmentID)
	env.Setenv("GORACE", quickEnd)
	env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, ".cache"))
	env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, ".config"))
	env.Setenv("HOME", filepath.Join(env.WorkDir, ".home"))
	return nil
}

func sceneOf(ts *testscript.TestScript) *scene { return ts.Value("scene").(*scene) }

// exits runs a command and compares its exit code: exits CODE COMMAND ARG...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		e, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Check(err)
		}
		code = e.ExitCode()
	}
	if code != want {
		ts.Fatalf("exit code %d (%s), want %d", code, kinds[code], want)
	}
}

// requests counts what has reached the sandbox: requests N [OPERATION]
func requests(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: requests N [OPERATION]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	s := sceneOf(ts)
	var got []string
	for _, r := range s.sandbox.Requests()[s.seen:] {
		if len(args) == 1 || r.Operation == args[1] {
			got = append(got, fmt.Sprintf("%s %s %s: %d", r.System, r.Method, r.Path, r.Status))
		}
	}
	if len(got) != want {
		ts.Fatalf("%d requests, want %d:\n%s", len(got), want, strings.Join(got, "\n"))
	}
}

// forget begins the count of requests anew.
func forget(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: forget")
	}
	s := sceneOf(ts)
	s.seen = len(s.sandbox.Requests())
}

// remember keeps a picture of files and folders: remember NAME PATH...
func remember(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: remember NAME PATH...")
	}
	sceneOf(ts).pictures[args[0]] = picture(ts, args[1:])
}

// unchanged compares with a picture: [!] unchanged NAME PATH...
func unchanged(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: unchanged NAME PATH...")
	}
	before, after := sceneOf(ts).pictures[args[0]], picture(ts, args[1:])
	if same := before == after; same == neg {
		ts.Fatalf("before:\n%s\nafter:\n%s", before, after)
	}
}

// picture describes all below the paths: names, modes, times of change and
// contents.
func picture(ts *testscript.TestScript, paths []string) string {
	var b bytes.Buffer
	for _, path := range paths {
		err := filepath.WalkDir(ts.MkAbs(path), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s %s %d", path, info.Mode(), info.ModTime().UnixNano())
			if info.Mode().IsRegular() {
				content, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				fmt.Fprintf(&b, " %x", content)
			}
			b.WriteString("\n")
			return nil
		})
		if errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintf(&b, "%s is not there\n", path)
			continue
		}
		ts.Check(err)
	}
	return b.String()
}

// listFiles writes the paths of all files below a folder to a file, to be
// compared: files DIR FILE
func listFiles(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: files DIR FILE")
	}
	var b bytes.Buffer
	root := ts.MkAbs(args[0])
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		path, err = filepath.Rel(root, path)
		fmt.Fprintln(&b, filepath.ToSlash(path))
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		ts.Check(err)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o600))
}

// token puts the plan's token that a dry run printed into a variable:
// token VARIABLE
func token(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: token VARIABLE")
	}
	_, after, found := strings.Cut(ts.ReadFile("stdout"), "\nplan: ")
	if !found {
		ts.Fatalf("the output shows no plan")
	}
	value, _, _ := strings.Cut(after, "\n")
	ts.Setenv(args[0], value)
}

// digest puts the digest of a kit into a variable: digest VARIABLE NAME NUMBER
func digest(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: digest VARIABLE NAME NUMBER")
	}
	ts.Setenv(args[0], sceneOf(ts).sandbox.Kit(args[1], args[2]).SHA256())
}
