/** What Kubernetes keeps of a log as the last words of a container, and of the words of all containers of a pod, in bytes. */
const fromLog = 2_048;
const ofContainer = 4_096;
const ofPod = 12_288;

/**
 * The last words of a container as they may be passed on. Where Kubernetes has cut them, the line that was cut goes: half a
 * secret is not recognised as one (trust.md 2.5). `containers` are those of the pod, init containers too, which share a limit.
 */
export function lastWords(message: string, containers: number): string {
  const size = new TextEncoder().encode(message).length;
  let words = message;
  if (size >= fromLog) words = afterFirstLine(words);
  if (size >= Math.min(ofContainer, Math.floor(ofPod / Math.max(1, containers)))) words = withoutLastLine(words);
  return words.trim();
}

function afterFirstLine(text: string): string {
  const at = text.indexOf('\n');
  return at < 0 ? '' : text.slice(at + 1);
}

function withoutLastLine(text: string): string {
  const at = text.trimEnd().lastIndexOf('\n');
  return at < 0 ? '' : text.slice(0, at);
}
