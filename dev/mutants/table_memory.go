package main

// memory: JSON answers have one bound together.
var memory = rule("answers have one bound together",
	mutant{"every call may go beyond the room", "connect/memory.go",
		`		if h.memory.beyond.Acquire(ctx, 1) != nil {`,
		`		if ctx.Err() != nil {`,
		"connect TestMemoryOfAnswers"},
	mutant{"one call has no limit", "connect/memory.go",
		`	bytes = min(bytes, callLimit-held)
`,
		``,
		"connect TestMemoryOfAnswers"},
	mutant{"what is decoded is not counted", "connect/document.go",
		`	if c.own {`,
		`	if c.answers != nil {`,
		"connect TestAnswersHaveABound"},
	mutant{"an answer that broke off keeps its memory", "connect/document.go",
		`defer func() { this.answers.give(reserved - int64(len(document))) }()`,
		`defer func() { this.answers.give(min(reserved-1, reserved-int64(len(document)))) }()`,
		"connect TestMemoryIsGivenBack|TestMemoryOfAnswers"},
	mutant{"PingCentral's applications are not counted while they are held", "internal/pingcentral/applications.go",
		`	ctx, release := connect.KeepAnswers(ctx)
	defer release()
	limit := q.Limit
`,
		`	limit := q.Limit
`,
		"internal/pingcentral TestListsThatAreHeldCount"},
)
