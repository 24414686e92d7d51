package connect

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"example.com/pingkit/internal/sanitize"
)

// errorBodyLimit bounds what is read of a refusal, in bytes; detailLimit how
// many of its details are kept, detailsLimit their length in all, in bytes, and
// valueLimit the length of a code or name.
const (
	errorBodyLimit = 64 << 10
	detailLimit    = 20
	detailsLimit   = 4000
	valueLimit     = 100
)

// refusal reads the error of an answer whose status is no success. PingOne's
// form is documented, a token endpoint's is RFC 6749's, a storage's is XML;
// PingCentral's is not known, so every plausible one is read.
func refusal(resp *http.Response, body []byte) *Error {
	e := newError(resp.Request)
	e.Sent = true
	e.Status = resp.StatusCode
	e.RetryAfter = retryAfter(resp)
	var own []string
	switch body = bytes.TrimSpace(body); {
	case len(body) == 0:
	case body[0] == '{', body[0] == '[':
		own = e.readJSON(body)
	case body[0] == '<':
		e.readMarkup(body)
	default:
		e.Message = string(body)
	}
	if location := resp.Header.Get("Location"); e.Message == "" && location != "" && e.Status/100 == 3 {
		e.Message = "the answer is a redirect, which is not followed"
		if to, err := url.Parse(location); err == nil && to.Host != "" {
			e.Message = "the answer is a redirect to " + to.Host + ", which is not followed"
		}
	}
	e.clean(resp.Request, own)
	return e
}

// clean takes secrets out of each text, own ones of the answer among them, and
// makes it plain. It looks twice: the removal of markup can change a secret
// beyond recognition, and one behind markup or invisible characters is seen only
// after it. The text is cut last: half a secret would not be found.
func (e *Error) clean(req *http.Request, own []string) {
	tidy := func(text *string, limit int) {
		plain := sanitize.FromHTML(redact(req, *text, own...), 0)
		*text = sanitize.Line(redact(req, plain, own...), limit)
	}
	tidy(&e.Code, valueLimit)
	tidy(&e.RequestID, valueLimit)
	tidy(&e.Message, messageLimit)
	left := detailsLimit
	for i := range e.Details {
		d := &e.Details[i]
		tidy(&d.Code, valueLimit)
		tidy(&d.Target, valueLimit)
		tidy(&d.Message, messageLimit)
		for _, list := range [][]string{d.SupportedAttributes, d.SupportedOperators} {
			for j := range list {
				tidy(&list[j], valueLimit)
			}
		}
		if left -= len(d.String()); left < 0 {
			e.Details = e.Details[:i]
			return
		}
	}
}

// readMarkup reads a storage's <Error>, and takes anything else for a page.
func (e *Error) readMarkup(body []byte) {
	var storage struct {
		XMLName xml.Name
		Code    string
		Message string
	}
	if err := xml.Unmarshal(body, &storage); err == nil && storage.XMLName.Local == "Error" {
		e.Code, e.Message = storage.Code, storage.Message
		return
	}
	e.Message = string(body) // clean takes the markup out
}

// readJSON takes what it recognises, and returns what the body itself calls
// secret. A body that breaks off, or that has none of the keys, gives no message:
// it would be shown as it came.
func (e *Error) readJSON(body []byte) (own []string) {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return nil
	}
	root, ok := value.(map[string]any)
	if !ok {
		root = map[string]any{"errors": value}
	}
	if nested, ok := root["error"].(map[string]any); ok {
		root = nested
	}
	oauth := text(root, "error")
	e.Code = text(root, "code", "errorCode", "resultId")
	e.RequestID = text(root, "id")
	e.Message = text(root, "message", "userMessage", "error_description", "errorMessage", "developerMessage", "detail", "description", "title")
	if e.Code == "" && !strings.Contains(oauth, " ") {
		e.Code = oauth
	}
	if e.Message == "" && e.Code != oauth {
		e.Message = oauth
	}
	for _, key := range []string{"details", "errors", "validationErrors", "flash"} {
		e.addDetails(root[key])
	}
	e.addForm(root["form"])
	if e.Message == "" && len(e.Details) > 0 {
		e.Message = e.Details[0].Message
	}
	e.Details = slices.DeleteFunc(e.Details, func(d ErrorDetail) bool {
		return d.Code == "" && d.Target == "" && d.Message == e.Message // says nothing more
	})
	return namedSecrets(value)
}

func (e *Error) addDetails(value any) {
	list, ok := value.([]any)
	if !ok && value != nil {
		list = []any{value}
	}
	for _, item := range list {
		if len(e.Details) == detailLimit {
			return
		}
		switch item := item.(type) {
		case string:
			e.Details = append(e.Details, ErrorDetail{Message: item})
		case map[string]any:
			inner, _ := item["innerError"].(map[string]any)
			d := ErrorDetail{
				Code:                text(item, "code", "errorCode", "errorId"),
				Target:              text(item, "target", "fieldPath", "field"),
				Message:             text(item, "message", "userMessage", "developerMessage", "defaultMessage", "detail", "description"),
				SupportedAttributes: texts(inner["supportedAttributes"]),
				SupportedOperators:  texts(inner["supportedOperators"]),
			}
			if d.Code != "" || d.Target != "" || d.Message != "" {
				e.Details = append(e.Details, d)
			}
		}
	}
}

// addForm adds the faults of a form, as PingAccess names them: texts by the path
// of their field.
func (e *Error) addForm(value any) {
	form, ok := value.(map[string]any)
	if !ok {
		e.addDetails(value)
		return
	}
	for _, field := range slices.Sorted(maps.Keys(form)) {
		first := len(e.Details)
		e.addDetails(form[field])
		for i := first; i < len(e.Details); i++ {
			if d := &e.Details[i]; d.Target == "" {
				d.Target = field
			}
		}
	}
}

// text returns the first of the keys that holds a text or number.
func text(object map[string]any, keys ...string) string {
	for _, key := range keys {
		switch value := object[key].(type) {
		case string:
			if strings.TrimSpace(value) != "" {
				return value
			}
		case float64:
			return strconv.FormatFloat(value, 'f', -1, 64)
		}
	}
	return ""
}

func texts(value any) []string {
	list, _ := value.([]any)
	var found []string
	for _, item := range list[:min(len(list), detailLimit)] {
		if value, ok := item.(string); ok {
			found = append(found, value)
		}
	}
	return found
}
