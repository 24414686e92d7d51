package lockfile

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// The manifest is read from the syntax tree and not decoded into structs: each
// problem keeps its place, and a version such as 2.10 or 2.06 its spelling,
// which a YAML number would lose.

// maxNesting bounds how deep brackets nest, and lists within a line, for the
// parser takes the square of that in time and more. A manifest needs three.
const maxNesting = 64

// yamlReader walks the tree of one file.
type yamlReader struct {
	problems *problems
}

// root parses data and returns the node at its top, or nil with a problem.
func (r *yamlReader) root(data []byte) ast.Node {
	if nesting(data) > maxNesting {
		r.problems.addf(0, 0, "lists or brackets are nested more than %d deep", maxNesting)
		return nil
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		var syntax *yaml.SyntaxError
		if errors.As(err, &syntax) && syntax.Token != nil && syntax.Token.Position != nil {
			r.problems.addf(syntax.Token.Position.Line, syntax.Token.Position.Column, "not valid YAML: %s", syntax.Message)
		} else {
			r.problems.addf(0, 0, "not valid YAML: %v", err)
		}
		return nil
	}
	var top ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		if top != nil {
			r.at(doc.Body, "a manifest is one document; this is the second")
			return nil
		}
		top = doc.Body
	}
	if top == nil {
		r.problems.addf(0, 0, "the file is empty; a manifest has apiVersion, target and kits")
	}
	return top
}

// nesting returns how deep brackets nest, or the lists that begin in one line
// ("- - - x"), at most. Lists that begin in lines of their own need the square of
// their depth in bytes.
func nesting(data []byte) int {
	depth, deepest := 0, 0
	for line := range bytes.Lines(data) {
		begun := 0
		for rest := bytes.TrimLeft(line, " \t"); len(rest) > 1 && strings.IndexByte("-?", rest[0]) >= 0 && strings.IndexByte(" \t", rest[1]) >= 0; begun++ {
			rest = bytes.TrimLeft(rest[1:], " \t")
		}
		deepest = max(deepest, begun)
		for _, c := range line {
			switch c {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(depth-1, 0)
			}
			deepest = max(deepest, depth)
		}
	}
	return deepest
}

// at adds a problem at a node.
func (r *yamlReader) at(n ast.Node, format string, args ...any) {
	line, column := position(n)
	r.problems.addf(line, column, format, args...)
}

func position(n ast.Node) (line, column int) {
	var t *token.Token
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return position(n.Values[0].Key)
		}
		t = n.GetToken()
	case *ast.MappingValueNode:
		return position(n.Key)
	default:
		t = n.GetToken()
	}
	if t == nil || t.Position == nil {
		return 0, 0
	}
	return t.Position.Line, t.Position.Column
}

// mapping calls set for each key of a mapping, and names the keys that set does
// not know. What may stand in its place is told by what.
func (r *yamlReader) mapping(n ast.Node, what string, allowed []string, set func(key string, value ast.Node)) bool {
	var pairs []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		r.at(n, "%s must be a mapping with %s", what, strings.Join(allowed, ", "))
		return false
	}
	for _, pair := range pairs {
		key, isText := pair.Key.(*ast.StringNode)
		if !isText || !slices.Contains(allowed, key.Value) {
			got := strings.TrimSpace(pair.Key.String())
			if isText {
				got = key.Value // without the quotes that it may stand in
			}
			r.at(pair.Key, "%s", unknown("key", got, allowed))
			continue
		}
		set(key.Value, pair.Value)
	}
	return true
}

// list calls each for the items of a list. Nothing at all is an empty list only
// where it is written as [].
func (r *yamlReader) list(n ast.Node, what string, each func(ast.Node)) {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		r.at(n, "%s must be a list", what)
		return
	}
	for _, item := range sequence.Values {
		each(item)
	}
}

// text returns a scalar as it is written.
func (r *yamlReader) text(n ast.Node, what string) string {
	var s string
	switch n := n.(type) {
	case *ast.StringNode:
		s = n.Value
	case *ast.LiteralNode:
		s = n.Value.Value
	case *ast.IntegerNode:
		s = n.Token.Value
	case *ast.FloatNode:
		s = n.Token.Value
	case *ast.AliasNode, *ast.AnchorNode, *ast.TagNode:
		r.at(n, "%s must be plain text; anchors, aliases and tags are not read", what)
		return ""
	default:
		r.at(n, "%s must be text", what)
		return ""
	}
	if s = strings.TrimSpace(s); s == "" {
		r.at(n, "%s is empty", what)
	}
	return s
}

// texts returns a list of scalars.
func (r *yamlReader) texts(n ast.Node, what string, check func(string) error) []string {
	var list []string
	r.list(n, what, func(item ast.Node) {
		s := r.text(item, what)
		if s == "" {
			return
		}
		if err := check(s); err != nil {
			r.at(item, "%s: %v", what, err)
			return
		}
		list = append(list, s)
	})
	return list
}

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
