package kits

import (
	"io/fs"
	"path"
	"strings"
)

// Layout is the way a kit arranges its files below its top folder.
type Layout string

// The layouts that are seen in the wild.
const (
	// LayoutProductTree holds dist/pingfederate/server/default/{deploy,lib,conf}, to be merged below the product's root.
	LayoutProductTree Layout = "A"
	// LayoutDistParts holds dist/{deploy,conf,lib}, which belongs into server/default.
	LayoutDistParts Layout = "B"
	// LayoutDistJars holds dist/*.jar, which belong into server/default/deploy.
	LayoutDistJars Layout = "C"
	// LayoutDistJarsAndConf holds dist/*.jar and a conf folder beside it.
	LayoutDistJarsAndConf Layout = "D"
	// LayoutDefaultJars holds jars directly in dist/pingfederate/server/default.
	LayoutDefaultJars Layout = "E"
	// LayoutUnknown holds files of other products, which nothing places automatically.
	LayoutUnknown Layout = "F"
)

// Contents says what a kit holds. Jars are written "name version"; Library lists those that belong into lib where the layout
// knows the difference.
type Contents struct {
	Base    string // the kit's own file name, such as pf-pingid-integration-kit
	Version string
	Layout  Layout
	Top     string // the folder around everything; "" for none

	Jars      []string
	Library   []string
	Templates []string // names below conf/template
	Languages []string // names below conf/language-packs, without .properties
	Assets    []string // names below conf/template/assets
	Other     []string // paths below the top folder, for layout F
	Sample    bool     // folders that are never installed: sample, config and metadata
}

// Build makes the kit that c describes.
func Build(c Contents) *Kit {
	return newKit(func() []segment {
		b := zipBytes(c.files())
		return []segment{{data: b, length: int64(len(b))}}
	})
}

// places are the folders of one layout, relative to the top folder.
type places struct{ deploy, lib, conf string }

func (c Contents) places() places {
	const base = "dist/pingfederate/server/default"
	switch c.Layout {
	case LayoutProductTree:
		return places{base + "/deploy", base + "/lib", base + "/conf"}
	case LayoutDistParts:
		return places{"dist/deploy", "dist/lib", "dist/conf"}
	case LayoutDistJarsAndConf:
		return places{"dist", "dist", "conf"}
	case LayoutDefaultJars:
		return places{base, base, base + "/conf"}
	default:
		return places{"dist", "dist", "dist/conf"}
	}
}

func (c Contents) files() []File {
	p := c.places()
	var files []File
	add := func(name string, content []byte, mode fs.FileMode) {
		files = append(files, File{Path: path.Join(c.Top, name), Content: content, Mode: mode})
	}
	switch c.Layout {
	case LayoutProductTree:
		// Some archives carry entries for their folders, others do not.
		files = append(files, File{Path: path.Join(c.Top, "dist") + "/"})
		add("Legal.pdf", document("Legal notices of "+c.Base), 0)
		add("docs/"+c.Base+".pdf", document("Guide of "+c.Base+" "+c.Version), 0)
	case LayoutDistParts:
		add("ReadMeFirst.pdf", document("Read me first: "+c.Base), 0)
		add("legal/Legal.pdf", document("Legal notices of "+c.Base), 0)
	default:
		add("ReadMe.txt", []byte(c.Base+" "+c.Version+"\n"), 0)
	}
	for _, jar := range c.Jars {
		name, version, _ := strings.Cut(jar, " ")
		// The mode in an archive says nothing about the mode the file should get.
		add(p.deploy+"/"+name+"-"+version+".jar", Jar(name, version), 0o777)
	}
	for _, jar := range c.Library {
		name, version, _ := strings.Cut(jar, " ")
		add(p.lib+"/"+name+"-"+version+".jar", Jar(name, version), 0o600)
	}
	for _, name := range c.Languages {
		add(p.conf+"/language-packs/"+name+".properties", messages(name, c.Version), 0)
	}
	for _, name := range c.Templates {
		add(p.conf+"/template/"+name, template(name, c.Version), 0)
	}
	for _, name := range c.Assets {
		add(p.conf+"/template/assets/"+name, []byte("/* "+name+" of "+c.Base+" "+c.Version+" */\n"), 0)
	}
	for _, name := range c.Other {
		add(name, append([]byte(name+" "+c.Version+"\n"), noise(name+c.Version, 300)...), 0)
	}
	if c.Sample {
		add("sample/"+c.Base+"/index.jsp", []byte("<%-- sample of "+c.Base+" --%>\n"), 0)
		add("sample/"+c.Base+"/sample-1.0.jar", Jar("sample", "1.0"), 0)
		add("config/"+c.Base+".properties", []byte("# an example\n"), 0)
		add("metadata/kit.json", []byte(`{"name":"`+c.Base+`","version":"`+c.Version+`"}`+"\n"), 0)
	}
	return files
}
