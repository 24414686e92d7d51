package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/config"
)

// topics are help texts without a command.
func topics() []*cobra.Command {
	return []*cobra.Command{
		{Use: "settings", Short: "variables and flags for credentials and policy", Long: settingsTopic()},
		{Use: "manifest", Short: "the format of kits.yaml", Long: manifestTopic},
		{Use: "exit-codes", Short: "what the exit codes mean", Long: exitTopic},
	}
}

func settingsTopic() string {
	var b strings.Builder
	b.WriteString(`Settings are variables; each has a flag as well, which wins. A secret never
stands on a command line: give the variable, or NAME_FILE (or its flag) with the
name of a file that holds it. A system that no command uses needs no settings,
and --sandbox needs none at all. Proxies come from HTTPS_PROXY and NO_PROXY;
NO_COLOR is heeded.
`)
	for _, s := range config.WithoutHTTP() {
		name := s.Name
		if s.Secret {
			name += ", " + s.Name + "_FILE"
		}
		fmt.Fprintf(&b, "\n%s, --%s\n    %s", name, s.Flag(), s.Meaning)
		if s.Default != "" {
			fmt.Fprintf(&b, " (default %s)", s.Default)
		}
		b.WriteString("\n")
	}
	return b.String()
}

const manifestTopic = `kits.yaml says which kits are wanted, and for what:

  apiVersion: pingkit/v1
  target:
    product: pingfederate
    version: 13.0.3             # kits are checked against it
    layout: server-profile      # or instance, or flat
  kits:
    - name: PingID Integration Kit   # or id:
      version: ">=2.24 <3"           # exact, a range, or latest
    - name: Agentless Integration Kit
      version: 2.0.4
      exclude: ["sample/**"]         # files of the kit that are not wanted
      files:                         # where files go that no rule places
        - {from: "dist/*.jar", to: "server/default/deploy/"}
      keep: ["server/default/conf/template/*.html"]   # local edits win

Layout server-profile writes below instance/, as Ping's container images overlay
/opt/in; instance writes into the product itself; flat puts all files side by
side. Ping's artifact-list.json is taken as it is: -f artifact-list.json.

` + "`pingkit lock`" + ` pins versions, digests and files in kits.lock.json. Commit both.`

const exitTopic = `    0  done
    1  another failure
    2  wrong command line, settings or manifest
    3  drift: the lock or the target differs; outdated --exit-code
    4  authentication: credentials, or what they allow, do not suffice
    5  not found, or no kit
    6  integrity: a digest does not match, or an archive is unsafe
    7  network, or a deadline
    8  local disk
    9  refused by policy, or not approved
  130  stopped by SIGINT
  141  the reader of the result has gone; the command was carried out, and stderr has the outcome of a write
  143  stopped by SIGTERM

The result stands on stdout, everything else on stderr. A command that came to
its end and found a difference (3), or a write whose outcome is in doubt (1),
prints its result as well. With --output json an error is one line on stderr:

  {"error":{"kind":"not_found","exit_code":5,"message":"…","hint":"…","transaction_id":"…"}}`
