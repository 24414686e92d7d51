package kitzip

import "testing"

func TestSplitJarName(t *testing.T) {
	for _, test := range []struct{ name, base, version string }{
		{"pf-google-quickconnection-3.1.1.jar", "pf-google-quickconnection", "3.1.1"},
		{"pf-pcv-pone-52.137.jar", "pf-pcv-pone", "52.137"},
		{"pf-jwt-token-translator-1.1.1.2.jar", "pf-jwt-token-translator", "1.1.1.2"},
		{"opentoken-adapter-2.7.2.jar", "opentoken-adapter", "2.7.2"},
		{"pf-pingone-integration-kit-2.06.jar", "pf-pingone-integration-kit", "2.06"},
		{"pf-x509-certificate-adapter-1.3.1.jar", "pf-x509-certificate-adapter", "1.3.1"},
		{"bcprov-jdk15on-171.jar", "bcprov-jdk15on", "171"},
		{"log4j-1.2-api-2.17.1.jar", "log4j-1.2-api", "2.17.1"},
		{"guava-32.1.2-jre.jar", "guava", "32.1.2-jre"},
		{"hibernate-core-5.6.15.Final.jar", "hibernate-core", "5.6.15.Final"},
		{"pf-x-1.0-SNAPSHOT.jar", "pf-x", "1.0-SNAPSHOT"},
		{"pf-x-1.0-20240102.030405-6.jar", "pf-x", "1.0-20240102.030405-6"},
		{"pf-x-2.0-rc1.jar", "pf-x", "2.0-rc1"},
		{"pf-x-2.0-RC.2.jar", "pf-x", "2.0-RC.2"},
		{"pf-x-2.1-jar-with-dependencies.jar", "pf-x-jar-with-dependencies", "2.1"},
		{"pf-x.war", "pf-x", ""},
		{"pf-x-1.0.WAR", "pf-x", "1.0"},
		{"PF-X-1.0.JAR", "PF-X", "1.0"},
		{"pf-x.jar", "pf-x", ""},
		{"pf-2fa-adapter.jar", "pf-2fa-adapter", ""},
		{"saml-2.0-adapter.jar", "saml-2.0-adapter", ""},
		{"pf-x-1..0.jar", "pf-x-1..0", ""},
		{"pf-x-.jar", "pf-x-", ""},
		{"-1.0.jar", "-1.0", ""},
		{"1.0.jar", "1.0", ""},
		{".jar", "", ""},
		{"", "", ""},
		{"pf-x-1.0.zip", "pf-x-1.0.zip", ""},
		{"pf-x-1.0", "pf-x", "1.0"},
	} {
		if base, version := SplitJarName(test.name); base != test.base || version != test.version {
			t.Errorf("%s: got %q and %q, want %q and %q", test.name, base, version, test.base, test.version)
		}
	}
}

func TestParseJar(t *testing.T) {
	if jar, ok := ParseJar("server/default/deploy/pf-x-1.0.jar"); !ok || jar != (Jar{"server/default/deploy/pf-x-1.0.jar", "pf-x", "1.0"}) {
		t.Errorf("got %v, %t", jar, ok)
	}
	if jar, ok := ParseJar("server/default/deploy/pf-x-1.0.war"); ok {
		t.Errorf("a war is no jar: %v", jar)
	}
}
