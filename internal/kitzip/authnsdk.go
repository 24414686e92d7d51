package kitzip

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// AuthnSDK is the library behind the authentication API of adapters, which many
// kits bring along. Its second major version came with PingFederate 13.1 and
// replaced the first.
const AuthnSDK = "pf-authn-api-sdk"

// ErrAuthnSDK means that the pf-authn-api-sdk jars do not fit; the error is an [*AuthnSDKError].
var ErrAuthnSDK = errors.New("wrong " + AuthnSDK)

// AuthnSDKError names the pf-authn-api-sdk jars that do not fit PingFederate.
type AuthnSDKError struct {
	Product string   // the version of PingFederate; empty if it is not known
	Need    int      // the major version it needs; 0 if Product is empty
	Files   []string // the jars that do not fit; all of them if Product is empty
}

func (e *AuthnSDKError) Error() string {
	files := strings.Join(e.Files, ", ")
	if e.Product == "" {
		return fmt.Sprintf("%s: two major versions of one library cannot be installed together; exclude one in kits.yaml", files)
	}
	return fmt.Sprintf("%s: PingFederate %s needs %s %d.x; choose a version of the kit for it, or exclude the jar in kits.yaml",
		files, e.Product, AuthnSDK, e.Need)
}

// Is makes [ErrAuthnSDK] match.
func (e *AuthnSDKError) Is(target error) bool { return target == ErrAuthnSDK }

// CheckAuthnSDK checks the pf-authn-api-sdk jars among the paths of a product:
// PingFederate up to 13.0 needs 1.x, from 13.1 on it needs 2.x, and never both.
// An empty version of PingFederate stands for one that is not known; then only
// the last is checked. The error is an [*AuthnSDKError], or another one if the
// version does not start with a number.
func CheckAuthnSDK(pingFederate string, paths []string) error {
	majors := map[int][]string{}
	for _, file := range paths {
		if jar, ok := ParseJar(file); ok && strings.EqualFold(jar.Name, AuthnSDK) {
			major, _ := leadingNumber(jar.Version) // 0, which fits nothing, if the name has no version
			majors[major] = append(majors[major], file)
		}
	}
	if len(majors) == 0 {
		return nil
	}
	need := 0
	if pingFederate != "" {
		var err error
		if need, err = neededSDK(pingFederate); err != nil {
			return err
		}
	}
	var wrong []string
	for major, files := range majors {
		if pingFederate != "" && major != need || pingFederate == "" && len(majors) > 1 {
			wrong = append(wrong, files...)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.SortFunc(wrong, func(x, y string) int { return strings.Compare(path.Base(x), path.Base(y)) })
	return &AuthnSDKError{Product: pingFederate, Need: need, Files: wrong}
}

func neededSDK(pingFederate string) (int, error) {
	major, rest := leadingNumber(pingFederate)
	minor, _ := leadingNumber(strings.TrimPrefix(rest, "."))
	switch {
	case major == 0:
		return 0, fmt.Errorf("%s is not a version of PingFederate, such as 13.0.3", quote(pingFederate))
	case major > 13 || major == 13 && minor >= 1:
		return 2, nil
	}
	return 1, nil
}

// leadingNumber splits the number off the start of a version; 0 if there is none.
func leadingNumber(version string) (number int, rest string) {
	end := strings.IndexFunc(version, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(version)
	}
	number, err := strconv.Atoi(version[:end])
	if err != nil {
		return 0, version
	}
	return number, version[end:]
}
