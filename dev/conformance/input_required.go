package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/mcpserver"
)

// form asks for one value.
func form(message, name, kind string) mcp.ElicitationParams {
	return mcp.ElicitationParams{Message: message, RequestedSchema: map[string]any{
		"type": "object", "properties": map[string]any{name: map[string]any{"type": kind}}, "required": []string{name},
	}}
}

// value returns the value of an accepted form.
func value(responses mcp.InputResponses, id, name string) (string, bool) {
	answer := server.ElicitationResponse(responses, id)
	if answer == nil || answer.Action != mcp.ElicitationResponseActionAccept {
		return "", false
	}
	content, ok := answer.Content.(map[string]any)
	if !ok || content[name] == nil {
		return "", false
	}
	return fmt.Sprint(content[name]), true
}

func sampling(text string, tokens int) mcp.CreateMessageParams {
	return mcp.CreateMessageParams{
		Messages: []mcp.SamplingMessage{{Role: mcp.RoleUser, Content: mcp.NewTextContent(text)}}, MaxTokens: tokens,
	}
}

// key protects the state that a client carries, for the life of the process.
var key = func() []byte {
	key := make([]byte, 32)
	rand.Read(key) // never fails, by its documentation
	return key
}()

func sign(state string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(state))
	return state + "." + hex.EncodeToString(mac.Sum(nil))
}

func signed(token string) (state string, ok bool) {
	state, _, _ = strings.Cut(token, ".")
	return state, hmac.Equal([]byte(sign(state)), []byte(token))
}

// addInputRequired adds the tools that need several rounds in the stateless protocol.
func addInputRequired(s *mcpserver.Server) {
	add(s, "test_input_required_result_elicitation", anything, func(_ context.Context, request mcp.CallToolRequest) result {
		if name, ok := value(request.Params.InputResponses, "user_name", "name"); ok {
			return mcp.NewToolResultText("Hello, " + name + "!")
		}
		return server.NewInputRequestBuilder("").Elicit("user_name", form("What is your name?", "name", "string")).ToolResult()
	})
	add(s, "test_input_required_result_sampling", anything, func(_ context.Context, request mcp.CallToolRequest) result {
		if answer := server.SamplingResponse(request.Params.InputResponses, "capital_question"); answer != nil {
			return mcp.NewToolResultText(fmt.Sprint(answer.Content))
		}
		return server.NewInputRequestBuilder("").Sample("capital_question", sampling("What is the capital of France?", 100)).ToolResult()
	})
	add(s, "test_input_required_result_list_roots", anything, func(_ context.Context, request mcp.CallToolRequest) result {
		if answer := server.RootsResponse(request.Params.InputResponses, "client_roots"); answer != nil {
			return mcp.NewToolResultText(fmt.Sprint(answer.Roots))
		}
		return server.NewInputRequestBuilder("").Roots("client_roots").ToolResult()
	})
	add(s, "test_input_required_result_request_state", anything, func(_ context.Context, request mcp.CallToolRequest) result {
		if _, answered := value(request.Params.InputResponses, "confirm", "ok"); answered {
			if state, ok := signed(request.Params.RequestState); ok && state == "confirm" {
				return mcp.NewToolResultText("state-ok")
			}
			return mcp.NewToolResultError("the state is not the server's")
		}
		return server.NewInputRequestBuilder(sign("confirm")).Elicit("confirm", form("Please confirm", "ok", "boolean")).ToolResult()
	})
	add(s, "test_input_required_result_multiple_inputs", anything, func(_ context.Context, request mcp.CallToolRequest) result {
		name, named := value(request.Params.InputResponses, "user_name", "name")
		greeting := server.SamplingResponse(request.Params.InputResponses, "greeting")
		roots := server.RootsResponse(request.Params.InputResponses, "client_roots")
		if named && greeting != nil && roots != nil {
			return mcp.NewToolResultText(fmt.Sprint(name, greeting.Content, roots.Roots))
		}
		return server.NewInputRequestBuilder(sign("several")).Elicit("user_name", form("What is your name?", "name", "string")).
			Sample("greeting", sampling("Generate a greeting", 50)).Roots("client_roots").ToolResult()
	})
	add(s, "test_input_required_result_multi_round", anything, func(_ context.Context, request mcp.CallToolRequest) result {
		state, ok := signed(request.Params.RequestState)
		if name, answered := value(request.Params.InputResponses, "step1", "name"); ok && answered && state == "one" {
			return server.NewInputRequestBuilder(sign("two-"+hex.EncodeToString([]byte(name)))).
				Elicit("step2", form("Step 2: What is your favorite color?", "color", "string")).ToolResult()
		}
		if color, answered := value(request.Params.InputResponses, "step2", "color"); ok && answered && strings.HasPrefix(state, "two-") {
			return mcp.NewToolResultText("You like " + color)
		}
		return server.NewInputRequestBuilder(sign("one")).Elicit("step1", form("Step 1: What is your name?", "name", "string")).ToolResult()
	})
	s.AddTool(fixture("test_input_required_result_tampered_state", anything),
		func(_ context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			if request.Params.RequestState == "" {
				return server.NewInputRequestBuilder(sign("confirm")).Elicit("confirm", form("Please confirm", "ok", "boolean")).ToolResult(), nil
			}
			if _, ok := signed(request.Params.RequestState); !ok {
				return nil, errors.New("the state is not the server's")
			}
			return mcp.NewToolResultText("state-ok"), nil
		})
	add(s, "test_input_required_result_capabilities", anything, func(ctx context.Context, _ mcp.CallToolRequest) result {
		ask := server.NewInputRequestBuilder("")
		if info := server.RequestProtocolInfoFromContext(ctx); info != nil && info.ClientCapabilities != nil {
			if info.ClientCapabilities.Elicitation != nil {
				ask.Elicit("user_name", form("What is your name?", "name", "string"))
			}
			if info.ClientCapabilities.Sampling != nil {
				ask.Sample("greeting", sampling("Generate a greeting", 50))
			}
		}
		return ask.ToolResult()
	})
	add(s, "test_streaming_elicitation", anything, func(context.Context, mcp.CallToolRequest) result {
		return server.NewInputRequestBuilder("").Elicit("user_name", form("What is your name?", "name", "string")).ToolResult()
	})
	add(s, "test_missing_capability", anything, func(context.Context, mcp.CallToolRequest) result {
		return mcp.NewToolResultError("the client did not declare that it can sample")
	})
}
