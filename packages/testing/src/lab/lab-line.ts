/** What is said on the serial line between a lab and its guest: one JSON object a line, bytes in base64. */
export type LabRequest =
  | { type: 'start'; id: number; argv: string[]; env: Record<string, string>; cwd: string }
  | { type: 'signal'; id: number; signal: NodeJS.Signals }
  | { type: 'power-off' };

export type LabReply =
  | { type: 'ready' }
  | { type: 'output'; id: number; stream: 'stdout' | 'stderr'; base64: string }
  | { type: 'exited'; id: number; code: number | null; signal: NodeJS.Signals | null; error: string | null };

/** Cuts a stream of text into its lines, whatever pieces it comes in. */
export class LineCutter {
  #rest = '';

  cut(piece: string): string[] {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.filter((line) => line.trim() !== '');
  }
}
