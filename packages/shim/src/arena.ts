import { RELOCATION } from './plan-layout.ts';

const ALIGNMENT = 8;
/** An ordinary container's plan fits. */
const USUAL_SIZE = 16 * 1024;

/** How a person reads something; a function where making the words costs more than a launch should wait for. */
type Shown = string | (() => string);

/** A place in the memory that a plan's system calls read and fill. */
export class ArenaRef {
  readonly offset: number;
  readonly size: number;
  readonly #shown: Shown;

  constructor(offset: number, size: number, shown: Shown) {
    this.offset = offset;
    this.size = size;
    this.#shown = shown;
  }

  get shown(): string {
    return typeof this.#shown === 'string' ? this.#shown : this.#shown();
  }

  /** A part of it, to poke or load. */
  at(offset: number, size: number): ArenaRef {
    if (offset + size > this.size) throw new RangeError(`${offset}+${size} is outside of ${this.size} bytes.`);
    return new ArenaRef(this.offset + offset, size, () => `&${this.shown}`);
  }
}

/** Collects buffers, each at a multiple of 8, and the pointers between them. */
export class Arena {
  readonly #texts = new Map<string, ArenaRef>();
  readonly #constants = new Map<string, ArenaRef>();
  readonly #relocations: { place: number; target: number }[] = [];
  #memory = Buffer.alloc(USUAL_SIZE);
  #size = 0;

  bytes(content: Uint8Array, shown: Shown): ArenaRef {
    const ref = this.buffer(content.length, shown);
    this.#memory.set(content, ref.offset);
    return ref;
  }

  /** Zeros, for a call to fill. */
  buffer(size: number, shown: Shown): ArenaRef {
    const offset = this.#size;
    this.#size += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    if (this.#size > this.#memory.length) {
      const larger = Buffer.alloc(this.#size * 2);
      larger.set(this.#memory);
      this.#memory = larger;
    }
    return new ArenaRef(offset, size, shown);
  }

  /** Bytes that many calls read and none writes, stored once: `key` tells what they say. */
  constant(key: string, make: () => { content: Uint8Array; shown: Shown }): ArenaRef {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const { content, shown } = make();
    const ref = this.bytes(content, shown);
    this.#constants.set(key, ref);
    return ref;
  }

  /** A C string; the same text is stored once. Throws RangeError on a NUL inside, which would cut it short. */
  text(content: string): ArenaRef {
    const known = this.#texts.get(content);
    if (known !== undefined) return known;
    if (content.includes('\0')) throw new RangeError(`A NUL byte in ${JSON.stringify(content)}.`);
    const ref = this.bytes(Buffer.from(`${content}\0`), () => JSON.stringify(content));
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
    return Buffer.concat([this.#memory.subarray(0, this.#size), Buffer.alloc(ALIGNMENT * 4)]);
  }
}
