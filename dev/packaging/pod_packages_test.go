//go:build packages

package main

import (
	"encoding/json"
	"path"
	"strconv"
	"strings"
	"testing"
)

// deployment is the part of a Deployment that checkPod reads.
type deployment struct {
	Spec struct {
		Template struct {
			Spec struct {
				AutomountServiceAccountToken  *bool
				EnableServiceLinks            *bool
				TerminationGracePeriodSeconds int
				SecurityContext               struct {
					RunAsNonRoot bool
					RunAsUser    *int // absent: the cluster chooses
				}
				Containers []struct {
					Args      []string
					Lifecycle struct {
						PreStop struct{ Sleep struct{ Seconds int } }
					}
					Env             []struct{ Name, Value string }
					SecurityContext struct {
						ReadOnlyRootFilesystem   bool
						AllowPrivilegeEscalation *bool
						Capabilities             struct{ Drop []string }
					}
					VolumeMounts []struct {
						Name, MountPath string
						ReadOnly        bool
					}
				}
				Volumes []struct {
					Name     string
					EmptyDir struct{ SizeLimit string }
				}
			}
		}
	}
}

// checkPod requires that the pod has no privileges beyond its needs, that it mounts each file that it names, and that a model cannot
// name the server's own secrets.
func checkPod(t *testing.T, values string, object map[string]any) {
	t.Helper()
	encoded, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	var d deployment
	if err := json.Unmarshal(encoded, &d); err != nil {
		t.Fatal(err)
	}
	pod := d.Spec.Template.Spec
	c := pod.Containers[0]
	if pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken ||
		!pod.SecurityContext.RunAsNonRoot || pod.SecurityContext.RunAsUser != nil && *pod.SecurityContext.RunAsUser == 0 || !c.SecurityContext.ReadOnlyRootFilesystem ||
		c.SecurityContext.AllowPrivilegeEscalation == nil || *c.SecurityContext.AllowPrivilegeEscalation ||
		strings.Join(c.SecurityContext.Capabilities.Drop, ",") != "ALL" {
		t.Errorf("%s: the pod has more privileges than it needs: %s", values, encoded)
	}
	if pod.EnableServiceLinks == nil || *pod.EnableServiceLinks {
		t.Errorf("%s: variables named after Services reach the server", values)
	}
	grace := 0
	for _, arg := range c.Args {
		if seconds, found := strings.CutPrefix(arg, "--grace="); found {
			grace = numberIn(t, seconds, "s")
		}
	}
	if ending := c.Lifecycle.PreStop.Sleep.Seconds + grace; grace == 0 || pod.TerminationGracePeriodSeconds <= ending {
		t.Errorf("%s: the pod is killed after %d seconds, and calls may end after %d", values, pod.TerminationGracePeriodSeconds, ending)
	}
	volumes := map[string]bool{}
	for _, v := range pod.Volumes {
		volumes[v.Name] = true
		if v.Name == "downloads" && numberIn(t, v.EmptyDir.SizeLimit, "M") <= numberIn(t, c.Args[len(c.Args)-1], "--download-quota-mb=") {
			t.Errorf("%s: the pod is evicted at %s, before the server's quota of %v is reached", values, v.EmptyDir.SizeLimit, c.Args)
		}
	}
	mounts := map[string]string{}
	for _, m := range c.VolumeMounts {
		mounts[m.MountPath] = m.Name
		if !volumes[m.Name] || m.Name != "downloads" && !m.ReadOnly {
			t.Errorf("%s: mount %+v of the volumes %v", values, m, volumes)
		}
	}
	forModels := "/run/secrets/pingkit" // the setting's default
	for _, v := range c.Env {
		directory := v.Value
		switch {
		case v.Name == "PINGKIT_SECRETS_DIR":
			forModels = v.Value
		case strings.HasSuffix(v.Name, fileSuffix):
			directory = path.Dir(v.Value)
		case !strings.HasSuffix(v.Name, "_DIR"):
			continue
		}
		if mounts[directory] == "" {
			t.Errorf("%s: %s=%s is not mounted", values, v.Name, v.Value)
		}
	}
	if name := mounts[forModels]; name != "" && name != "application-secret" {
		t.Errorf("%s: %s is mounted where client_secret_ref reads", values, name)
	}
}

// numberIn parses a number with a unit or a flag around it.
func numberIn(t *testing.T, s, around string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.Replace(s, around, "", 1))
	if err != nil {
		t.Fatal(err)
	}
	return n
}
