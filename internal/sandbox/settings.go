package sandbox

import "example.com/pingkit/connect"

// PingOne is how a client reaches the PingOne of this sandbox.
func (s *Sandbox) PingOne() connect.PingOneSettings {
	return connect.PingOneSettings{
		ClientID: ClientID, ClientSecret: ClientSecret, EnvironmentID: WorkerEnvironmentID,
		APIURL: s.apiURL(), AuthURL: s.authURL(),
	}
}

// PingCentral is how an administrator reaches the PingCentral of this sandbox.
func (s *Sandbox) PingCentral() connect.PingCentralSettings {
	return connect.PingCentralSettings{
		URL: s.centralURL(), Username: AdministratorName, Password: AdministratorPassword, CACertificates: s.CA(),
	}
}

// PingCentralAsOwner is how the application owner [OwnerName] reaches it.
func (s *Sandbox) PingCentralAsOwner() connect.PingCentralSettings {
	settings := s.PingCentral()
	settings.Username, settings.Password = OwnerName, OwnerPassword
	return settings
}

// PingCentralByToken is how a client of the OpenID provider reaches it, as an administrator.
func (s *Sandbox) PingCentralByToken() connect.PingCentralSettings {
	return connect.PingCentralSettings{
		URL: s.centralURL(), CACertificates: s.CA(),
		TokenURL: s.authURL() + centralTokenPath, ClientID: CentralClientID, ClientSecret: CentralClientSecret, Scopes: []string{CentralScope},
	}
}

// Variable is a setting of the programs and its value.
type Variable struct {
	Name, Value string
	Secret      bool
}

// Variables are the settings that point the programs at this sandbox. caFile is where [Sandbox.CA] was written.
func (s *Sandbox) Variables(caFile string) []Variable {
	return []Variable{
		{Name: "PINGONE_CLIENT_ID", Value: ClientID},
		{Name: "PINGONE_CLIENT_SECRET", Value: ClientSecret, Secret: true},
		{Name: "PINGONE_ENVIRONMENT_ID", Value: WorkerEnvironmentID},
		{Name: "PINGONE_API_URL", Value: s.apiURL()},
		{Name: "PINGONE_AUTH_URL", Value: s.authURL()},
		{Name: "PINGCENTRAL_URL", Value: s.centralURL()},
		{Name: "PINGCENTRAL_USERNAME", Value: AdministratorName},
		{Name: "PINGCENTRAL_PASSWORD", Value: AdministratorPassword, Secret: true},
		{Name: "PINGCENTRAL_CA_FILE", Value: caFile},
	}
}
