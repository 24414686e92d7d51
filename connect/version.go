package connect

import (
	"cmp"
	"strings"
)

// compareVersions returns a negative number where a is older than b, and zero where both spell one number, such as 3 and 3.0.
func compareVersions(a, b string) int {
	aNumber, aTail := splitVersion(a)
	bNumber, bTail := splitVersion(b)
	if (aNumber == "") != (bNumber == "") {
		return cmp.Compare(len(aNumber), len(bNumber)) // a text without a number is the older one
	}
	for aNumber != "" || bNumber != "" {
		var aPart, bPart string
		aPart, aNumber, _ = strings.Cut(aNumber, ".")
		bPart, bNumber, _ = strings.Cut(bNumber, ".")
		aPart, bPart = strings.TrimLeft(aPart, "0"), strings.TrimLeft(bPart, "0")
		if order := cmp.Or(cmp.Compare(len(aPart), len(bPart)), strings.Compare(aPart, bPart)); order != 0 {
			return order
		}
	}
	if (aTail == "") != (bTail == "") {
		return cmp.Compare(len(bTail), len(aTail)) // 2.0-rc1 is older than 2.0
	}
	return strings.Compare(aTail, bTail)
}

// splitVersion divides a version into its dotted digits and the rest.
func splitVersion(version string) (number, tail string) {
	version = strings.TrimSpace(version)
	if len(version) > 1 && (version[0] == 'v' || version[0] == 'V') {
		version = version[1:]
	}
	tail = strings.TrimLeft(version, "0123456789.")
	return strings.TrimSuffix(version, tail), tail
}
