package lockfile

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Characters that begin a plain scalar by accident: a range such as >=2.24 reads
// as folded text, a glob such as *.pdf as an alias.
var (
	blockValue  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("^\\s*(?:-\\s+)*(?:\\w+:\\s+)?([>|*!&@%`].*)$") })
	flowValue   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("[\\[{,:]\\s*([>|*!&@%`][^,\\]}]*)") })
	blockHeader = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[>|][-+]?$`) })
)

// addQuoteAdvice says at problems of a manifest which value needs quotes, or that
// YAML is not indented with tabs.
func (p *problems) addQuoteAdvice(data []byte) {
	lines := bytes.Split(data, []byte("\n"))
	for i, problem := range p.list {
		if problem.Line < 1 || problem.Line > len(lines) {
			continue
		}
		if advice := quoteAdvice(strings.TrimRight(string(lines[problem.Line-1]), "\r")); advice != "" {
			p.list[i].Message += "; " + advice
		}
	}
}

// quoteAdvice is what to do about one line, or "".
func quoteAdvice(line string) string {
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	if strings.Contains(indent, "\t") {
		return "indent it with spaces, not tabs"
	}
	found := blockValue().FindStringSubmatch(line)
	if found == nil {
		found = flowValue().FindStringSubmatch(line)
	}
	if found == nil {
		return ""
	}
	value, _, _ := strings.Cut(found[1], " #")
	if value = strings.TrimSpace(value); blockHeader().MatchString(value) {
		return ""
	}
	return "put it in quotes: " + strconv.Quote(value)
}
