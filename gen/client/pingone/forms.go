package pingone

import (
	"bytes"
	"encoding/json"
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
// which key it comes: it is read from _embedded.latestVersion and latestVersion, as one version or as a list of one, and from _embedded.versions
// if that holds exactly one. It reports false where the answer does not tell which version is the newest.
func (i Integration) LatestVersion() (Version, bool) {
	if i.Embedded != nil {
		if i.Embedded.LatestVersion != nil {
			if version, ok := soleVersion(i.Embedded.LatestVersion.union); ok {
				return version, true
			}
		}
		if version, ok := sole(i.Embedded.Versions); ok {
			return version, true
		}
	}
	return soleVersion(i.AdditionalProperties["latestVersion"])
}

// EmbeddedVersions returns the versions that an expand of versions or latestVersion put into the integration, in the order they came.
func (i Integration) EmbeddedVersions() []Version {
	if i.Embedded != nil && len(i.Embedded.Versions) > 0 {
		return i.Embedded.Versions
	}
	if version, ok := i.LatestVersion(); ok {
		return []Version{version}
	}
	return nil
}

// soleVersion reads a version, or a list of exactly one.
func soleVersion(raw json.RawMessage) (Version, bool) {
	raw = bytes.TrimSpace(raw)
	if bytes.HasPrefix(raw, []byte("[")) {
		var list []Version
		if err := json.Unmarshal(raw, &list); err != nil {
			return Version{}, false
		}
		return sole(list)
	}
	if !bytes.HasPrefix(raw, []byte("{")) {
		return Version{}, false
	}
	var version Version
	if err := json.Unmarshal(raw, &version); err != nil {
		return Version{}, false
	}
	return sole([]Version{version})
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
