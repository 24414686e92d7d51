package main

import (
	"context"
	"fmt"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/mcpserver"
)

func said(content ...mcp.Content) *mcp.GetPromptResult {
	answer := &mcp.GetPromptResult{}
	for _, c := range content {
		answer.Messages = append(answer.Messages, mcp.NewPromptMessage(mcp.RoleUser, c))
	}
	return answer
}

func simplePrompt(context.Context, mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
	return said(mcp.NewTextContent("This is a simple prompt for testing.")), nil
}

func addPrompts(s *mcpserver.Server) {
	const description = "A fixture of the conformance suite"
	s.AddPrompt(mcp.NewPrompt("test_simple_prompt", mcp.WithPromptDescription(description)), simplePrompt)
	s.AddPrompt(mcp.NewPrompt("test_prompt_with_arguments", mcp.WithPromptDescription(description),
		mcp.WithArgument("arg1", mcp.RequiredArgument()), mcp.WithArgument("arg2", mcp.RequiredArgument())),
		func(_ context.Context, request mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			return said(mcp.NewTextContent(fmt.Sprintf("Prompt with arguments: arg1='%s', arg2='%s'",
				request.Params.Arguments["arg1"], request.Params.Arguments["arg2"]))), nil
		})
	s.AddPrompt(mcp.NewPrompt("test_prompt_with_embedded_resource", mcp.WithPromptDescription(description),
		mcp.WithArgument("resourceUri", mcp.RequiredArgument())),
		func(_ context.Context, request mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			return said(mcp.NewEmbeddedResource(mcp.TextResourceContents{
				URI: request.Params.Arguments["resourceUri"], MIMEType: "text/plain", Text: "Embedded resource content for testing.",
			}), mcp.NewTextContent("Please process the embedded resource above.")), nil
		})
	s.AddPrompt(mcp.NewPrompt("test_prompt_with_image", mcp.WithPromptDescription(description)),
		func(context.Context, mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			return said(mcp.NewImageContent(onePixel, "image/png"), mcp.NewTextContent("Please analyze the image above.")), nil
		})
	s.AddPrompt(mcp.NewPrompt("test_input_required_result_prompt", mcp.WithPromptDescription(description)),
		func(_ context.Context, request mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			if text, ok := value(request.Params.InputResponses, "user_context", "context"); ok {
				return said(mcp.NewTextContent("The context is " + text)), nil
			}
			return server.NewInputRequestBuilder("").Elicit("user_context", form("What context should the prompt use?", "context", "string")).PromptResult(), nil
		})
}
