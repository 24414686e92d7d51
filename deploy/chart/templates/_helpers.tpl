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

{{- /* What would start and then fail, or be unsafe, is refused here. */ -}}
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
{{- end }}
