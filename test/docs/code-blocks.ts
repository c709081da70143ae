import { readFileSync } from 'node:fs';

/** A fenced block of a Markdown file. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** Line of the fence, from 1. */
  readonly line: number;
}

/** The fenced blocks of a Markdown file, in order. */
export function codeBlocks(file: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { language: string; line: number; lines: string[] } | null = null;
  readFileSync(file, 'utf8')
    .split('\n')
    .forEach((line, index) => {
      if (!line.startsWith('```')) open?.lines.push(line);
      else if (open === null) open = { language: line.slice(3).trim(), line: index + 1, lines: [] };
      else {
        blocks.push({ language: open.language, text: open.lines.join('\n'), line: open.line });
        open = null;
      }
    });
  return blocks;
}
