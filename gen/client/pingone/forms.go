package pingone

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Next returns the address of the next page, or "" on the last one. The address must stay on the host of the API, because the token
// travels with it: check that before following it.
func (c EnvironmentCollection) Next() string { return c.Links.nextHref() }

// Next returns the address of the next page, or "" on the last one. The address must stay on the host of the API, because the token
// travels with it: check that before following it.
func (c IntegrationCollection) Next() string { return c.Links.nextHref() }

// Next returns the address of the next page, or "" on the last one. The address must stay on the host of the API, because the token
// travels with it: check that before following it.
func (c VersionCollection) Next() string { return c.Links.nextHref() }

// Next returns the address of the next page, or "" on the last one. The address must stay on the host of the API, because the token
// travels with it: check that before following it.
func (c AttributeCollection) Next() string { return c.Links.nextHref() }

func (l *Links) nextHref() string {
	if l == nil || l.Next == nil {
		return ""
	}
	return l.Next.Href
}

// LatestVersion returns the newest version that an expand of latestVersion put into the integration. The reference does not say under
// which key it comes: it is read from _embedded.latestVersion and latestVersion, and from _embedded.versions if that holds exactly one; in
// each place as one version or as a list of one. It reports false where the answer does not tell which version is the newest.
func (i Integration) LatestVersion() (Version, bool) {
	if i.Embedded != nil {
		if version, ok := sole(i.Embedded.LatestVersion.versions()); ok {
			return version, true
		}
		if version, ok := sole(i.Embedded.Versions.versions()); ok {
			return version, true
		}
	}
	return sole(versionsOf(i.AdditionalProperties["latestVersion"]))
}

// EmbeddedVersions returns the versions that an expand of versions or latestVersion put into the integration, in the order they came.
func (i Integration) EmbeddedVersions() []Version {
	if i.Embedded != nil {
		if versions := i.Embedded.Versions.versions(); len(versions) > 0 {
			return versions
		}
	}
	if version, ok := i.LatestVersion(); ok {
		return []Version{version}
	}
	return nil
}

func (v *OneOrMoreVersions) versions() []Version {
	if v == nil {
		return nil
	}
	return versionsOf(v.union)
}

// versionsOf reads a version, or a list of them. What is neither is no version: it must not fail the answer that it stands in.
func versionsOf(raw json.RawMessage) []Version {
	raw = bytes.TrimSpace(raw)
	if bytes.HasPrefix(raw, []byte("{")) {
		raw = slices.Concat([]byte("["), raw, []byte("]"))
	}
	var list []Version
	if len(raw) == 0 || json.Unmarshal(raw, &list) != nil {
		return nil
	}
	return list
}

// sole returns the one version of a list. A version without a number and an id, such as a null decodes to, is none.
func sole(list []Version) (Version, bool) {
	if len(list) != 1 || (list[0].Number == "" && list[0].ID == nil) {
		return Version{}, false
	}
	return list[0], true
}

// Company returns the name of the third party's company: companyName, or company.name as an older page of the reference has it,
// or "" if neither is there.
func (t ThirdParty) Company() string {
	if t.CompanyName != nil && *t.CompanyName != "" {
		return *t.CompanyName
	}
	if t.CompanyObject != nil && t.CompanyObject.Name != nil {
		return *t.CompanyObject.Name
	}
	return ""
}
