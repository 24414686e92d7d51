package mcpserver

import (
	"context"
	"encoding/json"

	"github.com/mark3labs/mcp-go/mcp"

	"example.com/pingkit/internal/tools"
)

// The templates of the resources.
const (
	applicationURI = "pingkit://applications/{id}"
	historyURI     = "pingkit://applications/{id}/history"
	kitURI         = "pingkit://kits/{integration}/{version}"
	kitFileURI     = "pingkit://kits/{integration}/{version}/files/{+path}"
)

// addResources adds what a person attaches to a conversation.
func (s *Server) addResources(d *tools.Deps) {
	s.addResource(applicationURI, "application", "PingCentral application",
		"An application, by id or name, and its newest promotions",
		func(ctx context.Context, value func(string) string) (any, error) {
			return tools.ReadApplication(ctx, d, value("id"))
		})
	s.addResource(historyURI, "application_history", "Promotion history",
		"The promotions of an application, newest first",
		func(ctx context.Context, value func(string) string) (any, error) {
			return tools.ReadHistory(ctx, d, value("id"))
		})
	s.addResource(kitURI, "kit_contents", "Contents of an integration kit",
		"The files in the kit of a version, which is downloaded if it is not there yet",
		func(ctx context.Context, value func(string) string) (any, error) {
			return tools.ReadKit(ctx, d, value("integration"), value("version"))
		})
	s.addText(kitFileURI, "kit_file", "File in an integration kit",
		"The text of a file of at most 256 KiB in the kit of a version", "text/plain",
		func(ctx context.Context, value func(string) string) (string, error) {
			return tools.ReadKitFile(ctx, d, value("integration"), value("version"), value("path"))
		})
}

// addResource adds a template whose resources are JSON. read gets the values of
// the template's variables by their names.
func (s *Server) addResource(uri, name, title, description string, read func(context.Context, func(string) string) (any, error)) {
	s.addText(uri, name, title, description, "application/json", func(ctx context.Context, value func(string) string) (string, error) {
		content, err := read(ctx, value)
		if err != nil {
			return "", err
		}
		text, err := json.Marshal(content)
		return string(text), err
	})
}

// addText is addResource for resources of any text.
func (s *Server) addText(uri, name, title, description, mimeType string, read func(context.Context, func(string) string) (string, error)) {
	template := mcp.NewResourceTemplate(uri, name, mcp.WithTemplateDescription(description), mcp.WithTemplateMIMEType(mimeType))
	template.Title = title
	s.AddResourceTemplate(template, func(ctx context.Context, request mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
		var text string
		err := s.guarded(ctx, mcp.MethodResourcesRead, "resource read", func(ctx context.Context) (err error) {
			text, err = read(ctx, func(variable string) string { return valueOf(request, variable) })
			return err
		})
		if err != nil {
			return nil, err
		}
		return []mcp.ResourceContents{mcp.TextResourceContents{URI: request.Params.URI, MIMEType: mimeType, Text: text}}, nil
	})
}

// valueOf returns the value of a template's variable in the address of a
// request; mcp-go has decoded it.
func valueOf(request mcp.ReadResourceRequest, variable string) string {
	values, _ := request.Params.Arguments[variable].([]string)
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
