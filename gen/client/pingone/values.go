package pingone

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
