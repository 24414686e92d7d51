package kitzip

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestCheckAuthnSDK(t *testing.T) {
	const (
		one  = "server/default/deploy/pf-authn-api-sdk-1.0.0.74.jar"
		two  = "server/default/deploy/pf-authn-api-sdk-2.0.jar"
		none = "server/default/lib/PF-authn-api-SDK.jar"
	)
	for _, test := range []struct {
		product string
		paths   []string
		wrong   []string
	}{
		{"12.3.1", []string{one}, nil},
		{"13.0.3", []string{one}, nil},
		{"13", []string{one}, nil},
		{"13.1", []string{two}, nil},
		{"13.1.0", []string{two}, nil},
		{"13.10", []string{two}, nil},
		{"14", []string{two}, nil},
		{"13.0.3", []string{two}, []string{two}},
		{"9.3", []string{two}, []string{two}},
		{"13.1", []string{one}, []string{one}},
		{"14.0", []string{one}, []string{one}},
		{"13.0", []string{two, one}, []string{two}},
		{"13.1", []string{two, one}, []string{one}},
		{"13.1", []string{none, two}, []string{none}},
		{"13.0", []string{none}, []string{none}},
		{"", []string{one}, nil},
		{"", []string{two}, nil},
		{"", []string{two, one}, []string{one, two}},
		{"13.1", []string{"deploy/pf-authn-api-sdk-docs-1.0.jar", "deploy/x-1.0.jar", "deploy/pf-authn-api-sdk-1.0.txt"}, nil},
		{"latest", nil, nil},
	} {
		err := CheckAuthnSDK(test.product, test.paths)
		var wrong *AuthnSDKError
		switch {
		case test.wrong == nil && err != nil:
			t.Errorf("%s with %v: %v", test.product, test.paths, err)
		case test.wrong == nil:
		case !errors.As(err, &wrong) || !errors.Is(err, ErrAuthnSDK) || !slices.Equal(wrong.Files, test.wrong):
			t.Errorf("%s with %v: got %v, want %v to be named", test.product, test.paths, err, test.wrong)
		case !strings.Contains(err.Error(), test.wrong[0]) || !strings.Contains(err.Error(), test.product):
			t.Errorf("%v does not say what is wrong", err)
		}
	}
	for _, product := range []string{"latest", "v13.1", "-1", ".1", "99999999999999999999.1"} {
		if err := CheckAuthnSDK(product, []string{one}); err == nil || errors.Is(err, ErrAuthnSDK) {
			t.Errorf("%q: got %v, want an error about the version", product, err)
		}
	}
}
