package pingcentral

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/pingkit/connect"
)

// foreign is a PingCentral that follows the documents and not our sandbox: ids
// of its own, and each form that the documents leave open.
type foreign struct {
	*httptest.Server

	mu   sync.Mutex
	apps []object
	envs []object
	rows map[string][]object
	log  []string // method and path of every request
	sent [][]byte // bodies of writes

	bare         bool   // lists come bare
	pageSize     int    // 0: paging is ignored
	pageEnd      int    // status behind the last page; 0: an empty page
	noSingle     int    // status of reading one application
	writeStatus  int    // 0: 200
	writeBody    string // of a write
	writeType    string // its content type
	effect       bool   // whether a write does what it says
	before       func() // runs before the effect of a write
	after        func(http.ResponseWriter)
	readFault    func(w http.ResponseWriter, r *http.Request) bool // may answer a read instead
	modifiedNext string
}

type object = map[string]any

const (
	payrollID    = "app:payroll-1"
	productionID = "env-prod"
)

func newForeign(t *testing.T) *foreign {
	t.Helper()
	f := &foreign{
		apps: []object{
			{"id": payrollID, "name": "Payroll", "type": "OAuth", "applicationOwners": []string{"ada", "bob"}, "applicationOwnerGroups": []string{"hr"},
				"environmentId": "env-dev", "templateId": nil, "modified": "2026-01-02T03:04:05Z", "enabled": true, "clientJson": object{"grantTypes": []string{"AUTHORIZATION_CODE"}}},
			{"id": "6f1b3a52-0c4d-4a6e-9d2f-5b7c8e9f0a1b", "name": "Travel", "type": "OIDC", "applicationOwners": []string{"eve"}, "templateId": "tpl-1", "environmentId": nil},
			{"id": "app-wiki", "name": "Wiki", "type": "SAML_20_SP", "applicationOwners": nil, "environmentId": "env-dev"},
			{"id": "app-proxy", "name": "Proxy", "type": "PINGACCESS", "applicationOwners": []string{}, "environmentId": "env-dead"},
			{"id": "app-new", "name": "Quantum", "type": "OAUTH_3", "applicationOwners": []string{}},
		},
		envs: []object{
			{"id": "env-dev", "name": "Development", "shortCode": "DEV", "shielded": false, "environmentAvailability": "ONLINE", "pfPassword": "pf-hunter2"},
			{"id": "env-test", "name": "Test", "shortCode": "TST", "shielded": false, "pfClientSecret": "pf-hunter2"},
			{"id": productionID, "name": "Production", "shortCode": "PROD", "shielded": true, "environmentAvailability": "online", "paPassword": "pa-hunter2"},
			{"id": "env-off", "name": "Disaster Recovery", "shortCode": "DR", "shielded": false, "environmentAvailability": "OFFLINE"},
		},
		rows: map[string][]object{payrollID: {
			row("h1", "env-test", "2026-01-01T10:00:00Z", nil),
			row("h3", "env-test", "2026-01-03T10:00:00Z", nil),
			row("h2", "env-dead", "2026-01-02T10:00:00Z", object{"environmentName": "Staging", "environmentShortCode": "STG"}),
			row("h0", "env-test", "2025-01-01T10:00:00Z", object{"outdatedVersion": true}),
		}},
		effect: true, writeType: "application/json", modifiedNext: "2026-02-02T02:02:02Z",
	}
	f.Server = httptest.NewTLSServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

func row(id, environment, promoted string, more object) object {
	o := object{"id": id, "applicationId": payrollID, "environmentId": environment, "name": "Payroll", "type": "OAuth", "promoted": promoted}
	maps.Copy(o, more)
	return o
}

func (f *foreign) client(t *testing.T) func() (*connect.PingCentral, error) {
	t.Helper()
	api, err := connect.NewPingCentral(connect.PingCentralSettings{
		URL: f.URL, Username: "Administrator", Password: "2Federate",
		CACertificates: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.Certificate().Raw}),
	}, connect.WithRetryBudget(0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(api.CloseIdleConnections)
	return func() (*connect.PingCentral, error) { return api, nil }
}

func (f *foreign) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	f.mu.Lock()
	f.log = append(f.log, r.Method+" "+r.URL.Path)
	fault, apps, envs := f.readFault, f.apps, f.envs
	f.mu.Unlock()
	if r.Header.Get("X-XSRF-Header") != "PASS" {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/api/v1/")
	parts := strings.Split(path, "/")
	if r.Method == http.MethodGet && fault != nil && fault(w, r) {
		return
	}
	switch {
	case r.Method == http.MethodGet && path == "applications":
		f.list(w, r, apps)
	case r.Method == http.MethodGet && path == "environments":
		f.list(w, r, envs)
	case r.Method == http.MethodGet && strings.HasPrefix(path, "applications/promotion/history/"):
		f.mu.Lock()
		rows := slices.Clone(f.rows[parts[3]])
		f.mu.Unlock()
		f.list(w, r, rows)
	case r.Method == http.MethodGet && len(parts) == 2:
		f.single(w, parts[1])
	case r.Method == http.MethodPost && strings.HasPrefix(path, "applications/promotion/"):
		f.write(w, body, func() {
			id := "new-" + strconv.Itoa(len(f.log))
			f.rows[parts[2]] = append(f.rows[parts[2]], object{"id": id, "applicationId": parts[2], "environmentId": parts[3], "name": "x", "type": "OAuth",
				"promoted": time.Now().UnixMilli()})
		})
	case r.Method == http.MethodPut && len(parts) == 6 && parts[4] == "restore":
		f.write(w, body, func() {
			for _, app := range f.apps {
				if app["id"] == parts[5] {
					app["modified"] = f.modifiedNext
				}
			}
		})
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (f *foreign) write(w http.ResponseWriter, body []byte, effect func()) {
	f.mu.Lock()
	f.sent = append(f.sent, body)
	before, after := f.before, f.after
	f.mu.Unlock()
	if before != nil {
		before()
	}
	f.mu.Lock()
	if f.effect {
		effect()
	}
	status, text, kind := f.writeStatus, f.writeBody, f.writeType
	f.mu.Unlock()
	if after != nil {
		after(w)
		return
	}
	if status == 0 {
		status = http.StatusOK
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	if status != http.StatusNoContent {
		io.WriteString(w, text)
	}
}

func (f *foreign) single(w http.ResponseWriter, id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.noSingle != 0 {
		w.WriteHeader(f.noSingle)
		return
	}
	for _, app := range f.apps {
		if app["id"] == id {
			f.answer(w, app)
			return
		}
	}
	w.WriteHeader(http.StatusNotFound)
}

func (f *foreign) list(w http.ResponseWriter, r *http.Request, items []object) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if page, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil && f.pageSize > 0 {
		from := min(page*f.pageSize, len(items))
		if from == len(items) && page > 0 && f.pageEnd != 0 {
			w.WriteHeader(f.pageEnd)
			return
		}
		items = items[from:min(from+f.pageSize, len(items))]
	}
	if f.bare {
		f.answer(w, items)
		return
	}
	f.answer(w, object{"items": items})
}

func (f *foreign) answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(v); err != nil {
		panic(err)
	}
	w.Write(b.Bytes())
}

// change alters the server's state or forms between two calls.
func (f *foreign) change(edit func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	edit()
}

// requests returns how many requests of a method came.
func (f *foreign) requests(method string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, line := range f.log {
		if strings.HasPrefix(line, method+" ") {
			n++
		}
	}
	return n
}

// writes returns the lines of the log that changed something.
func (f *foreign) writes() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(f.log), func(line string) bool { return strings.HasPrefix(line, "GET ") })
}

func (f *foreign) forget() { f.change(func() { f.log, f.sent = nil, nil }) }

// hasty are waits that a test can afford.
var hasty = Patience{Read: 5 * time.Second, Send: 5 * time.Second, Settle: 1200 * time.Millisecond, Confirm: 400 * time.Millisecond}

// service returns a Service for f that audits to nowhere, changed by edits.
func (f *foreign) service(t *testing.T, edits ...func(*Options)) *Service {
	t.Helper()
	o := Options{Patience: hasty, Audit: NewAudit(io.Discard, "")}
	for _, edit := range edits {
		edit(&o)
	}
	return New(f.client(t), o)
}
