package pingcentral

import "example.com/pingkit/gen/client/internal/runtime"

// ErrPathParameter is the cause of the error for a call with a path parameter that is empty or has a segment "." or "..". Nothing was sent.
var ErrPathParameter = runtime.ErrPathParameter

// Known values of Application.Type and Promotion.Type. Others may appear.
const (
	ApplicationTypeOAuth      = "OAuth"
	ApplicationTypeOIDC       = "OIDC"
	ApplicationTypeSAML       = "SAML_20_SP"
	ApplicationTypePingAccess = "PINGACCESS"
)

// AvailabilityOnline is the one value of Environment.EnvironmentAvailability that was seen. Others may appear, in other case.
const AvailabilityOnline = "ONLINE"

// Every call of PingCentral, reads included, must carry this header with this value (security scheme xsrf).
const (
	XSRFHeader      = "X-XSRF-Header"
	XSRFHeaderValue = "PASS"
)
