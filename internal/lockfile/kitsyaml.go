package lockfile

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"example.com/pingkit/internal/kitversion"
	"example.com/pingkit/internal/kitzip"
)

// The keys of kits.yaml.
var (
	topKeys    = []string{"apiVersion", "target", "kits"}
	targetKeys = []string{"product", "version", "layout"}
	kitKeys    = []string{"name", "id", "version", "exclude", "files", "keep"}
	ruleKeys   = []string{"from", "to"}
)

// parseYAML reads kits.yaml. Without a target it is a server profile of
// PingFederate of unknown version.
func parseYAML(data []byte, problems *problems) *Manifest {
	r := &yamlReader{problems}
	m := &Manifest{Target: Target{Product: PingFederate, Layout: LayoutServerProfile}}
	top := r.root(data)
	if top == nil {
		return nil
	}
	var version, kits bool
	isMapping := r.mapping(top, "a manifest", topKeys, func(key string, value ast.Node) {
		switch key {
		case "apiVersion":
			version = true
			if got := r.text(value, key); got != "" && got != apiVersion {
				r.at(value, "apiVersion %q is not known; allowed: %s", got, apiVersion)
			}
		case "target":
			m.Target = r.target(value)
		case "kits":
			kits = true
			m.Kits = r.kits(value)
		}
	})
	if isMapping && !version {
		r.at(top, "apiVersion is missing; write apiVersion: %s", apiVersion)
	}
	if isMapping && !kits {
		r.at(top, "kits is missing; write kits: [] for none")
	}
	return m
}

func (r *yamlReader) target(n ast.Node) Target {
	t := Target{Product: PingFederate, Layout: LayoutServerProfile}
	one := func(value ast.Node, key string, allowed []string) string {
		got := r.text(value, key)
		if got != "" && !slices.Contains(allowed, got) {
			r.at(value, "%s", unknown(key, got, allowed))
		}
		return got
	}
	r.mapping(n, "target", targetKeys, func(key string, value ast.Node) {
		switch key {
		case "product":
			t.Product = one(value, key, products)
		case "layout":
			t.Layout = one(value, key, layouts)
		case "version":
			t.Version = r.text(value, key)
			if t.Version != "" && !isNumber(t.Version) {
				r.at(value, "version %q is not a product version such as 13.0.3", t.Version)
			}
		}
	})
	return t
}

func (r *yamlReader) kits(n ast.Node) []Entry {
	entries := []Entry{}
	seen := make(names)
	r.list(n, "kits", func(item ast.Node) {
		line, column := position(item)
		e := Entry{Line: line}
		var hasVersion bool
		isMapping := r.mapping(item, "a kit", kitKeys, func(key string, value ast.Node) {
			switch key {
			case "name":
				e.Name = r.text(value, key)
			case "id":
				e.ID = r.text(value, key)
			case "version":
				hasVersion = true
				if e.Version = r.text(value, key); e.Version != "" {
					line, column := position(value)
					checkConstraint(e.Version, line, column, r.problems)
				}
			case "exclude":
				e.Exclude = r.texts(value, key, kitzip.CheckPattern)
			case "keep":
				e.Keep = r.texts(value, key, kitzip.CheckPattern)
			case "files":
				e.Files = r.rules(value)
			}
		})
		if !isMapping {
			return
		}
		switch {
		case e.Name == "" && e.ID == "":
			r.at(item, "the kit needs a name or an id")
		case e.Name != "" && e.ID != "":
			r.at(item, "the kit has both a name and an id; one of them finds it")
		case e.Name != "":
			seen.add("name", e.Name, line, column, r.problems)
		default:
			seen.add("id", e.ID, line, column, r.problems)
		}
		if !hasVersion {
			r.at(item, `the kit %q has no version; write an exact number, a range such as ">=2.24 <3", or latest`, e.Request())
		}
		entries = append(entries, e)
	})
	return entries
}

func (r *yamlReader) rules(n ast.Node) []Rule {
	var rules []Rule
	r.list(n, "files", func(item ast.Node) {
		var rule Rule
		isMapping := r.mapping(item, "an entry of files", ruleKeys, func(key string, value ast.Node) {
			s := r.text(value, key)
			if s == "" {
				return
			}
			check := kitzip.CheckPattern
			if key == "to" {
				check = checkDestination
			}
			if err := check(s); err != nil {
				r.at(value, "%s: %v", key, err)
			}
			if key == "to" {
				rule.To = s
			} else {
				rule.From = s
			}
		})
		if isMapping && (rule.From == "" || rule.To == "") {
			r.at(item, "an entry of files needs from and to")
			return
		}
		if strings.ContainsAny(rule.From, "*?[{") && !strings.HasSuffix(rule.To, "/") {
			r.at(item, "to takes the files of a pattern and so must be a folder: write %s/", rule.To)
			return
		}
		rules = append(rules, rule)
	})
	return rules
}

// checkConstraint adds a problem where text is no constraint on versions.
func checkConstraint(text string, line, column int, problems *problems) {
	if _, err := kitversion.ParseConstraint(text); err != nil {
		problems.addf(line, column, "%v", err)
	}
}

// isNumber reports whether s is one version number and no range.
func isNumber(s string) bool {
	c, err := kitversion.ParseConstraint(s)
	if err != nil {
		return false
	}
	_, exact := c.Exact()
	return exact
}
