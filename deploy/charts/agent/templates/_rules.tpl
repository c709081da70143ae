{{/* What the agent may do in a namespace of runs; the list of agent-and-kubernetes.md 5.2, and nothing else. */}}
{{- define "agent.runRules" -}}
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, patch, delete]
{{- if .Values.rbac.services }}
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch, delete]
{{- end }}
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, create, patch, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, patch, delete]
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
- apiGroups: [""]
  resources: [events]
  verbs: [get, list]
# Credentials of runs, tdm-*: written, never read. RBAC knows no patterns of names; the agent touches no others.
- apiGroups: [""]
  resources: [secrets]
  verbs: [create, patch, delete]
{{- $groups := list
  (dict "group" "kubeflow.org" "kinds" (dict "tfjob" (list "tfjobs") "pytorchjob" (list "pytorchjobs") "mpijob" (list "mpijobs")))
  (dict "group" "ray.io" "kinds" (dict "raycluster" (list "rayclusters" "rayjobs")))
  (dict "group" "kubernetes.dask.org" "kinds" (dict "daskcluster" (list "daskclusters"))) }}
{{- range $groups }}
{{- $resources := list }}
{{- range $kind, $plurals := .kinds }}
{{- if ne (toString (index $.Values.kinds $kind)) "false" }}{{ $resources = concat $resources $plurals }}{{ end }}
{{- end }}
{{- if $resources }}
- apiGroups: [{{ .group }}]
  resources: [{{ join ", " (sortAlpha $resources) }}]
  verbs: [get, list, watch, create, patch, delete]
{{- end }}
{{- end }}
{{- $secrets := fromJsonArray (include "agent.connectionSecrets" .) }}
{{- if and (eq .Values.agent.masking "values") $secrets }}
# An admin chose to mask the values of these.
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [{{ join ", " $secrets }}]
  verbs: [get]
{{- end }}
{{- end -}}
