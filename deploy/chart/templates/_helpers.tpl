{{- define "pingkit.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end }}
{{- end }}

{{- define "pingkit.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "pingkit.labels" -}}
{{ include "pingkit.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "pingkit.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{- /* The host name at which clients reach the server. */ -}}
{{- define "pingkit.host" -}}
{{- (urlParse .Values.settings.PINGKIT_PUBLIC_URL).hostname }}
{{- end }}

{{- /* The labels of the Service that Prometheus finds the pods by. */ -}}
{{- define "pingkit.metricsSelector" -}}
{{ include "pingkit.selector" . }}
app.kubernetes.io/component: metrics
{{- end }}

{{- /* Refuse values with which the server would not start, not be reached or not be safe. */ -}}
{{- define "pingkit.check" -}}
{{- $keys := .Values.secret.keys -}}
{{- if not .Values.settings.PINGKIT_PUBLIC_URL -}}
{{- fail "set settings.PINGKIT_PUBLIC_URL to the address at which callers reach the server" -}}
{{- end -}}
{{- if not (or .Values.settings.PINGKIT_AUTH_ISSUER (has "PINGKIT_AUTH_TOKEN" $keys)) -}}
{{- fail "set settings.PINGKIT_AUTH_ISSUER, or add PINGKIT_AUTH_TOKEN to secret.keys: the server does not start without authorization" -}}
{{- end -}}
{{- if lt (int .Values.downloads.quotaMB) 1 -}}
{{- fail "set downloads.quotaMB to a number of megabytes, such as 2000" -}}
{{- end -}}
{{- if gt (int .Values.replicaCount) 1 -}}
{{- if not (and (has "PINGKIT_PLAN_KEY" $keys) (has "PINGKIT_PLAN_STORE" $keys)) -}}
{{- fail "several replicas need PINGKIT_PLAN_KEY and PINGKIT_PLAN_STORE in secret.keys; or set replicaCount to 1" -}}
{{- end -}}
{{- end -}}
{{- if and .Values.certificates.configMap (has "PINGKIT_CA" $keys) -}}
{{- fail "set certificates.configMap, or add PINGKIT_CA to secret.keys, not both" -}}
{{- end -}}
{{- if and .Values.ingress.enabled .Values.httpRoute.enabled -}}
{{- fail "enable ingress or httpRoute, not both" -}}
{{- end -}}
{{- if and (or .Values.ingress.enabled .Values.httpRoute.enabled) (urlParse .Values.settings.PINGKIT_PUBLIC_URL).path -}}
{{- if ne (urlParse .Values.settings.PINGKIT_PUBLIC_URL).path "/" -}}
{{- fail "ingress and httpRoute serve a PINGKIT_PUBLIC_URL without a path; for one with a path, make a route that removes it" -}}
{{- end -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "set httpRoute.parentRefs to the Gateway that serves the route" -}}
{{- end -}}
{{- if .Values.networkPolicy.enabled -}}
{{- if and (or .Values.ingress.enabled .Values.httpRoute.enabled) (not .Values.networkPolicy.from) -}}
{{- fail "set networkPolicy.from to the pods of the ingress controller or gateway" -}}
{{- end -}}
{{- if and .Values.serviceMonitor.enabled (not .Values.networkPolicy.metricsFrom) -}}
{{- fail "set networkPolicy.metricsFrom to the pods of Prometheus" -}}
{{- end -}}
{{- end -}}
{{- end }}
