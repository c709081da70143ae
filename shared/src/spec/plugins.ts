import { bool, boolOrRef, free, intOrRef, listOf, type Shape, section, sub, text, texts } from './shape.ts';

const sidecar = section('sidecar', {
  image: text,
  imageTag: text,
  imagePullPolicy: text,
  sleepInterval: intOrRef,
  syncInterval: intOrRef,
  monitorLogs: boolOrRef,
  monitorSpec: boolOrRef,
  noConnections: bool,
  resources: free,
});

const notification = section('notifications', { connections: texts, trigger: text });

/** What the agent adds around the user's containers (compiler.md 1.2). */
export const plugins: Shape = sub(
  section('plugins', {
    auth: boolOrRef,
    docker: boolOrRef,
    shm: boolOrRef,
    tmux: boolOrRef,
    sandbox: boolOrRef,
    ssh: boolOrRef,
    mountArtifactsStore: boolOrRef,
    collectArtifacts: boolOrRef,
    collectLogs: boolOrRef,
    collectResources: boolOrRef,
    syncStatuses: boolOrRef,
    autoResume: boolOrRef,
    externalHost: boolOrRef,
    logLevel: text,
    sidecar: sub(sidecar),
    notifications: listOf(sub(notification)),
  }),
);
