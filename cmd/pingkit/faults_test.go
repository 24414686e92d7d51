package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
)

// fault orders a failure: fault OPERATION KEY=VALUE..., or fault none.
func fault(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: fault OPERATION KEY=VALUE...")
	}
	if args[0] == "none" {
		sceneOf(ts).sandbox.ClearFaults()
		return
	}
	f := sandbox.Fault{Operation: args[0]}
	for _, arg := range args[1:] {
		key, value, _ := strings.Cut(arg, "=")
		number, _ := strconv.Atoi(value) // 0 where the value is no number
		switch key {
		case "times":
			f.Times = number
		case "skip":
			f.Skip = number
		case "status":
			f.Status = number
		case "dropafter":
			f.DropAfter = true
		case "dropbefore":
			f.DropBefore = true
		case "corrupt":
			f.Corrupt = true
		case "truncate":
			f.Truncate = int64(number)
		case "expired":
			f.ExpiredLink = true
		case "delay":
			delay, err := time.ParseDuration(value)
			ts.Check(err)
			f.Delay = delay
		case "page":
			f.Status, f.Body = number, "<html><title>Sign in</title></html>"
		default:
			ts.Fatalf("fault: unknown key %q", key)
		}
	}
	sceneOf(ts).sandbox.Inject(f)
}

// forms changes the shape of answers: forms KEY=VALUE...
func forms(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: forms KEY=VALUE...")
	}
	var f sandbox.Forms
	for _, arg := range args {
		key, value, _ := strings.Cut(arg, "=")
		switch key {
		case "digest":
			f.DigestEncoding = sandbox.DigestEncoding(value)
		case "wrongdigest":
			f.WrongDigest = true
		case "redirect":
			f.Redirect = sandbox.Redirect(value)
		case "approval":
			f.ApprovalRequired = true
		default:
			ts.Fatalf("forms: unknown key %q", key)
		}
	}
	sceneOf(ts).sandbox.SetForms(f)
}

// publish adds a version to the catalog, in layout C with one jar:
// publish NAME NUMBER JAR VERSION
func publish(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: publish NAME NUMBER JAR VERSION")
	}
	sceneOf(ts).sandbox.Publish(sandbox.Publication{Integration: args[0], Number: args[1], Kit: kitWithJar(args)})
}

// replaceKit puts another archive in the place of a version's kit:
// replace NAME NUMBER JAR VERSION
func replaceKit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: replace NAME NUMBER JAR VERSION")
	}
	sceneOf(ts).sandbox.ReplaceKit(args[0], args[1], kitWithJar(args))
}

func kitWithJar(args []string) *kits.Kit {
	return kits.Build(kits.Contents{
		Base: "kit", Version: args[1], Layout: kits.LayoutDistJars, Jars: []string{args[2] + " " + args[3]},
	})
}
