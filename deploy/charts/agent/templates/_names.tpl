{{- define "agent.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "agent.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "agent.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "agent.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "agent.selector" -}}
app.kubernetes.io/name: {{ include "agent.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* "managed-by: tandem" is for runs: whatever is counted and cleaned by it must never be a part of the agent. */}}
{{- define "agent.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "agent.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Takes (dict "top" $ "more" (dict …)): annotations in the metadata of an object, or nothing at all. */}}
{{- define "agent.annotations" -}}
{{- with merge (dict) (default (dict) .more) .top.Values.commonAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- end -}}

{{- define "agent.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "agent.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "agent.identity" -}}
{{- default (printf "%s-identity" (include "agent.fullname" .)) .Values.identity.existingSecret -}}
{{- end -}}

{{- define "agent.enrollmentSecret" -}}
{{- if .Values.enrollment.existingSecret -}}
{{- .Values.enrollment.existingSecret -}}
{{- else if .Values.enrollment.token -}}
{{- printf "%s-enrollment" (include "agent.fullname" .) -}}
{{- end -}}
{{- end -}}

{{- define "agent.catalogue" -}}
{{- default (printf "%s-connections" (include "agent.fullname" .)) .Values.connectionsConfigMap -}}
{{- end -}}

{{- define "agent.filesName" -}}
{{- printf "%s-files" (include "agent.fullname" .) -}}
{{- end -}}

{{- define "agent.filesSecret" -}}
{{- default (printf "%s-files-token" (include "agent.fullname" .)) .Values.files.existingSecret -}}
{{- end -}}

{{/* The namespaces of runs as JSON, to be read by fromJsonArray. */}}
{{- define "agent.runNamespaces" -}}
{{- if .Values.namespaces.runs -}}
{{- toJson .Values.namespaces.runs -}}
{{- else -}}
{{- toJson (list (printf "%s-runs" .Release.Namespace)) -}}
{{- end -}}
{{- end -}}

{{/* Takes (dict "image" … "top" $). A digest wins over a tag. */}}
{{- define "agent.image" -}}
{{- $name := .image.repository -}}
{{- if .image.registry }}{{ $name = printf "%s/%s" .image.registry .image.repository }}{{ end -}}
{{- if .image.digest -}}
{{- printf "%s@%s" $name .image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .top.Chart.AppVersion .image.tag) -}}
{{- end -}}
{{- end -}}

{{/* Secrets of connections, once each and in order, as JSON. */}}
{{- define "agent.connectionSecrets" -}}
{{- $names := list -}}
{{- range append .Values.connections .Values.artifactsStore -}}
{{- if .secret -}}{{- $names = append $names .secret.name -}}{{- end -}}
{{- end -}}
{{- toJson ($names | uniq | sortAlpha) -}}
{{- end -}}
