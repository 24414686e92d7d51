package tools

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// kind is what an argument holds, in words that a person and a model know.
type kind string

const (
	text    kind = "a text"
	integer kind = "a whole number"
	boolean kind = "true or false"
	texts   kind = "a list of texts"
)

// field is one argument of a tool, read from a field of its params struct.
//
// The tag `arg` holds its rules, separated by commas: required, min=N, max=N,
// default=N, enum=A|B, and number, which lets a text be written as a JSON
// number, as versions often are. The tag `doc` says what it means.
type field struct {
	name     string
	doc      string
	kind     kind
	required bool
	number   bool
	enum     []string
	min, max *int
	standard string // the default, as JSON; none if empty
}

// fieldsOf reads the arguments from a params struct. It panics on a struct that
// has no portable schema: a mistake in the program, and every tool is declared
// when the program starts.
func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		arg := field{name: name, doc: f.Tag.Get("doc")}
		switch {
		case f.Type.Kind() == reflect.String:
			arg.kind = text
		case f.Type.Kind() == reflect.Int:
			arg.kind = integer
		case f.Type.Kind() == reflect.Bool:
			arg.kind = boolean
		case f.Type == reflect.TypeFor[[]string]():
			arg.kind = texts
		default:
			panic(fmt.Sprintf("tools: %s.%s: a %s has no portable schema", t, f.Name, f.Type))
		}
		for rule := range strings.SplitSeq(f.Tag.Get("arg"), ",") {
			arg.apply(rule)
		}
		fields = append(fields, arg)
	}
	return fields
}

func (f *field) apply(rule string) {
	name, value, _ := strings.Cut(rule, "=")
	switch name {
	case "":
	case "required":
		f.required = true
	case "number":
		f.number = true
	case "enum":
		f.enum = strings.Split(value, "|")
	case "default":
		f.standard = value
	case "min", "max":
		n, err := strconv.Atoi(value)
		if err != nil {
			panic(fmt.Sprintf("tools: argument %s: %s is no bound", f.name, value))
		}
		if name == "min" {
			f.min = &n
		} else {
			f.max = &n
		}
	default:
		panic(fmt.Sprintf("tools: argument %s: unknown rule %s", f.name, name))
	}
}

// inputSchema is the JSON Schema of a tool's arguments, in the part of the
// language that all model providers take: one type each, no unions, no
// references, unknown arguments refused.
func inputSchema(fields []field) json.RawMessage {
	var properties, required object
	for _, f := range fields {
		var p object
		switch f.kind {
		case text:
			p.add("type", "string")
		case integer:
			p.add("type", "integer")
		case boolean:
			p.add("type", "boolean")
		case texts:
			p.add("type", "array")
			p.add("items", json.RawMessage(`{"type":"string"}`))
		}
		if f.enum != nil {
			p.add("enum", f.enum)
		}
		if f.min != nil {
			p.add("minimum", *f.min)
		}
		if f.max != nil {
			p.add("maximum", *f.max)
		}
		if f.standard != "" {
			p.add("default", json.RawMessage(f.standard))
		}
		if f.doc != "" {
			p.add("description", f.doc)
		}
		properties.add(f.name, p.json())
		if f.required {
			required.add(f.name, nil)
		}
	}
	var schema object
	schema.add("type", "object")
	schema.add("properties", properties.json())
	if len(required.keys) > 0 {
		schema.add("required", required.keys)
	}
	schema.add("additionalProperties", false)
	return schema.json()
}

// outputSchema is the JSON Schema of a result struct. Fields that may be absent
// are pointers or have the tag option omitempty, and are never null.
func outputSchema(t reflect.Type) json.RawMessage {
	switch t.Kind() {
	case reflect.String:
		return json.RawMessage(`{"type":"string"}`)
	case reflect.Int, reflect.Int64:
		return json.RawMessage(`{"type":"integer"}`)
	case reflect.Bool:
		return json.RawMessage(`{"type":"boolean"}`)
	case reflect.Pointer:
		return outputSchema(t.Elem())
	case reflect.Slice:
		var list object
		list.add("type", "array")
		list.add("items", outputSchema(t.Elem()))
		return list.json()
	case reflect.Struct:
		var properties, schema object
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "" && name != "-" {
				properties.add(name, outputSchema(f.Type))
			}
		}
		schema.add("type", "object")
		schema.add("properties", properties.json())
		return schema.json()
	}
	panic(fmt.Sprintf("tools: a %s has no portable schema", t))
}

// object is a JSON object that keeps the order of its keys, so that a schema
// reads in the order of its struct.
type object struct {
	keys   []string
	values []any
}

func (o *object) add(key string, value any) {
	o.keys = append(o.keys, key)
	o.values = append(o.values, value)
}

func (o *object) json() json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, key := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(mustJSON(key))
		b.WriteByte(':')
		b.Write(mustJSON(o.values[i]))
	}
	b.WriteByte('}')
	return b.Bytes()
}

// mustJSON encodes a value that always can be: the schemas hold nothing else.
func mustJSON(v any) []byte {
	if encoded, ok := v.(json.RawMessage); ok {
		return encoded
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("tools: %v", err))
	}
	return encoded
}
