// Command packaging makes the parts of packages that follow from the program's own lists of tools, settings and modules: the MCP bundle
// of a platform, server.json for the MCP registry, the schema of the Helm chart's values, and the third-party notices.
//
//	packaging bundle --binary FILE --os linux --arch amd64 --version 1.2.3 --root REPOSITORY --out DIR
//	packaging server-json --repository URL --name io.github.OWNER/pingkit --version 1.2.3 --bundles DIR
//	packaging chart-schema --out deploy/chart/values.schema.json
//	packaging notices --root REPOSITORY --out THIRD_PARTY_NOTICES
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "packaging:", err)
		os.Exit(1)
	}
}

// run runs a command. Its flags are all required.
func run(args []string, out io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("no command\nhint: packaging bundle|server-json|chart-schema|notices")
	}
	values := map[string]*string{}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	define := func(names ...string) {
		for _, name := range names {
			values[name] = flags.String(name, "", "required")
		}
	}
	var do func(v func(string) string) error
	switch args[0] {
	case "bundle":
		define("binary", "os", "arch", "version", "root", "out")
		do = func(v func(string) string) error {
			if err := os.MkdirAll(v("out"), 0o755); err != nil {
				return err
			}
			return writeBundle(filepath.Join(v("out"), bundleName(v("version"), v("os"), v("arch"))), v("binary"), v("version"), v("os"), v("root"))
		}
	case "server-json":
		define("repository", "name", "version", "bundles")
		do = func(v func(string) string) error {
			detail, err := serverDetail(v("repository"), v("name"), v("version"), v("bundles"))
			if err != nil {
				return err
			}
			content, err := encode(detail)
			if err != nil {
				return err
			}
			_, err = out.Write(content)
			return err
		}
	case "chart-schema":
		define("out")
		do = func(v func(string) string) error {
			content, err := encode(chartSchema())
			if err != nil {
				return err
			}
			return os.WriteFile(v("out"), content, 0o644)
		}
	case "notices":
		define("root", "out")
		do = func(v func(string) string) error {
			content, err := notices(v("root"), "./cmd/mcp-server", "./cmd/pingkit")
			if err != nil {
				return err
			}
			return os.WriteFile(v("out"), content, 0o644)
		}
	default:
		return fmt.Errorf("unknown command %q\nhint: packaging bundle|server-json|chart-schema|notices", args[0])
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	for name, value := range values {
		if *value == "" {
			return fmt.Errorf("%s: no --%s", args[0], name)
		}
	}
	return do(func(name string) string { return *values[name] })
}

// encode returns v as indented JSON with a newline at the end.
func encode(v any) ([]byte, error) {
	content, err := json.MarshalIndent(v, "", "  ")
	return append(content, '\n'), err
}
