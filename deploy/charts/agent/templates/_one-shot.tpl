{{/* A pod that runs a script of this chart with the agent's image, account and configuration. Takes (dict "top" $ "name" … "script" …). */}}
{{- define "agent.oneShot" -}}
serviceAccountName: {{ include "agent.serviceAccount" .top }}
automountServiceAccountToken: true
enableServiceLinks: false
restartPolicy: Never
securityContext: {{- toYaml .top.Values.podSecurityContext | nindent 2 }}
{{- include "agent.placement" .top }}
containers:
  - name: {{ .name }}
    image: {{ include "agent.image" (dict "image" .top.Values.image "top" .top) }}
    imagePullPolicy: {{ .top.Values.image.pullPolicy }}
    command: [node, /etc/tandem/scripts/{{ .script }}]
    securityContext: {{- toYaml .top.Values.securityContext | nindent 6 }}
    resources:
      requests: { cpu: 50m, memory: 64Mi }
      limits: { memory: 256Mi }
    volumeMounts:
      - { name: config, mountPath: /etc/tandem/config, readOnly: true }
      - { name: scripts, mountPath: /etc/tandem/scripts, readOnly: true }
volumes:
  - name: config
    configMap: { name: {{ include "agent.fullname" .top }}-config }
  - name: scripts
    configMap: { name: {{ include "agent.fullname" .top }}-scripts }
{{- end -}}
