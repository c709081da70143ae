import { readFileSync } from 'node:fs';
import { check } from '@tandem/shared/compile';
import { toJson } from '@tandem/shared/diagnostics';
import { compactJson } from '@tandem/shared/values';
import { differences } from './conformance/compare.ts';
import { compiledDocument } from './conformance/documents.ts';
import { errorKind } from './conformance/error-kinds.ts';
import { operationDocument } from './conformance/operation.ts';
import { readJsonText } from './conformance/read-case.ts';
const cases = readFileSync('/tmp/diff/cases.jsonl', 'utf8').trim().split('\n').map((l) => JSON.parse(l));
const refs = readFileSync('/tmp/diff/ref2.jsonl', 'utf8').trim().split('\n');
let same = 0; const out: string[] = [];
for (const [i, c] of cases.entries()) {
  const ref: any = readJsonText(refs[i]!, 'r');
  const sub = { files: [{ name: 'm.yaml', text: c.text }], params: [], library: { texts: new Map(), defaultPresets: [], others: 'open' as const } };
  let ours: any; let kind = '';
  try { ours = check(sub); } catch (e) { out.push(`THROW ${JSON.stringify(c.text)} ${(e as Error).stack}`); continue; }
  const rok = ref.get('ok');
  if (!ours.ok) { const k = errorKind(ours.problems); kind = `${k.first.code}/${k.kind}/${k.stage}: ${k.first.message}`; if (k.stage !== 'check') { if (rok) { same++; continue; } } }
  if (ours.ok !== rok) { out.push(`${rok ? 'REF-OK' : 'REF-ERR ' + ref.get('cls') + ' ' + String(ref.get('msg')).slice(0, 420).replaceAll('\n', ' ')} | ${ours.ok ? 'ours ok' : kind} | ${JSON.stringify(c.text)}`); continue; }
  if (!ours.ok) { same++; continue; }
  const d = [...differences(new Map([['operation', ref.get('operation')], ['compiled', ref.get('compiled')]]), new Map<string, any>([['operation', operationDocument(sub)], ['compiled', compiledDocument(ours.value)]]), new Set())];
  if (d.length) out.push(`DOC ${d.slice(0, 2).map((x) => `${x.pointer} exp ${compactJson(x.expected)} got ${compactJson(x.got)}`).join(' ; ')} | ${JSON.stringify(c.text)}`); else same++;
}
console.log(out.join('\n')); console.log(same, 'same of', cases.length, 'different', out.length);
