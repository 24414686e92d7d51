package main

// disk: sync succeeds only where the tree is the lock's.
var disk = rule("a disk that fails makes no wrong tree",
	mutant{"a failed look is an absent file", "internal/install/disk.go",
		`	case err != nil:
		return state{}, diskError("looking at "+p, err)`,
		`	case err != nil:
		return state{kind: absent}, nil`,
		"internal/install TestSyncWithFailingCalls"},
	mutant{"every failed look is an obstacle", "internal/fsutil/blocked.go",
		`return ok && errors.Is(err, named.Err) && !isErrno(named.Err)`,
		`return ok && named != nil`,
		"internal/fsutil TestIsBlocked"},
	mutant{"an obstacle is not confirmed", "internal/fsutil/blocked.go",
		`if findErr != nil || why != "" {`,
		`if true {
			why = "a part of its path is a file"`,
		"internal/fsutil TestLstat"},
	mutant{"what changed meanwhile is no failure", "internal/install/sync.go",
		`return o.complain(j.left)`,
		`return nil`,
		"internal/install TestTargetChangedMeanwhile"},
)
