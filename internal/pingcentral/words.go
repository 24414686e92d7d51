package pingcentral

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// maxListed is how many owners a plan lists before it counts the rest.
const maxListed = 20

// Headline returns everything that decides, on one line: what is done to what,
// what is overwritten or lost, and where sign-ins may be sent. A dialog may show
// no more than this.
func (p *Plan) Headline() string {
	switch {
	case p.Target != nil:
		shield := ""
		if p.Target.Shielded {
			shield = " (SHIELDED)"
		}
		overwrites := "overwriting nothing known"
		if p.Overwrites != nil {
			overwrites = "overwriting the promotion of " + p.Overwrites.day()
		}
		return fmt.Sprintf("PROMOTE %s to %s%s, %s; %s", quoted(p.Application.Name), quoted(p.Target.Name), shield, overwrites, p.redirects())
	case p.Restores != nil:
		return fmt.Sprintf("REVERT %s to the promotion of %s to %s; later changes in PingCentral's copy are lost",
			quoted(p.Application.Name), p.Restores.day(), p.Restores.Environment.called())
	}
	return strings.ToUpper(string(p.Kind)) + ": a plan opened from its seal"
}

// redirects lists every redirect URI. Each was checked to be plain ASCII without
// spaces; none is cut.
func (p *Plan) redirects() string {
	r, _ := p.request.(PromoteRequest)
	var list []string
	for _, uri := range r.RedirectURIs {
		if unencrypted(uri) {
			uri += " (NOT ENCRYPTED)"
		}
		list = append(list, uri)
	}
	switch len(list) {
	case 0:
		return "no redirect URI given"
	case 1:
		return "redirect URI " + list[0]
	}
	return "redirect URIs " + strings.Join(list, ", ")
}

// day is the date of a promotion, or its time as PingCentral gives it.
func (row *Promotion) day() string {
	if row.At.IsZero() {
		return when(row.Promoted)
	}
	return row.At.UTC().Format(time.DateOnly)
}

// Words returns the plan as an approver reads it: the headline, then a fact on
// each line, each name with its id. Text from PingCentral or from the request
// stands in quotes that it cannot close, on its one line.
func (p *Plan) Words() string {
	w := &words{}
	switch {
	case p.Target != nil:
		p.promotionWords(w)
	case p.Restores != nil:
		p.revertWords(w)
	default:
		w.line("A plan to %s, opened from its seal; the state is read again before the act.", p.Kind)
	}
	w.line("Good until: %s, once", stamp(p.Expires))
	return strings.TrimSuffix(w.String(), "\n")
}

func (p *Plan) promotionWords(w *words) {
	r, _ := p.request.(PromoteRequest)
	w.line("%s", p.Headline())
	p.applicationWords(w)
	shield := "not shielded"
	switch {
	case p.Target.Shielded:
		shield = "SHIELDED (protected, as production is)"
	case p.Target.ShieldedNotGiven:
		shield = "shielded: not given"
	}
	availability := "availability not given"
	if p.Target.Availability != "" {
		availability = "availability " + bare(p.Target.Availability)
	}
	w.line("Target: %s, %s, %s", p.Target.show(), shield, availability)
	if p.Overwrites == nil {
		w.line("Overwrites there: nothing that the history knows of; it shows no promotion to this environment")
	} else {
		w.line("Overwrites there: the promotion of %s, made as %s (id %s)", when(p.Overwrites.Promoted), quoted(p.Overwrites.Name), bare(p.Overwrites.ID))
	}
	if r.ClientSecretRef != "" {
		w.line("Client secret: the one that %s holds on the machine where pingkit runs; it is not shown", quoted(r.ClientSecretRef))
	} else {
		w.line("Client secret: none given; where one is needed, PingCentral generates it and shows it there")
	}
	if r.AnyType {
		w.line("Any type: sent although the documented call may not be able to promote the type %s", bare(p.Application.Type))
	}
	// Last, as they are the longest, and a dialog may cut what comes late.
	if len(r.RedirectURIs) == 0 {
		w.line("Redirect URIs: none given; PingCentral then uses what it holds, or refuses where the application's grants need them")
	}
	for i, uri := range r.RedirectURIs {
		note := ""
		if unencrypted(uri) {
			note = " (NOT ENCRYPTED: http)"
		}
		// Each was checked to be plain ASCII; none is cut.
		w.line("Redirect URI %d of %d: %q%s", i+1, len(r.RedirectURIs), uri, note)
	}
}

