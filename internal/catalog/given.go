package catalog

import (
	"bytes"
	"encoding/json"
)

// What is read of PingOne's answers. The models of gen/client/pingone also keep
// what nobody here asks for, known or not, byte for byte, and to read that takes
// several times as long as all the rest of a call.

// givenIntegration is an integration as PingOne gives it.
type givenIntegration struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Publisher   string   `json:"publisher"`
	Products    []string `json:"pingProductNames"`
	Tags        []string `json:"tags"`
	Description string   `json:"description"`
	Embedded    struct {
		LatestVersion givenVersions `json:"latestVersion"`
		Versions      givenVersions `json:"versions"`
	} `json:"_embedded"`
	LatestVersion givenVersions `json:"latestVersion"`
}

// givenVersion is a version as PingOne gives it.
type givenVersion struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	Number         string `json:"number"`
	Type           string `json:"type"`
	ReleasedOn     string `json:"releasedOn"`
	EndOfLifeOn    string `json:"endOfLifeOn"`
	IntegratedWith struct {
		Name       string `json:"name"`
		MinVersion string `json:"minVersion"`
		MaxVersion string `json:"maxVersion"`
	} `json:"integratedWith"`
	Links links `json:"_links"`
}

// integrationPage and versionPage are pages of lists.
type (
	integrationPage struct {
		Embedded struct {
			Integrations []givenIntegration `json:"integrations"`
		} `json:"_embedded"`
		Links links `json:"_links"`
	}
	versionPage struct {
		Embedded struct {
			Versions []givenVersion `json:"versions"`
		} `json:"_embedded"`
		Links links `json:"_links"`
	}
)

// links are the links of an object or a page.
type links struct {
	Self link `json:"self"`
	Next link `json:"next"` // not on the last page
}

type link struct {
	Href string `json:"href"`
}

// latest returns the newest version, where the answer tells which it is. Under
// which key an expand of latestVersion puts it is not documented, nor whether it
// is one version or a list of one.
func (i givenIntegration) latest() (givenVersion, bool) {
	for _, list := range []givenVersions{i.Embedded.LatestVersion, i.Embedded.Versions, i.LatestVersion} {
		// A null in a list is no version.
		if len(list) == 1 && (list[0].Number != "" || list[0].ID != "") {
			return list[0], true
		}
	}
	return givenVersion{}, false
}

// givenVersions is a version or a list of them. What is neither is none: it must
// not fail the answer that it stands in.
type givenVersions []givenVersion

// UnmarshalJSON never fails.
func (v *givenVersions) UnmarshalJSON(raw []byte) error {
	*v = nil
	if bytes.HasPrefix(raw, []byte("{")) {
		var one givenVersion
		if json.Unmarshal(raw, &one) == nil {
			*v = givenVersions{one}
		}
		return nil
	}
	var list []givenVersion
	if json.Unmarshal(raw, &list) == nil {
		*v = list
	}
	return nil
}
