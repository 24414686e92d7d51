package sandbox

// The credentials of every sandbox. They protect nothing; they are distinctive, so that a test can search for them in output
// where no secret may stand.
const (
	// ClientID and ClientSecret are the worker application's.
	ClientID     = "7c6f1f0e-2d5b-4a55-9a53-sandboxworker"
	ClientSecret = "Sandbox-Worker-Secret.9f27~not-for-logs"

	// WorkerEnvironmentID is the environment that the worker application belongs to, where its tokens come from. Its catalog is
	// empty: whoever reads it instead of [CatalogEnvironmentID] finds nothing.
	WorkerEnvironmentID = "b4c1a7de-0f6e-4d43-8f55-7f1f5b2b9a01"

	// AdministratorName and AdministratorPassword log in to PingCentral as an IAM administrator.
	AdministratorName     = "Administrator"
	AdministratorPassword = "2Federate-Sandbox-Password-not-for-logs"

	// OwnerName and OwnerPassword log in to PingCentral as an application owner, who sees only the own applications and cannot
	// promote to a shielded environment.
	OwnerName     = "pat.lee"
	OwnerPassword = "Owner-Sandbox-Password-not-for-logs"

	// CentralClientID and CentralClientSecret are a client of the OpenID provider whose tokens PingCentral accepts. It acts as
	// an administrator.
	CentralClientID     = "pingcentral-automation"
	CentralClientSecret = "Central-Sandbox-Secret-not-for-logs"
	// CentralScope is the only scope the provider knows.
	CentralScope = "pingcentral.admin"

	// EnvironmentSecret is the value of every secret field of PingCentral's environments.
	EnvironmentSecret = "Environment-Sandbox-Secret-not-for-logs"
)
