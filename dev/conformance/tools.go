package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/mcpserver"
)

const (
	// onePixel is a PNG of one pixel, silence a WAV of one sample, in base64.
	onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
	silence  = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA="
	// step is the pause between notifications that the suite asks for.
	step = 50 * time.Millisecond
	// flushPause lets the last notification reach the client before the result, as the product's own reports do.
	flushPause = 20 * time.Millisecond
	// anything is the input schema of a tool that reads no argument.
	anything = `{"type":"object"}`
	// schema2020 has the keywords of JSON Schema 2020-12 that the suite looks for.
	schema2020 = `{
	"$schema": "https://json-schema.org/draft/2020-12/schema",
	"type": "object",
	"$defs": {"address": {"$anchor": "addressDef", "type": "object",
		"properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
	"properties": {
		"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"},
		"contactMethod": {"type": "string", "enum": ["phone", "email"]}, "phone": {"type": "string"}, "email": {"type": "string"}
	},
	"allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
	"if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
	"then": {"required": ["phone"]},
	"else": {"required": ["email"]},
	"additionalProperties": false
}`
)

type result = *mcp.CallToolResult

func add(s *mcpserver.Server, name, schema string, run func(context.Context, mcp.CallToolRequest) result) {
	s.AddTool(fixture(name, schema),
		func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return run(ctx, request), nil
		})
}

func fixture(name, schema string) mcp.Tool {
	return mcp.Tool{Name: name, Description: description, RawInputSchema: json.RawMessage(schema)}
}

// addTools adds the tools that return at once, notify, or wait for their cancellation.
func addTools(s *mcpserver.Server) {
	for name, content := range map[string][]mcp.Content{
		"test_simple_text":   {mcp.NewTextContent("This is a simple text response for testing.")},
		"test_image_content": {mcp.NewImageContent(onePixel, "image/png")},
		"test_audio_content": {mcp.NewAudioContent(silence, "audio/wav")},
		"test_embedded_resource": {mcp.NewEmbeddedResource(mcp.TextResourceContents{
			URI: "test://embedded-resource", MIMEType: "text/plain", Text: "This is an embedded resource content.",
		})},
		"test_multiple_content_types": {
			mcp.NewTextContent("Multiple content types test:"), mcp.NewImageContent(onePixel, "image/png"),
			mcp.NewEmbeddedResource(mcp.TextResourceContents{
				URI: "test://mixed-content-resource", MIMEType: "application/json", Text: `{"test":"data","value":123}`,
			}),
		},
	} {
		add(s, name, anything, func(context.Context, mcp.CallToolRequest) result { return &mcp.CallToolResult{Content: content} })
	}
	add(s, "test_error_handling", anything, func(context.Context, mcp.CallToolRequest) result {
		return mcp.NewToolResultError("This tool intentionally returns an error for testing")
	})
	add(s, "test_tool_with_logging", anything, func(ctx context.Context, _ mcp.CallToolRequest) result {
		return notify(ctx, "notifications/message", []map[string]any{
			{"level": "info", "data": "Tool execution started"},
			{"level": "info", "data": "Tool processing data"},
			{"level": "info", "data": "Tool execution completed"},
		})
	})
	// A client of the stateless protocol gets log messages only if its request asks for them, and the suite's does not.
	add(s, "test_logging_tool", anything, func(ctx context.Context, _ mcp.CallToolRequest) result {
		if server.IsModernRequest(ctx) {
			return mcp.NewToolResultText("nothing to log")
		}
		return notify(ctx, "notifications/message", []map[string]any{{"level": "info", "data": "logged"}})
	})
	add(s, "test_tool_with_progress", anything, func(ctx context.Context, request mcp.CallToolRequest) result {
		if request.Params.Meta == nil || request.Params.Meta.ProgressToken == nil {
			return mcp.NewToolResultText("no progress was asked for")
		}
		token := request.Params.Meta.ProgressToken
		return notify(ctx, "notifications/progress", []map[string]any{
			{"progressToken": token, "progress": 0, "total": 100},
			{"progressToken": token, "progress": 50, "total": 100},
			{"progressToken": token, "progress": 100, "total": 100},
		})
	})
	add(s, "json_schema_2020_12_tool", schema2020, func(context.Context, mcp.CallToolRequest) result {
		return mcp.NewToolResultText("done")
	})
	add(s, "test_trigger_tool_change", anything, func(context.Context, mcp.CallToolRequest) result {
		add(s, "test_added_later", anything, func(context.Context, mcp.CallToolRequest) result { return mcp.NewToolResultText("done") })
		s.DeleteTools("test_added_later")
		return mcp.NewToolResultText("changed")
	})
	add(s, "test_trigger_prompt_change", anything, func(context.Context, mcp.CallToolRequest) result {
		addPrompt(s, "test_added_later", nil, simplePrompt)
		s.DeletePrompts("test_added_later")
		return mcp.NewToolResultText("changed")
	})
	var cancelled atomic.Int64
	add(s, "test_wait", anything, func(ctx context.Context, _ mcp.CallToolRequest) result {
		<-ctx.Done()
		cancelled.Add(1)
		return mcp.NewToolResultError("cancelled")
	})
	add(s, "test_cancelled", anything, func(context.Context, mcp.CallToolRequest) result {
		return mcp.NewToolResultText(fmt.Sprint(cancelled.Load()))
	})
}

func notify(ctx context.Context, method string, all []map[string]any) result {
	for _, params := range all {
		if err := server.ServerFromContext(ctx).SendNotificationToClient(ctx, method, params); err != nil {
			return mcp.NewToolResultError(err.Error())
		}
		time.Sleep(step)
	}
	time.Sleep(flushPause)
	return mcp.NewToolResultText("done")
}
