{{/* Where pods of this chart go. */}}
{{- define "agent.placement" -}}
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

{{- define "agent.proxyEnv" -}}
{{- with .Values.controlPlane.proxy.https }}
- { name: HTTPS_PROXY, value: {{ . | quote }} }
- { name: https_proxy, value: {{ . | quote }} }
{{- end }}
{{- with .Values.controlPlane.proxy.noProxy }}
- { name: NO_PROXY, value: {{ . | quote }} }
- { name: no_proxy, value: {{ . | quote }} }
{{- end }}
{{- end -}}
