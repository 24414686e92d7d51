package connect_test

import (
	"strings"
	"testing"

	"example.com/pingkit/connect"
)

// The query of a URL is a credential whatever its parameters are called: a
// storage may sign in a way that nobody here has heard of.
func TestNoQueryOfAURLIsShown(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"https://storage.example/kit.zip?se=2026-01-01&sp=r&sv=s3cr3tquery",
		"https://storage.example/kit.zip?s3cr3tquery",
		"https://storage.example?ticket=s3cr3tquery",
		"HTTPS://storage.example/kit.zip#ticket/s3cr3tquery",
		"s3://bucket/kit.zip?versionId=s3cr3tquery",
	} {
		for _, text := range []string{
			"could not fetch " + url, "(" + url + ")", `<a href="` + url + `">here</a>`, "message of " + url + " and more",
		} {
			server := newPingOne(t, jsonStatus(400, text))
			err := get(connect.WithTransactionID(t.Context(), "my-1"), server.client(t))
			if err == nil || strings.Contains(err.Error(), "s3cr3tquery") {
				t.Errorf("%q gives %v", text, err)
			}
		}
	}
}
