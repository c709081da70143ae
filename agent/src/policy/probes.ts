import { integer, integerOrText, listOf, never, object, oneOf, type Shape, text } from './shape.ts';

const host = never('fields', 'The node would ask another machine than the pod.');
const exec: Shape = object({ command: listOf(text) });
const httpGet: Shape = object({
  host,
  httpHeaders: listOf(object({ name: text, value: text })),
  path: text,
  port: integerOrText,
  scheme: oneOf('HTTP', 'HTTPS'),
});
const tcpSocket: Shape = object({ host, port: integerOrText });

/** Questions that the node asks a container. Their `host` is denied: the node itself would call any address in its reach. */
export const probe: Shape = object({
  exec,
  httpGet,
  tcpSocket,
  grpc: object({ port: integer, service: text }),
  failureThreshold: integer,
  initialDelaySeconds: integer,
  periodSeconds: integer,
  successThreshold: integer,
  terminationGracePeriodSeconds: integer,
  timeoutSeconds: integer,
});

const handler: Shape = object({ exec, httpGet, tcpSocket, sleep: object({ seconds: integer }) });

/** What happens when a container starts and ends. */
export const lifecycle: Shape = object({ postStart: handler, preStop: handler, stopSignal: text });
