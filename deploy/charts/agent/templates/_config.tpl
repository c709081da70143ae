{{/* The agent's configuration, as one JSON file (agent/src/config.ts). */}}
{{- define "agent.config" -}}
{{- $v := .Values -}}
{{- $controlPlane := dict "sessions" $v.controlPlane.sessions -}}
{{- if $v.controlPlane.url }}{{ $_ := set $controlPlane "url" $v.controlPlane.url }}{{ end -}}
{{- if $v.controlPlane.caSecret }}{{ $_ := set $controlPlane "caFile" (printf "../ca/%s" $v.controlPlane.caKey) }}{{ end -}}
{{- $defaults := dict -}}
{{- range $key, $value := $v.runs.defaults }}{{ if $value }}{{ $_ := set $defaults $key $value }}{{ end }}{{ end -}}
{{- $ttl := dict -}}
{{- range $key, $value := $v.runs.ttl }}{{ if not (kindIs "invalid" $value) }}{{ $_ := set $ttl $key (int64 $value) }}{{ end }}{{ end -}}
{{- $helper := dict
  "image" (include "agent.image" (dict "image" $v.helpers.image "top" .))
  "pullPolicy" $v.helpers.image.pullPolicy
  "resources" (dict "init" $v.helpers.init.resources "collector" $v.helpers.collector.resources)
  "sleepSeconds" (int64 $v.helpers.collector.sleepInterval)
  "syncSeconds" (int64 $v.helpers.collector.syncInterval) -}}
{{- $kubernetes := dict
  "namespace" .Release.Namespace
  "identitySecret" (include "agent.identity" .)
  "lease" (include "agent.fullname" .)
  "serviceAccount" $v.runs.serviceAccount.name
  "helper" $helper
  "defaults" $defaults
  "kinds" $v.kinds
  "ttl" $ttl -}}
{{- if $v.files.enabled -}}
{{- $namespace := index (fromJsonArray (include "agent.runNamespaces" .)) 0 -}}
{{- $_ := set $kubernetes "files" (dict
  "enabled" true
  "url" (printf "http://%s.%s.svc:8080" (include "agent.filesName" .) $namespace)
  "tokenFile" "../files-token/token") -}}
{{- end -}}
{{- $config := dict
  "controlPlane" $controlPlane
  "executor" "kubernetes"
  "namespaces" (fromJsonArray (include "agent.runNamespaces" .))
  "catalogueFile" "../catalogue/catalogue.yaml"
  "masking" $v.agent.masking
  "graceSeconds" (int64 $v.agent.graceSeconds)
  "logLevel" $v.agent.logLevel
  "compat" $v.compat
  "health" (dict "host" "*" "port" 8080 "metrics" $v.metrics.enabled)
  "kubernetes" $kubernetes
  "policy" $v.policy -}}
{{- if (include "agent.enrollmentSecret" .) }}{{ $_ := set $config "enrolment" (dict "tokenFile" "../enrollment/token") }}{{ end -}}
{{- if not (kindIs "invalid" $v.agent.capacity) }}{{ $_ := set $config "capacity" (int64 $v.agent.capacity) }}{{ end -}}
{{ toPrettyJson $config }}
{{- end -}}

{{/* What the schema cannot say, in sentences. */}}
{{- define "agent.check" -}}
{{- $v := .Values -}}
{{- if not $v.controlPlane.sessions -}}
{{- fail "\n\nSet controlPlane.sessions to the host:port of the control plane's sessions (gRPC)." -}}
{{- end -}}
{{- if and $v.connectionsConfigMap (or $v.connections $v.artifactsStore) -}}
{{- fail "\n\nGive connectionsConfigMap, or connections and artifactsStore, not both." -}}
{{- end -}}
{{- if and $v.enrollment.token $v.enrollment.existingSecret -}}
{{- fail "\n\nGive enrollment.token or enrollment.existingSecret, not both." -}}
{{- end -}}
{{- if and $v.metrics.serviceMonitor.enabled (not $v.metrics.enabled) -}}
{{- fail "\n\nmetrics.serviceMonitor needs metrics.enabled: without it there is nothing to read." -}}
{{- end -}}
{{- if has .Release.Namespace (fromJsonArray (include "agent.runNamespaces" .)) -}}
{{- fail (printf "\n\nRuns must not live in %q, the namespace of the release: whoever may start a run there could read the agent's key." .Release.Namespace) -}}
{{- end -}}
{{- if and (eq $v.agent.masking "values") $v.connectionsConfigMap -}}
{{- fail "\n\nagent.masking \"values\" needs the connections in the values of the chart: the agent gets the right to read just their secrets." -}}
{{- end -}}
{{- if $v.files.enabled -}}
{{- if not (or $v.files.token $v.files.existingSecret) -}}
{{- fail "\n\nfiles.enabled needs files.token, or files.existingSecret with a Secret in both namespaces." -}}
{{- end -}}
{{- if not $v.artifactsStore -}}
{{- fail "\n\nfiles.enabled needs an artifactsStore in the values of the chart: it is what is served." -}}
{{- end -}}
{{- end -}}
{{- $names := list -}}
{{- range append $v.connections $v.artifactsStore -}}
{{- if .name -}}
{{- if has .name $names -}}{{- fail (printf "\n\nThe connection %q is there twice." .name) -}}{{- end -}}
{{- $names = append $names .name -}}
{{- if regexMatch "://[^/@ ]+:[^/@ ]+@" (toJson (list .schema .env)) -}}
{{- fail (printf "\n\nThe connection %q has a password in an address. Put it in a Secret and name that in the connection: these values are shown by everyone who may read ConfigMaps." .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
