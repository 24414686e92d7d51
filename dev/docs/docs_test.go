package main

import "testing"

func TestReplace(t *testing.T) {
	const document = "# x\n<!-- a:begin -->\nold\n<!-- a:end -->\nmiddle\n<!-- b:begin --><!-- b:end -->\nend\n"
	got, err := replace(document, "a", "\nnew\n\n")
	const want = "# x\n<!-- a:begin -->\nnew\n<!-- a:end -->\nmiddle\n<!-- b:begin --><!-- b:end -->\nend\n"
	if err != nil || got != want {
		t.Errorf("replace = %q, %v", got, err)
	}
	if again, err := replace(got, "a", "new"); err != nil || again != got {
		t.Errorf("a second time gives %q, %v", again, err)
	}
	for _, broken := range []string{"", "<!-- a:begin -->", "<!-- a:end --><!-- a:begin -->"} {
		if _, err := replace(broken, "a", "x"); err == nil {
			t.Errorf("%q has no place for it, and no error came", broken)
		}
	}
}

func TestExcerptKeepsTheStory(t *testing.T) {
	const transcript = "A client starts.\n1. \"Promote it.\"\n   -> promote_application environment=\"Production\"\n     | PROMOTE \"Payroll\".\n     | Owners: x.\n   promoted: done\n   changed: x\nDone: 1 step"
	const want = "1. \"Promote it.\"\n   -> promote_application environment=\"Production\"\n     | PROMOTE \"Payroll\".\n   promoted: done"
	if got := excerpt(transcript); got != want {
		t.Errorf("excerpt:\n%s", got)
	}
}
