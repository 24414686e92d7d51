package main

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/mark3labs/mcp-go/mcp"

	"example.com/pingkit/internal/mcpserver"
)

// addWaiting adds a tool that ends only when it is cancelled, and one that tells
// how many calls of it did.
func addWaiting(s *mcpserver.Server) {
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
