package mcpserver

import (
	"context"
	"fmt"

	"github.com/mark3labs/mcp-go/mcp"

	"example.com/pingkit/internal/sanitize"
)

// prompt is what a person picks from a menu instead of typing it.
type prompt struct {
	name, title, description string
	arguments                []mcp.PromptArgument
	text                     func(value func(name, otherwise string) string) string
}

// prompts are all there are. An argument that is left out is asked for in the
// conversation.
var prompts = []prompt{
	{
		name: "retrieve_kit", title: "Retrieve an integration kit",
		description: "Find a kit in PingOne's catalog, download and verify it",
		arguments: []mcp.PromptArgument{
			{Name: "integration", Description: "name or id of the integration", Required: true},
			{Name: "version", Description: "number, or latest"},
		},
		text: func(value func(name, otherwise string) string) string {
			return fmt.Sprintf("Get me the integration kit %s, version %s. Look up its versions with list_versions first, and tell me what "+
				"PingFederate versions it works with. Then download it with download_asset. Tell me where the file is, its size, its sha256, "+
				"who vouches for it and which jars it holds. If the name is ambiguous, show me the candidates and let me choose.",
				value("integration", "(ask me which)"), value("version", "latest"))
		},
	},
	{
		name: "promote_application", title: "Promote an application",
		description: "Promote a PingCentral application to an environment, after a look at both",
		arguments: []mcp.PromptArgument{
			{Name: "application", Description: "name or id of the application", Required: true},
			{Name: "environment", Description: "name, short code or id of the target", Required: true},
		},
		text: func(value func(name, otherwise string) string) string {
			return fmt.Sprintf("Promote the application %s to the environment %s in PingCentral. First read the application with "+
				"get_application and tell me where it is and what was promoted last. If it needs redirect URIs, ask me for them. "+
				"Then call promote_application. I decide by its plan: show me all of it if you are given one, and never confirm it for me. "+
				"Tell me what became of it, in the words of the answer.",
				value("application", "(ask me which)"), value("environment", "(ask me which)"))
		},
	},
	{
		name: "revert_application", title: "Revert an application",
		description: "Take a PingCentral application back to an earlier promotion",
		arguments: []mcp.PromptArgument{
			{Name: "application", Description: "name or id of the application", Required: true},
			{Name: "promotion", Description: "id of the promotion, or previous"},
		},
		text: func(value func(name, otherwise string) string) string {
			return fmt.Sprintf("Revert the application %s in PingCentral to the promotion %s. First show me its history with get_application, "+
				"and which rows can be reverted to. Then call revert_application. I decide by its plan: show me all of it if you are given one, "+
				"and never confirm it for me. Remind me that nothing is live until the application is promoted again.",
				value("application", "(ask me which)"), value("promotion", "previous"))
		},
	},
}

func (s *Server) addPrompts() {
	for _, p := range prompts {
		s.AddPrompt(mcp.Prompt{Name: p.name, Title: p.title, Description: p.description, Arguments: p.arguments},
			func(_ context.Context, request mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
				text := p.text(func(name, otherwise string) string {
					if given := sanitize.Line(request.Params.Arguments[name], 200); given != "" {
						return fmt.Sprintf("%q", given)
					}
					return otherwise
				})
				return &mcp.GetPromptResult{
					Description: p.description,
					Messages:    []mcp.PromptMessage{mcp.NewPromptMessage(mcp.RoleUser, mcp.NewTextContent(text))},
				}, nil
			})
	}
}
