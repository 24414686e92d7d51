package main

import (
	"context"
	"fmt"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/mcpserver"
)

const description = "A fixture of the conformance suite"

func messages(content ...mcp.Content) *mcp.GetPromptResult {
	result := &mcp.GetPromptResult{}
	for _, c := range content {
		result.Messages = append(result.Messages, mcp.NewPromptMessage(mcp.RoleUser, c))
	}
	return result
}

// addPrompt adds a prompt with required arguments.
func addPrompt(s *mcpserver.Server, name string, arguments []string, get func(mcp.GetPromptParams) *mcp.GetPromptResult) {
	options := []mcp.PromptOption{mcp.WithPromptDescription(description)}
	for _, argument := range arguments {
		options = append(options, mcp.WithArgument(argument, mcp.RequiredArgument()))
	}
	s.AddPrompt(mcp.NewPrompt(name, options...), func(_ context.Context, request mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
		return get(request.Params), nil
	})
}

func simplePrompt(mcp.GetPromptParams) *mcp.GetPromptResult {
	return messages(mcp.NewTextContent("This is a simple prompt for testing."))
}

func addPrompts(s *mcpserver.Server) {
	addPrompt(s, "test_simple_prompt", nil, simplePrompt)
	addPrompt(s, "test_prompt_with_arguments", []string{"arg1", "arg2"}, func(p mcp.GetPromptParams) *mcp.GetPromptResult {
		return messages(mcp.NewTextContent(fmt.Sprintf("Prompt with arguments: arg1='%s', arg2='%s'", p.Arguments["arg1"], p.Arguments["arg2"])))
	})
	addPrompt(s, "test_prompt_with_embedded_resource", []string{"resourceUri"}, func(p mcp.GetPromptParams) *mcp.GetPromptResult {
		return messages(mcp.NewEmbeddedResource(mcp.TextResourceContents{
			URI: p.Arguments["resourceUri"], MIMEType: "text/plain", Text: "Embedded resource content for testing.",
		}), mcp.NewTextContent("Please process the embedded resource above."))
	})
	addPrompt(s, "test_prompt_with_image", nil, func(mcp.GetPromptParams) *mcp.GetPromptResult {
		return messages(mcp.NewImageContent(onePixel, "image/png"), mcp.NewTextContent("Please analyze the image above."))
	})
	s.AddPrompt(mcp.NewPrompt("test_input_required_result_prompt", mcp.WithPromptDescription(description)),
		func(_ context.Context, request mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
			if text, ok := value(request.Params.InputResponses, "user_context", "context"); ok {
				return messages(mcp.NewTextContent("The context is " + text)), nil
			}
			return server.NewInputRequestBuilder("").Elicit("user_context", form("What context should the prompt use?", "context", "string")).PromptResult(), nil
		})
}

func addResources(s *mcpserver.Server) {
	for uri, content := range map[string]mcp.ResourceContents{
		"test://static-text":      mcp.TextResourceContents{URI: "test://static-text", MIMEType: "text/plain", Text: "This is the content of the static text resource."},
		"test://static-binary":    mcp.BlobResourceContents{URI: "test://static-binary", MIMEType: "image/png", Blob: onePixel},
		"test://watched-resource": mcp.TextResourceContents{URI: "test://watched-resource", MIMEType: "text/plain", Text: "watched"},
	} {
		s.AddResource(mcp.NewResource(uri, uri[len("test://"):], mcp.WithResourceDescription(description)),
			func(context.Context, mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
				return []mcp.ResourceContents{content}, nil
			})
	}
	s.AddResourceTemplate(mcp.NewResourceTemplate("test://template/{id}/data", "template", mcp.WithTemplateDescription(description)),
		func(_ context.Context, request mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
			ids, ok := request.Params.Arguments["id"].([]string)
			if !ok || len(ids) == 0 {
				ids = []string{""}
			}
			return []mcp.ResourceContents{mcp.TextResourceContents{
				URI: request.Params.URI, MIMEType: "application/json",
				Text: fmt.Sprintf(`{"id":%q,"templateTest":true,"data":"Data for ID: %s"}`, ids[0], ids[0]),
			}}, nil
		})
}
