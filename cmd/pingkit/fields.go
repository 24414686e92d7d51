package main

import (
	"reflect"
	"strings"
)

// jsonFields describes the JSON form of a result for its command's help, a line
// for each object: the documentation of the names that scripts rely on, made
// from the types themselves.
func jsonFields(r result) string {
	var d describer
	d.object("", reflect.TypeOf(r))
	return strings.Join(d.lines, "\n")
}

type describer struct{ lines []string }

// object adds the line of an object at path, and those of objects in it.
func (d *describer) object(path string, t reflect.Type) {
	at := len(d.lines)
	d.lines = append(d.lines, "")
	names := d.names(path, t)
	label := path + ": "
	if path == "" {
		label = ""
	}
	d.lines[at] = label + strings.Join(names, ", ")
}

func (d *describer) names(path string, t reflect.Type) []string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var names []string
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			names = append(names, d.names(path, field.Type)...)
			continue
		}
		if name == "" || name == "-" || !field.IsExported() {
			continue
		}
		inner, list := field.Type, ""
		for inner.Kind() == reflect.Slice || inner.Kind() == reflect.Pointer {
			if inner.Kind() == reflect.Slice {
				list = "[]"
			}
			inner = inner.Elem()
		}
		names = append(names, name+list)
		if inner.Kind() == reflect.Struct {
			d.object(strings.TrimPrefix(path+"."+name+list, "."), inner)
		}
	}
	return names
}
