package pingcentral

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"regexp"
	"slices"
	"strings"
	"sync"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/sanitize"
)

// answerLimit is what is read of an answer whose form is not documented, in
// bytes. It is looked through for a few words and then forgotten.
const answerLimit = 64 << 10

// answer is what came back from a write that was not refused for certain.
type answer struct {
	status  int            // 0: none came
	unclear string         // a success that may not be one: what it says, cleaned
	doubt   *connect.Error // no answer, or one that does not tell what happened
}

// done reports an answer that PingCentral documents as success.
func (a answer) done() bool { return a.doubt == nil && a.unclear == "" }

// failed reports an answer of PingCentral itself that it could not do what was
// asked. A gateway's (502, 504) and a time-out say nothing of what happened
// behind them.
func (a answer) failed() bool {
	return a.doubt != nil && a.doubt.Err == nil && a.doubt.Status >= 500 &&
		a.doubt.Status != http.StatusBadGateway && a.doubt.Status != http.StatusGatewayTimeout
}

// send makes the one attempt. Until the request is on its way, it ends with its
// caller. The error is a *NotDoneError.
func (s *Service) send(ctx context.Context, api *connect.PingCentral, p *Plan, secret string) (answer, error) {
	ctx, leave := untilSent(ctx)
	defer leave()
	ctx, cancel := context.WithTimeoutCause(ctx, s.patience.Send, fmt.Errorf("no answer within %s", s.patience.Send))
	defer cancel()
	var resp *http.Response
	var err error
	if p.Kind == KindPromote {
		r, _ := p.request.(PromoteRequest)
		body := pingcentral.PromotionRequest{RedirectURIs: r.RedirectURIs}
		if secret != "" {
			body.ClientSecret = &secret
		}
		resp, err = api.PromoteApplication(ctx, p.Application.ID, p.Target.ID, body)
	} else {
		resp, err = api.RevertApplication(ctx, p.Restores.ID, p.Application.ID)
	}
	if err == nil && resp.StatusCode/100 == 2 {
		defer resp.Body.Close()
		return answer{status: resp.StatusCode, unclear: unclear(resp)}, nil
	}
	err = connect.Check(resp, err)
	failure, ok := errors.AsType[*connect.Error](err)
	// A redirect may lead to a log-in, or to what was just made.
	if ok && (failure.InDoubt() || failure.Status/100 == 3) {
		return answer{status: failure.Status, doubt: failure}, nil
	}
	return answer{}, &NotDoneError{Act: p.act(), Next: p.next(failure), Err: err}
}

// untilSent returns a context that ends with parent until the headers of a
// request were written under it, and goes on alone afterwards. A connection may
// take seconds to be made.
func untilSent(parent context.Context) (ctx context.Context, leave func()) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(parent))
	stop := context.AfterFunc(parent, func() { cancel(context.Cause(parent)) })
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { stop() }})
	return ctx, func() { stop(); cancel(nil) }
}

// act names a write in a sentence.
func (p *Plan) act() string {
	if p.Target != nil {
		return fmt.Sprintf("promotion of %s to %s", quoted(p.Application.Name), quoted(p.Target.Name))
	}
	return fmt.Sprintf("revert of %s to the promotion %s", quoted(p.Application.Name), bare(p.Restores.ID))
}

// next is what to do about a refusal: what the documents say of it, or else what
// holds for every call.
func (p *Plan) next(e *connect.Error) string {
	if e == nil {
		return ""
	}
	r, _ := p.request.(PromoteRequest)
	switch e.Status {
	case http.StatusForbidden:
		if p.Shielded {
			return "application owners cannot promote to a shielded environment, an IAM administrator can"
		}
	case http.StatusNotFound:
		return "read the application and the environments again: one of them is gone"
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		switch {
		case p.Kind == KindRevert:
			return "read the application's history and choose a promotion that can be reverted to"
		case r.ClientSecretRef != "":
			return "a PingCentral can be set to refuse chosen client secrets: try without client_secret_ref (pingkit: --client-secret-ref)"
		case len(r.RedirectURIs) == 0:
			return "the authorization code and implicit grants need redirect URIs: give redirect_uris (pingkit: --redirect-uri URI)"
		}
		return "correct the redirect URIs in redirect_uris (pingkit: --redirect-uri URI), or what PingCentral says of the application, then try again"
	case http.StatusConflict:
		return "read the application and its history: somebody else may be changing it, or it may be done already; then try again"
	}
	if next := explain.Next(e); next != "" {
		return next
	}
	return "look at the application in PingCentral, where it can be done by hand, and in PingCentral's log"
}

// spoken are the properties of an answer that may say what became of the
// request. No other is shown: the answer may hold a generated secret.
var spoken = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(message|status|state|detail|(approval|promotion|request)(status|state|required))$`)
})

// waiting are words of a promotion that is yet to be approved.
var waiting = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\bpending|await|waiting|approval|\bto be approved|not approved|in review`)
})

// unclear returns what a success says that makes it doubtful, or "": 202, or a
// body that speaks of an approval to come (what PingCentral answers then is not
// documented), or a page in place of an answer, as a log-in in front of it gives.
func unclear(resp *http.Response) string {
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	if err != nil {
		return "" // the status came, and it is what counts
	}
	text := strings.TrimSpace(string(body))
	var fields map[string]any
	var says []string
	switch {
	case strings.HasPrefix(text, "<") || text != "" && strings.Contains(resp.Header.Get("Content-Type"), "html"):
		return fmt.Sprintf("%d with a web page", resp.StatusCode)
	case json.Unmarshal(body, &fields) == nil:
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if !spoken().MatchString(name) {
				continue
			}
			switch value := fields[name].(type) {
			case string:
				says = append(says, name+": "+value)
			case bool:
				if value {
					says = append(says, name)
				}
			}
		}
	}
	said := strings.Join(says, ", ")
	if resp.StatusCode != http.StatusAccepted && !waiting().MatchString(said) {
		return ""
	}
	if said == "" {
		return fmt.Sprintf("%d", resp.StatusCode)
	}
	// The removal of markup can change a secret beyond recognition, or bring one
	// to light, so secrets are taken out before it and after it.
	said = connect.Redact(resp, body, sanitize.FromHTML(connect.Redact(resp, body, said), 0))
	return fmt.Sprintf("%d and says %s", resp.StatusCode, quoted(said))
}
