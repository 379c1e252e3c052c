import { RELOCATION } from './plan-layout.ts';

const ALIGNMENT = 8;

/** A place in the memory that a plan's system calls read and fill. `shown` is how a person reads what is there. */
export class ArenaRef {
  readonly offset: number;
  readonly size: number;
  readonly shown: string;

  constructor(offset: number, size: number, shown: string) {
    this.offset = offset;
    this.size = size;
    this.shown = shown;
  }

  /** A part of it, to poke or load. */
  at(offset: number, size: number): ArenaRef {
    if (offset + size > this.size) throw new RangeError(`${offset}+${size} is outside of ${this.size} bytes.`);
    return new ArenaRef(this.offset + offset, size, `&${this.shown}`);
  }
}

/** Collects buffers, each at a multiple of 8, and the pointers between them. */
export class Arena {
  readonly #chunks: Uint8Array[] = [];
  readonly #texts = new Map<string, ArenaRef>();
  readonly #relocations: { place: number; target: number }[] = [];
  #size = 0;

  bytes(content: Uint8Array, shown: string): ArenaRef {
    const padded = Math.ceil(content.length / ALIGNMENT) * ALIGNMENT;
    const chunk = new Uint8Array(padded);
    chunk.set(content);
    const ref = new ArenaRef(this.#size, content.length, shown);
    this.#chunks.push(chunk);
    this.#size += padded;
    return ref;
  }

  buffer(size: number, shown: string): ArenaRef {
    return this.bytes(new Uint8Array(size), shown);
  }

  /** A C string; the same text is stored once. Throws RangeError on a NUL inside, which would cut it short. */
  text(content: string): ArenaRef {
    const known = this.#texts.get(content);
    if (known !== undefined) return known;
    if (content.includes('\0')) throw new RangeError(`A NUL byte in ${JSON.stringify(content)}.`);
    const ref = this.bytes(Buffer.from(`${content}\0`), JSON.stringify(content));
    this.#texts.set(content, ref);
    return ref;
  }

  /** The 8 bytes at `place` will hold the address of `target`. */
  point(place: ArenaRef, target: ArenaRef): void {
    this.#relocations.push({ place: place.offset, target: target.offset });
  }

  /** Pointers in a row and a NULL after them, as execve wants its argv. */
  pointers(targets: readonly ArenaRef[], shown: string): ArenaRef {
    const ref = this.buffer((targets.length + 1) * 8, shown);
    for (const [index, target] of targets.entries()) this.point(ref.at(index * 8, 8), target);
    return ref;
  }

  encodeRelocations(): Uint8Array {
    const bytes = Buffer.alloc(this.#relocations.length * RELOCATION.size_of);
    for (const [index, { place, target }] of this.#relocations.entries()) {
      bytes.writeUInt32LE(place, index * RELOCATION.size_of + RELOCATION.place);
      bytes.writeUInt32LE(target, index * RELOCATION.size_of + RELOCATION.target);
    }
    return bytes;
  }

  /** Ends in zeros that nothing points at, so that every string ends inside (the shim insists on it). */
  encode(): Uint8Array {
    return Buffer.concat([...this.#chunks, Buffer.alloc(ALIGNMENT * 4)]);
  }
}
