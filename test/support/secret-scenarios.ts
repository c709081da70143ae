// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are those of the shell.

/** How one run comes to its secret, what it does with it, and how it ends. */
export interface Scenario {
  readonly says: string;
  readonly by: 'secretKeyRef' | 'envFrom' | 'connection' | 'mount';
  /** Shell; `$V` is the secret (`$F` its file where it is mounted), `$OUT` the outputs folder. */
  readonly script: string;
  readonly ends: 'succeeded' | 'failed' | 'stopped';
  /** Whether the log must show the mask. */
  readonly shows: boolean;
  /** The value has only letters and digits, since it becomes a file name. */
  readonly plain?: boolean;
  readonly termination?: Readonly<Record<string, number>>;
  readonly outputs?: readonly Readonly<Record<string, unknown>>[];
  /** Replaces the shell by a command that is not there. */
  readonly command?: readonly string[];
}

/** Not `echo`, which turns a backslash in the value into something else: masking knows encodings, not changes. */
const print = `printf '%s\\n' "$V"`;
const filler = (bytes: number): string => `head -c ${bytes} /dev/zero | tr '\\0' x`;

/** Ways in which a program may show what it should not; each is played by some runs, every one with a secret of its own. */
export const scenarios: readonly Scenario[] = [
  { says: 'prints it', by: 'secretKeyRef', script: `printf 'it is %s.\\n' "$V"`, ends: 'succeeded', shows: true },
  { says: 'prints it to stderr', by: 'envFrom', script: `${print} >&2`, ends: 'succeeded', shows: true },
  {
    says: 'prints it from a connection',
    by: 'connection',
    script: `printf '[%s]\\n' "$V"`,
    ends: 'succeeded',
    shows: true,
  },
  { says: 'prints its file', by: 'mount', script: 'cat "$F"; echo', ends: 'succeeded', shows: true },
  {
    says: 'prints it in pieces',
    by: 'secretKeyRef',
    script:
      'rest=$V; while [ -n "$rest" ]; do tail=${rest#???}; [ "$tail" = "$rest" ] && tail=; printf %s "${rest%"$tail"}"; rest=$tail; done; echo',
    ends: 'succeeded',
    shows: true,
  },
  {
    says: 'prints it in pieces, from two processes and over some time',
    by: 'envFrom',
    script: 'printf %s "${V%????????????????}"; sleep 0.3; sh -c \'printf "%s\\n" "${V#"${V%????????????????}"}"\'',
    ends: 'succeeded',
    shows: true,
  },
  {
    says: 'prints it as base64',
    by: 'secretKeyRef',
    script: 'printf %s "$V" | base64 -w 0; echo',
    ends: 'succeeded',
    shows: true,
  },
  {
    says: 'prints it as base64 after a character',
    by: 'mount',
    script: '(printf a; cat "$F") | base64 -w 0; echo',
    ends: 'succeeded',
    shows: true,
  },
  {
    says: 'prints it as base64 between words',
    by: 'connection',
    script: 'printf "user:ab%s:host" "$V" | base64 -w 0; echo',
    ends: 'succeeded',
    shows: true,
  },
  {
    says: 'prints it as hex',
    by: 'secretKeyRef',
    script: 'printf %s "$V" | od -An -v -tx1 | tr -d " \\n"; echo',
    ends: 'succeeded',
    shows: true,
  },
  {
    says: 'prints it as JSON and as part of an address',
    by: 'envFrom',
    script:
      'node -e "const v = process.env.V; console.log(JSON.stringify({ v })); console.log(encodeURIComponent(v)); console.log(Buffer.from(v).toString(\'base64url\'))"',
    ends: 'succeeded',
    shows: true,
  },
  {
    says: 'hides control characters in it',
    by: 'secretKeyRef',
    script: 'printf "%s\\033[1m%s\\000\\n" "${V%????????????}" "${V#"${V%????????????}"}"',
    ends: 'succeeded',
    shows: true,
  },
  {
    says: 'prints it where a long line is cut',
    by: 'secretKeyRef',
    script: `${filler(16_360)}; ${print}`,
    ends: 'succeeded',
    shows: true,
  },
  {
    says: 'fails after printing it',
    by: 'secretKeyRef',
    script: `printf 'wrong: %s\\n' "$V"; exit 7`,
    ends: 'failed',
    shows: true,
  },
  {
    says: 'fails with it in a line that is cut at its beginning',
    by: 'envFrom',
    script: `${filler(5_000)}; printf %s "$V"; ${filler(2_030)}; exit 1`,
    ends: 'failed',
    shows: true,
  },
  {
    says: 'fails twice',
    by: 'connection',
    script: `${print}; exit 1`,
    ends: 'failed',
    shows: true,
    termination: { maxRetries: 1 },
  },
  {
    says: 'is called by a name that is not there',
    by: 'secretKeyRef',
    script: '',
    ends: 'failed',
    shows: false,
    command: ['no-such-program'],
  },
  {
    says: 'takes too long',
    by: 'secretKeyRef',
    script: `${print}; sleep 60`,
    ends: 'failed',
    shows: true,
    termination: { timeout: 2 },
  },
  { says: 'is stopped', by: 'mount', script: 'cat "$F"; echo; sleep 60', ends: 'stopped', shows: true },
  {
    says: 'writes outputs that are no JSON',
    by: 'secretKeyRef',
    script: `printf '{ %s' "$V" > "$OUT/../outputs.json"`,
    ends: 'succeeded',
    shows: false,
  },
  {
    says: 'writes it as an output of another type',
    by: 'secretKeyRef',
    script: 'node -e "console.log(JSON.stringify({ loss: process.env.V }))" > "$OUT/../outputs.json"',
    ends: 'succeeded',
    shows: false,
    outputs: [{ name: 'loss', type: 'float' }],
  },
  {
    says: 'writes it as an output, as its name and inside others',
    by: 'envFrom',
    script:
      'node -e "const v = process.env.V; console.log(JSON.stringify({ text: v, [v]: 1, list: [{ in: \'<\' + v + \'>\' }] }))" > "$OUT/../outputs.json"',
    ends: 'succeeded',
    shows: false,
  },
  {
    says: 'calls an artifact by it',
    by: 'secretKeyRef',
    script: 'mkdir -p "$OUT/dir-$V"; echo 1 > "$OUT/$V.txt"; echo 2 > "$OUT/dir-$V/$V"',
    ends: 'succeeded',
    shows: false,
    plain: true,
  },
  { says: 'cannot enter a folder of that name', by: 'secretKeyRef', script: 'cd "/$V"', ends: 'failed', shows: true },
  { says: 'asks for a program of that name', by: 'envFrom', script: 'exec "/no/$V"', ends: 'failed', shows: true },
];
