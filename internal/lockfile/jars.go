package lockfile

import (
	"path"
	"slices"
	"strings"

	"example.com/pingkit/internal/kitversion"
	"example.com/pingkit/internal/kitzip"
)

// ClassPath returns the folders that the jar at a place below the target shares a
// class path with, its own among them: in PingFederate deploy and lib are on one,
// and other folders stand for themselves. The first stands for the class path.
func (t Target) ClassPath(to string) []string {
	dir := path.Dir(to)
	if t.Layout == LayoutFlat || t.Product != PingFederate {
		return []string{dir}
	}
	server, last := path.Split(dir)
	if (last == "deploy" || last == "lib") && strings.HasSuffix("/"+server, "/server/default/") {
		return []string{server + "deploy", server + "lib"}
	}
	return []string{dir}
}

// jars finds two versions of one jar on one class path.
func (c *clashes) jars(all []candidate) {
	type key struct{ path, base string }
	seen := make(map[key]candidate)
	for _, f := range all {
		jar, ok := kitzip.ParseJar(f.to)
		if !ok {
			continue
		}
		at := key{c.lock.Target.ClassPath(f.to)[0], kitzip.Fold(jar.Name)}
		first, twice := seen[at]
		if !twice {
			seen[at] = f
			continue
		}
		if other, _ := kitzip.ParseJar(first.to); other.Version != jar.Version {
			c.addf("%s of %s and %s of %s are two versions of one jar; exclude one, or choose versions of the kits that agree",
				first.to, c.name(first), f.to, c.name(f))
		}
	}
}

// chooseSDK leaves one version of the SDK jars that the kits bring: of the
// generation that the product needs (kit.CheckAuthnSDK), the newest. The others
// are told in the tree. Where no kit brings one that fits, that is a clash.
func (c *clashes) chooseSDK(all []candidate, t *Tree) []candidate {
	target := c.lock.Target
	var sdks []candidate
	var paths, kits []string
	for _, f := range all {
		if jar, ok := kitzip.ParseJar(f.to); ok && strings.EqualFold(jar.Name, kitzip.AuthnSDK) {
			sdks = append(sdks, f)
			paths = append(paths, f.to)
			kits = append(kits, c.name(f))
		}
	}
	if target.Product != PingFederate || len(sdks) == 0 {
		return all
	}
	if target.Version == "" {
		if err := kitzip.CheckAuthnSDK("", paths); err != nil {
			c.addf("%v; which one is right follows from target.version in the manifest (brought by %s)", err, strings.Join(kits, ", "))
			return all
		}
	}
	best := ""
	misfit := make(map[string]bool)
	for _, f := range sdks {
		jar, _ := kitzip.ParseJar(f.to)
		if kitzip.CheckAuthnSDK(target.Version, []string{f.to}) != nil {
			misfit[f.to] = true
		} else if best == "" || kitversion.Compare(jar.Version, best) > 0 {
			best = jar.Version
		}
	}
	if best == "" {
		c.addf("%v (brought by %s)", kitzip.CheckAuthnSDK(target.Version, paths), strings.Join(kits, ", "))
		return all
	}
	return slices.DeleteFunc(all, func(f candidate) bool {
		jar, ok := kitzip.ParseJar(f.to)
		if !ok || !strings.EqualFold(jar.Name, kitzip.AuthnSDK) || jar.Version == best {
			return false
		}
		reason := best + " is installed, which is newer"
		if misfit[f.to] {
			reason = "PingFederate " + target.Version + " needs " + best
		}
		t.Left = append(t.Left, Left{Path: f.to, Kit: c.name(f), Reason: reason})
		return true
	})
}
