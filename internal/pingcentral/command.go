package pingcentral

import "strings"

// Command returns the command line that shows the plan to a person at a
// terminal, asks, and refuses if the state has changed since. Every word is
// quoted for a POSIX shell. It takes a plan that holds what was read.
func (p *Plan) Command() string {
	command := []string{"pingkit", "app"}
	switch r := p.request.(type) {
	case PromoteRequest:
		command = append(command, "promote", shellWord(p.Application.ID), "--to", shellWord(p.Target.ID))
		for _, uri := range r.RedirectURIs {
			command = append(command, "--redirect-uri", shellWord(uri))
		}
		if r.NoRedirectURIs {
			command = append(command, "--no-redirect-uris")
		}
		if r.ClientSecretRef != "" {
			command = append(command, "--client-secret-ref", shellWord(r.ClientSecretRef))
		}
	case RevertRequest:
		target := p.Restores.ID
		if target == "" {
			target = r.Promotion
		}
		command = append(command, "revert", shellWord(p.Application.ID), "--to", shellWord(target))
	}
	return strings.Join(append(command, "--expect-state", p.Digest), " ")
}

// shellWord quotes s for a POSIX shell, unless it is plain.
func shellWord(s string) string {
	if s != "" && !strings.HasPrefix(s, "-") && !strings.ContainsFunc(s, func(r rune) bool { return !alphanumeric(r) && !strings.ContainsRune("-._:/@+", r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
