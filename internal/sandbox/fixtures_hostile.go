package sandbox

import (
	"strconv"

	"example.com/pingkit/internal/sandbox/kits"
)

// Names of the fixtures that [Options.Hostile] adds.
const (
	// HostileKits has a version for each of kits.HostileKinds: the first kind is version 1, the second version 2, and so on.
	HostileKits = "Hostile Archives"
	// HostileName is an integration whose name is a path, a shell command and a forged line at once.
	HostileName = "../../etc/cron.d/evil; rm -rf $HOME `id`\nApproved: yes \u202e.zip\u202c"
)

var hostileName = fixture{
	name: HostileName, base: "pf-evil-kit", publisher: "Evil\r\nSet-Cookie: a=b", company: "<b>Evil</b>", layout: kits.LayoutDistJars,
	tags: []string{"SSO"}, versions: []release{released("1.0", "2024-01-01")},
}

// HostileNumber is the version of [HostileKits] that holds the archive of that kind.
func HostileNumber(kind string) string {
	for n, k := range kits.HostileKinds() {
		if k == kind {
			return hostileNumber(n)
		}
	}
	panic("sandbox: there is no hostile kind " + kind)
}

func hostileNumber(n int) string { return strconv.Itoa(n + 1) }

// hostileKits makes the integration of bad archives.
func hostileKits() *integration {
	i := fixture{name: HostileKits, base: "evil-kit", tags: []string{"SSO"}}.integration(0)
	for n, kind := range kits.HostileKinds() {
		i.versions = append(i.versions, &version{
			id: stableID("hostile", kind), number: hostileNumber(n), kind: kitType, about: kind, released: "2024-01-01",
			product: "PINGFEDERATE", kit: kits.Hostile(kind),
		})
	}
	return i
}
