package tools

import (
	"slices"

	"github.com/mark3labs/mcp-go/mcp"
)

// NeedsApproval reports whether a tool does its work only after an approval.
func NeedsApproval(tool string) bool { return slices.Contains(ScopesOf(tool), AppsWrite) }

// ApprovalOf says what became of the approval that a call needed, for logs and
// metrics: promoted, reverted or unknown after one; or why there is none:
// confirmation_required, approval_required, or the reason of a result. It is
// empty where the answer is an error or a question.
func ApprovalOf(result *mcp.CallToolResult) string {
	if result == nil {
		return ""
	}
	write, ok := result.StructuredContent.(*writeResult)
	if !ok {
		return ""
	}
	if write.Reason != "" {
		return write.Reason
	}
	return write.Status
}
