{{/* Where pods of this chart go. */}}
{{- define "cp.placement" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The database and the keys, for the process and for the migration. */}}
{{- define "cp.dataEnv" -}}
{{- $p := .Values.postgres -}}
{{- if .Values.embedded.enabled }}
- { name: TANDEM_DATA, value: /data }
{{- else }}
{{- if $p.urlKey }}
- name: TANDEM_DATABASE_URL
  valueFrom: { secretKeyRef: { name: {{ $p.existingSecret }}, key: {{ $p.urlKey }} } }
{{- else }}
- name: TANDEM_DATABASE_URL
  value: {{ printf "postgres://%s@%s:%d/%s?sslmode=%s" (urlquery $p.user | replace "+" "%20") $p.host (int $p.port) (urlquery $p.database | replace "+" "%20") $p.sslmode | quote }}
{{- if $p.existingSecret }}
# The driver takes it from here; an address with the password in it would have to be escaped.
- name: PGPASSWORD
  valueFrom: { secretKeyRef: { name: {{ $p.existingSecret }}, key: {{ $p.passwordKey }} } }
{{- end }}
{{- end }}
- { name: TANDEM_DATABASE_POOL, value: {{ $p.poolSize | quote }} }
- { name: TANDEM_SECRET_FILE, value: /etc/tandem/signing/secret }
{{- end }}
{{- end -}}

{{/* What the schema cannot say, in sentences. */}}
{{- define "cp.check" -}}
{{- $v := .Values -}}
{{- if not $v.embedded.enabled -}}
{{- if not (or $v.postgres.host (and $v.postgres.existingSecret $v.postgres.urlKey)) -}}
{{- fail "\n\nSay where the database is: postgres.host, or postgres.existingSecret with postgres.urlKey; or set embedded.enabled to try it out." -}}
{{- end -}}
{{- if not $v.signing.existingSecret -}}
{{- fail "\n\nSet signing.existingSecret to a Secret with the secret that encrypts the control plane's keys. This makes one:\n  kubectl create secret generic tandem-signing --from-literal=secret=$(openssl rand -hex 32)" -}}
{{- end -}}
{{- else if $v.autoscaling.enabled -}}
{{- fail "\n\nThe embedded database is for one process: autoscaling must be off." -}}
{{- end -}}
{{- if and $v.metrics.serviceMonitor.enabled (not $v.metrics.serviceMonitor.tokenSecret) -}}
{{- fail "\n\nmetrics.serviceMonitor needs tokenSecret: metrics are for owners and admins of an organisation." -}}
{{- end -}}
{{- range $name, $part := dict "rest" $v.rest "sessions" $v.sessions -}}
{{- if and $part.ingress.enabled (not $part.ingress.host) -}}
{{- fail (printf "\n\n%s.ingress needs a host." $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
