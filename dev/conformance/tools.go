package main

import (
	"context"
	"encoding/json"
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
	// settle lets the last notification be written before the result: the
	// product's own way to report does this by itself.
	settle = 20 * time.Millisecond
	// anything is the input schema of a tool that looks at no argument.
	anything = `{"type":"object"}`
)

type result = *mcp.CallToolResult

func add(s *mcpserver.Server, name, schema string, run func(context.Context, mcp.CallToolRequest) result) {
	s.AddTool(fixture(name, schema),
		func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return run(ctx, request), nil
		})
}

func fixture(name, schema string) mcp.Tool {
	return mcp.Tool{Name: name, Description: "A fixture of the conformance suite", RawInputSchema: json.RawMessage(schema)}
}

// addTools adds the tools that answer at once or notify.
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
	// In the modern era a client gets log messages only if its request asks for
	// them, and this fixture is called without.
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
		s.AddPrompt(mcp.NewPrompt("test_added_later"), simplePrompt)
		s.DeletePrompts("test_added_later")
		return mcp.NewToolResultText("changed")
	})
}

func notify(ctx context.Context, method string, all []map[string]any) result {
	for _, params := range all {
		if err := server.ServerFromContext(ctx).SendNotificationToClient(ctx, method, params); err != nil {
			return mcp.NewToolResultError(err.Error())
		}
		time.Sleep(step)
	}
	time.Sleep(settle)
	return mcp.NewToolResultText("done")
}
