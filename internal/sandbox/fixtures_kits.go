package sandbox

import "example.com/pingkit/internal/sandbox/kits"

// pingKits are the large kits of Ping's own products. Jar versions change from kit version to kit version, and are not the
// kit's own.
func pingKits() []fixture {
	return []fixture{
		{
			id: PingIDIntegrationID, name: PingIDKit, base: "pf-pingid-integration-kit", layout: kits.LayoutProductTree,
			tags: []string{"MFA", "AUTHENTICATION"}, products: []string{"PINGID", "PINGFEDERATE"},
			about: "<p>Adds <b>PingID</b> multi-factor authentication to PingFederate sign-on flows.</p>\n<ul><li>Adapter</li><li>Password credential validator for RADIUS</li></ul>",
			versions: []release{
				{
					number: "2.12.0", released: "2021-03-15", endOfLife: "2023-03-31", lowest: "9.0", highest: "10.3",
					contents: kits.Contents{
						Jars:      []string{"pf-pingid-idp-adapter 2.9.0", "pf-pingid-pcv 2.4.0", "pf-pingid-quickconnection 1.0.3"},
						Library:   []string{"pf-authn-api-sdk 1.0.0.44"},
						Templates: []string{"pingid.form.template.html"}, Languages: []string{"pingid-messages"}, Sample: true,
					},
				},
				{
					number: "2.15.0", released: "2022-02-28", endOfLife: "2024-02-29", lowest: "10.0", highest: "11.3",
					contents: kits.Contents{
						Jars:      []string{"pf-pingid-idp-adapter 2.11.1", "pf-pingid-pcv 2.6.0", "pf-pingid-quickconnection 1.0.3"},
						Library:   []string{"pf-authn-api-sdk 1.0.0.51"},
						Templates: []string{"pingid.form.template.html"}, Languages: []string{"pingid-messages", "pingid-messages_fr"}, Sample: true,
					},
				},
				{
					id: PingIDVersionID, number: "2.24.0", released: "2024-04-30", lowest: "11.3", highest: "13.1",
					about: "<p>Passkeys, and a new template.</p>",
					contents: kits.Contents{
						Jars:      []string{"pf-pingid-idp-adapter 2.16.0", "pf-pingid-pcv 2.9.1", "pf-pingid-quickconnection 1.1.0"},
						Library:   []string{"pf-authn-api-sdk 1.0.0.53"},
						Templates: []string{"pingid.form.template.html", "pingid.passkey.template.html"},
						Languages: []string{"pingid-messages", "pingid-messages_fr"},
						Assets:    []string{"css/pingid.css", "scripts/pingid.js"}, Sample: true,
					},
				},
			},
		},
		{
			name: "Agentless Integration Kit", base: "pf-agentless-integration-kit", layout: kits.LayoutProductTree, top: topName, tags: []string{"SSO", "AUTHENTICATION"},
			versions: []release{
				{number: "1.5.2", released: "2020-08-01", lowest: "9.0", contents: kits.Contents{
					Jars: []string{"pf-referenceid-adapter 1.5.2"}, Sample: true}},
				{number: "2.0.1", released: "2022-05-20", lowest: "10.3", contents: kits.Contents{
					Jars: []string{"pf-referenceid-adapter 2.0.1"}, Library: []string{"pf-authn-api-sdk 1.0.0.51"}, Sample: true}},
				{number: "2.0.4", released: "2024-09-12", lowest: "13.1", contents: kits.Contents{
					Jars: []string{"pf-referenceid-adapter 2.0.4"}, Library: []string{"pf-authn-api-sdk 2.0.0.2"}, Sample: true}},
			},
		},
		{
			name: "PingOne Integration Kit", base: "pf-pingone-integration-kit", layout: kits.LayoutDistParts, tags: []string{"SSO", "IDAAS"}, products: []string{"PINGONE", "PINGFEDERATE"},
			versions: []release{{number: "2.2", released: "2023-01-16", lowest: "10.2", contents: kits.Contents{
				Jars: []string{"pf-pingone-quickconnection 2.2", "pf-pingone-datastore 2.2"}, Templates: []string{"pingone-password.template.html"}}}},
		},
		{
			name: "PingOne MFA Integration Kit", base: "pf-pingone-mfa-integration-kit", layout: kits.LayoutProductTree, tags: []string{"MFA"}, products: []string{"PINGONE", "PINGFEDERATE"},
			versions: []release{
				{number: "1.2", released: "2021-06-30", endOfLife: "2023-06-30", lowest: "10.0", highest: "11.0", contents: kits.Contents{
					Jars: []string{"pf-pingone-mfa-adapter 1.2"}, Library: []string{"pf-authn-api-sdk 1.0.0.44"}, Languages: []string{"pingone-mfa-messages"}}},
				{number: "1.6.1", released: "2024-01-22", lowest: "11.0", highest: "13.0", contents: kits.Contents{
					Jars: []string{"pf-pingone-mfa-adapter 1.6.1"}, Library: []string{"pf-authn-api-sdk 1.0.0.53"}, Languages: []string{"pingone-mfa-messages"},
					Templates: []string{"pingone-mfa.device.template.html"}, Assets: []string{"css/pingone-mfa.css"}}},
			},
		},
		{
			name: "PingOne Verify Integration Kit", base: "pf-pingone-verify-integration-kit", layout: kits.LayoutDistParts, top: topName, tags: []string{"GOVERNANCE"}, products: []string{"PINGONE", "PINGFEDERATE"},
			versions: []release{
				{number: "1.0", released: "2021-09-01", lowest: "10.2", contents: kits.Contents{Jars: []string{"pf-pingone-verify-adapter 1.0"}}},
				{number: "2.2.1", released: "2024-03-04", lowest: "11.2", contents: kits.Contents{
					Jars: []string{"pf-pingone-verify-adapter 2.2.1"}, Library: []string{"qrcode 3.5.1"}, Languages: []string{"pingone-verify-messages"}}},
			},
		},
		{
			name: "PingOne Protect Integration Kit", base: "pf-pingone-protect-integration-kit", layout: kits.LayoutDistParts, top: topNone, tags: []string{"INTELLIGENCE"}, products: []string{"PINGONE", "PINGFEDERATE"},
			versions: protectReleases(),
		},
		{
			name: "X.509 Certificate Integration Kit", base: "pf-x509-certificate-integration-kit", layout: kits.LayoutProductTree, tags: []string{"AUTHENTICATION"},
			versions: []release{{number: "1.3.1", released: "2022-11-08", lowest: "10.0", contents: kits.Contents{
				Jars: []string{"pf-x509-certificate-adapter 1.3.1"}, Library: []string{"pf-x509-ocsp 1.0"}}}},
		},
		{
			name: "PingOne Password Credential Validator", base: "pf-pcv-pone", layout: kits.LayoutDefaultJars, tags: []string{"DIRECTORY"}, products: []string{"PINGONE_ENTERPRISE", "PINGFEDERATE"},
			versions: []release{{number: "52.137", released: "2019-12-10", lowest: "8.4"}},
		},
		{
			name: "JWT Token Translator", base: "pf-jwt-token-translator", layout: kits.LayoutDistJars, top: topOther, tags: []string{"ACCESS"},
			versions: []release{{number: "1.1.1.2", released: "2020-02-17", lowest: "8.0", contents: kits.Contents{
				Jars: []string{"pf-jwt-token-generator 1.1.1.2", "pf-jwt-token-processor 1.1.1.2"}}}},
		},
		{
			name: "OpenToken Adapter", base: "opentoken-adapter", layout: kits.LayoutDistJars, tags: []string{"SSO"},
			versions: []release{{number: "2.7.2", released: "2021-10-05", lowest: "9.3"}},
		},
	}
}

