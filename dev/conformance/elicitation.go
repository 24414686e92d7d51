package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/tools"
)

// addElicitingTools adds the tools that send the client a request, as the stateful protocol has it. Forms go the product's way; the
// product itself never asks a model.
func addElicitingTools(s *mcpserver.Server) {
	add(s, "test_sampling", `{"type":"object","properties":{"prompt":{"type":"string"}},"required":["prompt"]}`,
		func(ctx context.Context, request mcp.CallToolRequest) result {
			//lint:ignore SA1019 the suite tests what the newest revision deprecates
			answer, err := s.RequestSampling(ctx, mcp.CreateMessageRequest{CreateMessageParams: mcp.CreateMessageParams{
				Messages:  []mcp.SamplingMessage{{Role: mcp.RoleUser, Content: mcp.NewTextContent(request.GetString("prompt", ""))}},
				MaxTokens: 100,
			}})
			if err != nil {
				return mcp.NewToolResultError(err.Error())
			}
			text, _ := answer.Content.(mcp.TextContent)
			return mcp.NewToolResultText("LLM response: " + text.Text)
		})
	addForm(s, "test_elicitation", "User response: ", `{"username":{"type":"string","description":"User's response"},
		"email":{"type":"string","description":"User's email address"}}`, "username", "email")
	addForm(s, "test_elicitation_sep1034_defaults", "Elicitation completed: ", `{
		"name":{"type":"string","default":"John Doe"},
		"age":{"type":"integer","default":30},
		"score":{"type":"number","default":95.5},
		"status":{"type":"string","enum":["active","inactive","pending"],"default":"active"},
		"verified":{"type":"boolean","default":true}}`)
	addForm(s, "test_elicitation_sep1330_enums", "Elicitation completed: ", `{
		"untitledSingle":{"type":"string","enum":["option1","option2","option3"]},
		"titledSingle":{"type":"string","oneOf":[{"const":"value1","title":"First Option"},{"const":"value2","title":"Second Option"}]},
		"legacyEnum":{"type":"string","enum":["opt1","opt2","opt3"],"enumNames":["Option One","Option Two","Option Three"]},
		"untitledMulti":{"type":"array","items":{"type":"string","enum":["option1","option2","option3"]}},
		"titledMulti":{"type":"array","items":{"anyOf":[{"const":"value1","title":"First Choice"},{"const":"value2","title":"Second Choice"}]}}}`)
}

// addForm adds a tool that shows its user a form and returns the response.
func addForm(s *mcpserver.Server, name, before, properties string, required ...string) {
	form := map[string]any{"type": "object", "properties": json.RawMessage(properties)}
	if len(required) > 0 {
		form["required"] = required
	}
	add(s, name, `{"type":"object","properties":{"message":{"type":"string"}}}`, func(ctx context.Context, request mcp.CallToolRequest) result {
		if !tools.CanAsk(ctx) {
			return mcp.NewToolResultError("the client cannot ask its user")
		}
		if answer := server.ElicitationResponse(request.Params.InputResponses, "form"); answer != nil {
			content, err := json.Marshal(answer.Content)
			if err != nil {
				return mcp.NewToolResultError(err.Error())
			}
			return mcp.NewToolResultText(fmt.Sprintf("%saction=%s, content=%s", before, answer.Action, content))
		}
		if why := tools.UnansweredOf(ctx); why != "" {
			return mcp.NewToolResultError(string(why))
		}
		return server.NewInputRequestBuilder("").Elicit("form", mcp.ElicitationParams{
			Message: request.GetString("message", "Please fill in"), RequestedSchema: form,
		}).ToolResult()
	})
}