func (p *Plan) revertWords(w *words) {
	w.line("%s", p.Headline())
	p.applicationWords(w)
	w.line("Returns to: the promotion of %s to %s, made as %s (id %s)",
		when(p.Restores.Promoted), p.Restores.Environment.show(), quoted(p.Restores.Name), bare(p.Restores.ID))
	if r, _ := p.request.(RevertRequest); strings.EqualFold(strings.TrimSpace(r.Promotion), Previous) {
		w.line("Chosen by \"previous\": the newest promotion before the last one that PingCentral can revert to")
	}
	w.line("Overridden in PingCentral: %s", overrides(p.Application.Type))
	if p.Restores.At.IsZero() {
		w.line("Lost: the edits in PingCentral since that promotion")
	} else {
		w.line("Lost: the edits in PingCentral since %s; last modified %s", p.Restores.day(), when(p.Application.Modified))
	}
	w.line("Environments: none changes until the application is promoted again")
}

func (p *Plan) applicationWords(w *words) {
	a := p.Application
	w.line("Application: %s, type %s (id %s)", quoted(a.Name), bare(a.Type), bare(a.ID))
	w.line("Owners: %s", listed(append(quotedAll(a.Owners, ""), quotedAll(a.OwnerGroups, "group ")...)))
	w.line("Last modified: %s", when(a.Modified))
	switch {
	case a.Environment != nil:
		w.line("Now in: %s", a.Environment.show())
	case a.TemplateID != "":
		w.line("Now in: PingCentral alone, made from the template with id %s", bare(a.TemplateID))
	default:
		w.line("Now in: PingCentral names no environment")
	}
	if a.Disabled {
		w.line("Note: the application is disabled in PingCentral")
	}
	if a.Unmanaged {
		w.line("Note: the application is not managed by PingCentral")
	}
}

// overrides is what a revert replaces, by type, as the API reference tells it.
func overrides(applicationType string) string {
	const saml, secret = "entity ids, ACS URLs and certificates", "the client secret"
	switch strings.ToUpper(applicationType) {
	case "OAUTH", "OIDC":
		return secret + ", and the other settings in PingCentral's copy"
	case "SAML_20_SP":
		return saml + ", and the other settings in PingCentral's copy"
	}
	return "the settings in PingCentral's copy; for OAuth and OIDC " + secret + ", for SAML " + saml
}

func (e Environment) show() string {
	return EnvironmentRef{ID: e.ID, Name: e.Name, ShortCode: e.ShortCode}.show()
}

// show is an environment with all that tells it from others.
func (ref EnvironmentRef) show() string {
	name := "an environment without a name"
	if ref.Name != "" {
		name = quoted(ref.Name)
	}
	if ref.ShortCode != "" {
		name += " [" + quoted(ref.ShortCode) + "]"
	}
	if ref.ID != "" {
		name += " (id " + bare(ref.ID) + ")"
	}
	if ref.Gone {
		name += ", which no longer exists"
	}
	return name
}

// called is what a person calls the environment. An outcome needs no more: the
// plan told it from others.
func (ref EnvironmentRef) called() string {
	name := quoted(cmp.Or(ref.Name, ref.ShortCode, ref.ID))
	if ref.Gone {
		name += ", which no longer exists"
	}
	return name
}

// when is a time of PingCentral's, or that there is none.
func when(text string) string {
	if text == "" {
		return "a time that is not given"
	}
	return bare(text)
}

func quotedAll(list []string, prefix string) []string {
	var all []string
	for _, s := range list {
		all = append(all, prefix+quoted(s))
	}
	return all
}

func listed(list []string) string {
	if len(list) == 0 {
		return "none given"
	}
	if more := len(list) - maxListed; more > 0 {
		list = append(list[:maxListed:maxListed], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(list, ", ")
}

type words struct{ strings.Builder }

// line ends each fact with a full stop, as some clients join the lines.
func (w *words) line(format string, args ...any) { fmt.Fprintf(w, format+".\n", args...) }