// protectReleases are more versions than fit on a page, and in no order.
func protectReleases() []release {
	numbers := []string{"1.10", "1.2", "1.9", "1.0", "1.1", "1.3.1", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.11", "2.0", "2.06", "2.1", "1.12"}
	var all []release
	for _, n := range numbers {
		all = append(all, release{number: n, released: "2023-05-02", lowest: "11.1", contents: kits.Contents{
			Jars:      []string{"pf-pingone-protect-adapter " + n},
			Languages: []string{"pingone-protect-messages"}, Templates: []string{"pingone-protect-template.html"},
			Assets: []string{"css/pingone-protect.css", "scripts/pingone-protect.js"},
		}})
	}
	return all
}

// loginKits let people sign on with an account they have elsewhere.
func loginKits() []fixture {
	return []fixture{
		login("X Login Integration Kit", "pf-x-login-integration-kit", "X", released("1.0", "2023-10-10"), released("3.0", "2024-06-18")),
		login("Facebook Login Integration Kit", "pf-facebook-login-integration-kit", "Meta", released("2.0.1", "2022-01-20")),
		login("Google Login Integration Kit", "pf-google-login-integration-kit", "Google", released("1.5", "2021-12-01")),
		login("Apple Login Integration Kit", "pf-apple-login-integration-kit", "Apple", released("1.2.1", "2023-02-14")),
		login("LinkedIn Login Integration Kit", "pf-linkedin-login-integration-kit", "LinkedIn", released("2.06", "2022-08-30")),
		login("Microsoft Login Integration Kit", "pf-microsoft-login-integration-kit", "Microsoft", released("1.1", "2023-07-07")),
	}
}

func login(name, base, company string, versions ...release) fixture {
	return fixture{name: name, base: base, company: company, partnerProducts: []string{company + " accounts"}, layout: kits.LayoutDistJarsAndConf,
		tags: []string{"SSO", "AUTHENTICATION"}, versions: versions,
		about: "<p>Sign on with " + company + ".</p>"}
}

// agentKits bring files for other products, which cannot be placed into PingFederate.
func agentKits() []fixture {
	return []fixture{
		{name: "Atlassian Integration Kit", base: "pf-atlassian-integration-kit", company: "Atlassian", layout: kits.LayoutUnknown, tags: []string{"SSO"},
			versions: []release{{number: "3.4.2", released: "2022-09-19", contents: kits.Contents{
				Other: []string{"dist/jira/login.jsp", "dist/jira/logout.jsp", "dist/confluence/login.vm"}}}}},
		{name: "Apache Integration Kit", base: "pf-apache-integration-kit", company: "Apache", layout: kits.LayoutUnknown, tags: []string{"SSO"},
			versions: []release{{number: "2.5", released: "2020-04-22", contents: kits.Contents{
				Other: []string{"dist/rhel7/mod_pfoam.so", "dist/rhel8/mod_pfoam.so", "conf/mod_pfoam.conf"}}}}},
		{name: "Java Integration Kit", base: "pf-java-integration-kit", layout: kits.LayoutDistJars, top: topName, tags: []string{"SSO"},
			versions: []release{released("2.5.1", "2020-05-11"), released("2.6", "2023-03-27")}},
	}
}
