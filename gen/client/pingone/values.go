package pingone

import "example.com/pingkit/gen/client/internal/runtime"

// ErrPathParameter is the cause of the error for a call with a path parameter that is empty or has a segment "." or "..". Nothing was sent.
var ErrPathParameter = runtime.ErrPathParameter

// Known values of Version.Type. Others may appear.
const (
	VersionTypeKit  = "PRODUCT_INTEGRATION_KIT" // has a kit to download
	VersionTypeSAML = "SAML"                    // has attributes, and no kit
)

// Values of the parameter expand of ListIntegrations and GetIntegration.
const (
	ExpandVersions      = "versions"
	ExpandLatestVersion = "latestVersion"
)
