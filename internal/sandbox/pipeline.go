package sandbox

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// system is what the pipeline needs to know of one simulated host.
type system struct {
	name       System
	mux        *http.ServeMux
	operations map[string]string // pattern with {} for each variable -> operation
	// refuse writes an error with that status in the system's own form.
	refuse func(w http.ResponseWriter, r *http.Request, status int)
	// admit checks what holds for every request, and answers itself when it refuses.
	admit func(w http.ResponseWriter, r *http.Request, operation string) bool
}

var variable = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{[^}]*\}`) })

// operation is the one at the request's method and path; allowed lists the methods of the path when only the method is wrong.
func (y system) operation(r *http.Request) (operation string, allowed []string) {
	find := func(method string) string {
		probe := *r
		probe.Method = method
		_, pattern := y.mux.Handler(&probe)
		if method == http.MethodHead && strings.HasPrefix(pattern, http.MethodGet+" ") {
			return "" // a mux serves HEAD wherever it serves GET
		}
		return y.operations[variable().ReplaceAllString(pattern, "{}")]
	}
	if found := find(r.Method); found != "" {
		return found, nil
	}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		if find(method) != "" {
			allowed = append(allowed, method)
		}
	}
	return "", allowed
}

// pipeline is the way of each request: log, fault, admission, handler.
func (s *Sandbox) pipeline(y system) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		operation, allowed := y.operation(r)
		fault, faulty := s.faults.take(y.name, operation)
		a := &answer{ResponseWriter: w, request: r, fault: fault, refuse: y.refuse}
		entry := s.log.add(y.name, operation, r, s.now())
		defer func() { s.log.finish(entry, a.status, a.sent) }()

		if faulty {
			if fault.After != nil {
				defer fault.After()
			}
			if fault.Before != nil {
				fault.Before()
			}
			pause(r, fault.Delay)
			if fault.DropBefore {
				panic(http.ErrAbortHandler)
			}
			if fault.Status != 0 && !fault.AfterEffect {
				a.writeFault()
				return
			}
			r = withFault(r, fault)
		}
		switch {
		case y.admit != nil && !y.admit(a, r, operation):
		case operation != "":
			y.mux.ServeHTTP(a, r)
		case len(allowed) > 0:
			a.Header().Set("Allow", strings.Join(allowed, ", "))
			y.refuse(a, r, http.StatusMethodNotAllowed)
		default:
			y.refuse(a, r, http.StatusNotFound)
		}
		if a.status == 0 {
			a.WriteHeader(http.StatusOK)
		}
	})
}

// Operations lists what each system answers, by operationId; "token", "centralToken" and "storage" have none.
func Operations() map[System][]string {
	return map[System][]string{
		Auth:        {"token", "centralToken"},
		Storage:     {"storage"},
		PingOneAPI:  slices.Sorted(maps.Values(pingOneOperations)),
		PingCentral: slices.Sorted(maps.Values(centralOperations)),
	}
}
