import {ArtifactError} from '../model/errors.ts';
import type {FileEntry, Patch, Stretch} from '../model/tree.ts';
import type {ContentSink} from './content-sink.ts';
import {applyPatches} from './read.ts';
import {checkedChunks, readChecked} from './stretch-check.ts';
import {openStretch, type StretchFile} from './stretch-file.ts';
import {unpacked} from './unpack.ts';

/** A file whose bytes are some of those that a stretch unpacks to. */
export interface Slice {
	readonly entry: FileEntry;
	/** In bytes of what the stretch unpacks to. */
	readonly offset: number;
	readonly size: number;
	readonly patches: readonly Patch[];
}

export type OpenContent = (entry: FileEntry) => ContentSink | undefined;

/**
 * Reads slices of one stretch in the order in which they lie. What is not compressed is read where it lies, the rest is
 * unpacked once. Throws an ArtifactError (ARTIFACT_DAMAGED) where the stretch ends before a slice.
 */
export async function readSlices(stretch: Stretch, slices: readonly Slice[], open: OpenContent): Promise<void> {
	const sorted = [...slices].sort((one, other) => one.offset - other.offset);
	if (stretch.check && isSmall(stretch, stretch.check.size)) {
		copyOut(readChecked(stretch), sorted, open);
		return;
	}

	if (stretch.compression === 'none' && !stretch.check) {
		readInPlace(stretch, sorted, open);
		return;
	}

	const pass = new Pass(sorted, open);
	if (pass.isDone()) {
		return;
	}

	for await (const chunk of checkedChunks(stretch, unpacked(stretch))) {
		pass.take(chunk);
		if (pass.isDone()) {
			return;
		}
	}

	throw endsTooEarly(stretch, pass.position);
}

/** In bytes. A stream costs more than to unpack what is smaller than this. */
const smallUpTo = 1024 * 1024;

function isSmall(stretch: Stretch, size: number): boolean {
	return stretch.length <= smallUpTo && size <= smallUpTo;
}

function copyOut(bytes: Uint8Array, slices: readonly Slice[], open: OpenContent): void {
	for (const {entry, offset, size, patches} of slices) {
		const sink = open(entry);
		if (sink) {
			patching(sink, patches).push(bytes.subarray(offset, offset + size));
			sink.close();
		}
	}
}

const pieceSize = 256 * 1024;

function readInPlace(stretch: Stretch, slices: readonly Slice[], open: OpenContent): void {
	const source = openStretch(stretch);
	const buffer = Buffer.allocUnsafe(pieceSize);
	try {
		for (const slice of slices) {
			const sink = open(slice.entry);
			if (sink) {
				copy(source, stretch, {slice, sink: patching(sink, slice.patches), buffer});
			}
		}
	} finally {
		source.close();
	}
}

function copy(
	source: StretchFile,
	stretch: Stretch,
	{slice, sink, buffer}: {slice: Slice; sink: ContentSink; buffer: Buffer},
): void {
	const end = slice.offset + slice.size;
	for (let at = slice.offset; at < end; ) {
		const length = source.read(at, buffer.subarray(0, end - at));
		if (length === 0) {
			throw endsTooEarly(stretch, at);
		}

		sink.push(buffer.subarray(0, length));
		at += length;
	}

	sink.close();
}

interface Open {
	readonly slice: Slice;
	readonly sink: ContentSink;
}

/** A walk along what a stretch unpacks to. */
class Pass {
	position = 0;
	readonly #slices: readonly Slice[];
	readonly #openContent: OpenContent;
	#index = 0;
	/** Those whose bytes go by. */
	#open: Open[] = [];
	/** The next that is wanted, as far as it has been looked for: not while another is open. */
	#next: Open | undefined;

	constructor(slices: readonly Slice[], openContent: OpenContent) {
		this.#slices = slices;
		this.#openContent = openContent;
	}

	/** Whether nothing more is wanted. */
	isDone(): boolean {
		return this.#open.length === 0 && this.#peek() === undefined;
	}

	take(chunk: Uint8Array): void {
		const end = this.position + chunk.length;
		const begin = this.position;
		while (this.position < end) {
			this.#enter();
			const stop = Math.min(end, this.#nextStop());
			const part = chunk.subarray(this.position - begin, stop - begin);
			for (const {sink} of this.#open) {
				sink.push(part);
			}

			this.position = stop;
			this.#leave();
		}
	}

	/** Opens what begins here. */
	#enter(): void {
		if (this.#open.length === 0) {
			const next = this.#peek();
			if (next === undefined || next.slice.offset > this.position) {
				return;
			}

			this.#open.push(next);
			this.#next = undefined;
		}

		for (let slice = this.#slices[this.#index]; slice && slice.offset <= this.position; ) {
			this.#index++;
			const opened = this.#begin(slice);
			if (opened) {
				this.#open.push(opened);
			}

			slice = this.#slices[this.#index];
		}
	}

	/** Where something begins or ends. */
	#nextStop(): number {
		if (this.#open.length === 0) {
			return this.#peek()?.slice.offset ?? Number.POSITIVE_INFINITY;
		}

		const ends = this.#open.map(({slice}) => slice.offset + slice.size);
		return Math.min(...ends, this.#slices[this.#index]?.offset ?? Number.POSITIVE_INFINITY);
	}

	#leave(): void {
		const ended = this.#open.filter(({slice}) => slice.offset + slice.size === this.position);
		if (ended.length > 0) {
			this.#open = this.#open.filter(open => !ended.includes(open));
			for (const {sink} of ended) {
				sink.close();
			}
		}
	}

	#peek(): Open | undefined {
		while (this.#next === undefined) {
			const slice = this.#slices[this.#index];
			if (slice === undefined) {
				return undefined;
			}

			this.#index++;
			this.#next = this.#begin(slice);
		}

		return this.#next;
	}

	/** Undefined for what nobody wants, and for what is empty and so complete. */
	#begin(slice: Slice): Open | undefined {
		const sink = this.#openContent(slice.entry);
		if (sink === undefined || slice.size > 0) {
			return sink && {slice, sink: patching(sink, slice.patches)};
		}

		sink.close();
		return undefined;
	}
}

/** Patches what goes by; in a copy, since another may look at the same bytes. */
function patching(sink: ContentSink, patches: readonly Patch[]): ContentSink {
	if (patches.length === 0) {
		return sink;
	}

	let at = 0;
	return {
		push(chunk) {
			const own = Uint8Array.from(chunk);
			applyPatches(own, at, patches);
			at += own.length;
			sink.push(own);
		},
		close: () => sink.close(),
	};
}

function endsTooEarly({file, start, compression}: Stretch, position: number): ArtifactError {
	return new ArtifactError(
		`${file}: what begins at byte ${start} ends after ${position} bytes, and more is to be there`,
		{
			code: 'ARTIFACT_DAMAGED',
			format: compression,
			offset: start,
			reading: true,
			hint: 'the file is cut off, damaged, or changed while it was read: fetch or build it again',
		},
	);
}
