package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// mutant is a safety rule broken on purpose, in one place.
type mutant struct {
	what string // how the rule is broken
	file string // below the module's root
	old  string // stands in the file exactly once
	new  string
	// tests should notice: a package below the module's root, a space, and a
	// pattern of test names.
	tests string
}

// section are the mutants of one rule.
type section struct {
	rule    string
	mutants []mutant
}

func rule(name string, mutants ...mutant) section { return section{name, mutants} }

// sections are all mutants.
func sections() []section {
	return []section{
		tokenOrigin, digests, archives, directories, approval, policy, once, reread, audit, due, seals, texts, secrets, overHTTP,
	}
}

// suite is a part of a package's tests.
type suite struct {
	pkg string // as the go command takes it, relative to the module's root
	run string // pattern of test names; empty means all
}

// suite returns the tests that should notice.
func (m mutant) suite() suite {
	pkg, run, _ := strings.Cut(m.tests, " ")
	return suite{"./" + pkg, run}
}

// check reports what is wrong with the entry itself.
func (m mutant) check() error {
	s := m.suite()
	if _, err := regexp.Compile(s.run); err != nil || s.run == "" {
		return fmt.Errorf("%q is no package and pattern of tests", m.tests)
	}
	if m.old == m.new {
		return errors.New("it changes nothing")
	}
	return nil
}

// mutated returns the file of the mutant with its rule broken. A text that does
// not stand there exactly once is an error: the table is out of date then, and
// says nothing of the rule.
func (m mutant) mutated(root string) ([]byte, error) {
	source, err := os.ReadFile(filepath.Join(root, m.file))
	if err != nil {
		return nil, err
	}
	if n := strings.Count(string(source), m.old); n != 1 {
		return nil, fmt.Errorf("the text to change stands in %s %d times, not once: bring the table up to date", m.file, n)
	}
	return []byte(strings.Replace(string(source), m.old, m.new, 1)), nil
}

// matching returns the sections with those mutants alone whose rule, file or
// words match the pattern.
func matching(all []section, pattern *regexp.Regexp) []section {
	var some []section
	for _, s := range all {
		s.mutants = slices.DeleteFunc(slices.Clone(s.mutants), func(m mutant) bool {
			return !pattern.MatchString(s.rule + ": " + m.what + " (" + m.file + ")")
		})
		if len(s.mutants) > 0 {
			some = append(some, s)
		}
	}
	return some
}
