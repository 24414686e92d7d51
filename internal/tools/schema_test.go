package tools

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the snapshots of the tools anew")

// TestSnapshots compares what a client sees of each tool with testdata, so that
// no change of it goes unnoticed. Regenerate with
//
//	go test ./internal/tools -update
func TestSnapshots(t *testing.T) {
	for _, tool := range All() {
		t.Run(tool.Name, func(t *testing.T) {
			encoded, err := json.Marshal(tool.Definition())
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := json.Indent(&got, encoded, "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			path := filepath.Join("testdata", tool.Name+".json")
			if *update {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("the tool is no longer what %s says; if that is meant, run go test ./internal/tools -update\n%s", path, got.String())
			}
		})
	}
}

// TestSchemasArePortable walks every schema for what some model providers refuse.
func TestSchemasArePortable(t *testing.T) {
	allowed := map[string]bool{
		"type": true, "properties": true, "required": true, "additionalProperties": true, "items": true,
		"enum": true, "minimum": true, "maximum": true, "default": true, "description": true,
	}
	var check func(t *testing.T, where string, schema any)
	check = func(t *testing.T, where string, schema any) {
		object, ok := schema.(map[string]any)
		if !ok {
			t.Errorf("%s is %v, not an object", where, schema)
			return
		}
		for key := range object {
			if !allowed[key] {
				t.Errorf("%s has %q", where, key)
			}
		}
		kind, ok := object["type"].(string)
		if !ok {
			t.Errorf("%s has the type %v, not one name", where, object["type"])
		}
		switch kind {
		case "array":
			check(t, where+"[]", object["items"])
		case "object":
			properties, ok := object["properties"].(map[string]any)
			if !ok || len(properties) == 0 {
				t.Errorf("%s has no properties", where)
			}
			for name, property := range properties {
				if name == "" || strings.ToLower(name) != name {
					t.Errorf("%s has a property %q", where, name)
				}
				check(t, where+"."+name, property)
			}
		}
	}
	for _, tool := range All() {
		for part, raw := range map[string]json.RawMessage{"input": tool.Definition().RawInputSchema, "output": tool.Definition().RawOutputSchema} {
			var schema map[string]any
			if err := json.Unmarshal(raw, &schema); err != nil {
				t.Fatalf("%s %s: %v", tool.Name, part, err)
			}
			check(t, tool.Name+" "+part, schema)
			if part == "input" && schema["additionalProperties"] != false {
				t.Errorf("%s takes arguments that it does not know", tool.Name)
			}
		}
	}
}

// TestUnportableParamsPanic declares what has no portable schema.
func TestUnportableParamsPanic(t *testing.T) {
	for name, params := range map[string]reflect.Type{
		"any": reflect.TypeFor[struct {
			X any `json:"x"`
		}](),
		"pointer": reflect.TypeFor[struct {
			X *string `json:"x"`
		}](),
		"map": reflect.TypeFor[struct {
			X map[string]string `json:"x"`
		}](),
		"unknown rule": reflect.TypeFor[struct {
			X string `json:"x" arg:"requierd"`
		}](),
		"bad bound": reflect.TypeFor[struct {
			X int `json:"x" arg:"min=one"`
		}](),
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was declared")
				}
			}()
			fieldsOf(params)
		})
	}
}
