package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"

	"example.com/pingkit/internal/sandbox/kits"
	api "example.com/pingkit/internal/sandbox/pingoneapi"
)

// bouncePath is a path of the API's own host that redirects to the storage; see [RedirectRelative].
const bouncePath = "/v1/asset-redirects/{versionID}"

// GetIntegrationVersionAsset answers GET …/asset: a redirect to the storage.
func (c catalogAPI) GetIntegrationVersionAsset(w http.ResponseWriter, r *http.Request, environmentID, integrationID, versionID string, _ api.GetIntegrationVersionAssetParams) {
	_, i, v, ok := c.openVersion(w, r, environmentID, integrationID, versionID)
	if !ok {
		return
	}
	form := c.forms.get()
	if v.kit == nil && form.NoKitStatus != 0 {
		c.refuse(w, r, refusal{status: form.NoKitStatus})
		return
	}
	if v.kit == nil {
		sendText(w, http.StatusOK, "application/xml", samlMetadata)
		return
	}
	w.Header().Set("Content-Disposition", c.disposition(i.name, v.number))
	if form.DirectAsset {
		c.setDigest(w, v.kit)
		c.serveKit(w, r, v.kit)
		return
	}
	if form.DigestOn != OnStorage {
		c.setDigest(w, v.kit)
	}
	if location := c.assetLocation(r, v.id); location != "" {
		w.Header().Set("Location", location)
	}
	w.WriteHeader(or(form.RedirectStatus, http.StatusTemporaryRedirect))
}

// samlMetadata is the asset of a SAML version: a document with placeholders that the application's settings fill in.
const samlMetadata = `<?xml version="1.0" encoding="UTF-8"?>
<urn:EntityDescriptor entityID="https://${parameters.tenant}.sp.example.com" xmlns:urn="urn:oasis:names:tc:SAML:2.0:metadata">
  <urn:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <urn:AssertionConsumerService index="0" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://${parameters.tenant}.sp.example.com/acs"/>
  </urn:SPSSODescriptor>
</urn:EntityDescriptor>
`

// disposition names the file as the workflow page does: integration name and version, neither of them made safe.
func (s *Sandbox) disposition(name, number string) string {
	if own := s.forms.get().ContentDisposition; own != "" {
		return own
	}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ").Replace(name + "-" + number + ".zip")
	return `attachment;filename="` + quoted + `"`
}

// setDigest adds the header with the kit's SHA-256 as the forms want it.
func (s *Sandbox) setDigest(w http.ResponseWriter, k *kits.Kit) {
	form := s.forms.get()
	digest := k.SHA256()
	if form.WrongDigest {
		other := sha256.Sum256([]byte(digest))
		digest = hex.EncodeToString(other[:])
	}
	raw, err := hex.DecodeString(digest)
	if err != nil {
		panic("sandbox: a digest is not hex: " + err.Error()) // Kit.SHA256 is hex by its contract
	}
	var value string
	switch form.DigestEncoding {
	case DigestHex:
		value = digest
	case DigestPrefixedBase64:
		value = "sha256=" + base64.StdEncoding.EncodeToString(raw)
	case DigestBase64:
		value = base64.StdEncoding.EncodeToString(raw)
	case DigestBase64URL:
		value = base64.RawURLEncoding.EncodeToString(raw)
	case DigestUpperHex:
		value = "SHA256=" + strings.ToUpper(digest)
	case DigestETag:
		value = k.ETag()
	case DigestGarbage:
		value = "sha256=(garbage)"
	case DigestNone:
		return
	default:
		value = "sha256=" + digest
	}
	w.Header().Set("x-amz-meta-etag", value)
}

// assetLocation is where the asset's redirect leads.
func (s *Sandbox) assetLocation(r *http.Request, versionID string) string {
	object := objectPrefix + versionID
	switch s.forms.get().Redirect {
	case RedirectChain:
		return s.StorageURL() + s.sign(r, hopPrefix+"3/"+versionID)
	case RedirectLoop:
		return s.StorageURL() + s.sign(r, hopPrefix+"ping/"+versionID)
	case RedirectEndless:
		return s.StorageURL() + s.sign(r, hopPrefix+"endless/"+versionID)
	case RedirectDowngrade:
		if s.opts.TLS {
			return s.plainStorageURL() + s.sign(r, object)
		}
		return s.StorageURL() + s.sign(r, object)
	case RedirectRelative:
		return s.sign(r, strings.Replace(bouncePath, "{versionID}", versionID, 1))
	case RedirectNowhere:
		return ""
	case RedirectInvalid:
		return "http://[::1]:namedport/%zz"
	case RedirectFile:
		return "file:///etc/passwd"
	default:
		return s.StorageURL() + s.sign(r, object)
	}
}

// bounce redirects from the API's own host to the storage.
func (s *Sandbox) bounce(w http.ResponseWriter, r *http.Request) {
	if problem := s.checkLink(r); problem != "" {
		s.refuse(w, r, refusal{status: http.StatusForbidden, detail: "INVALID_TOKEN", message: problem})
		return
	}
	w.Header().Set("Location", s.StorageURL()+s.sign(r, objectPrefix+r.PathValue("versionID")))
	w.WriteHeader(http.StatusTemporaryRedirect)
}
