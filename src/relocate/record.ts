import {createHash} from 'node:crypto';
import {decodeRecord, encodeRecordRow, type WrittenRow} from '../codecs/record.ts';
import {compareBytes, type InstallPath, isWithin, linkDestination, nameOf, parentOf} from '../model/paths.ts';
import type {Relocated} from '../model/staged.ts';
import {type Entry, type FileEntry, sizeOf} from '../model/tree.ts';
import type {Moved} from './embedders.ts';
import {movePath} from './moved.ts';
import {isDistInfo, largestBinary} from './place.ts';
import type {Place} from './rule.ts';
import {TreeIndex} from './tree-index.ts';

/**
 * Makes every RECORD true again: rows of rewritten files get the new hash and size, rows of files that are not there
 * go (some wheels list what no installer writes), bytecode gets a row without a hash, as `pip install --compile` writes
 * it, and a program that something else starts gets one behind that. Every other byte stays, the order of rows too.
 */
export function records({entries, rewritten, started}: Moved, place: Place): Relocated {
	const names = new Map(rewritten);
	const index = new TreeIndex(entries, place.prefix);
	const result = entries.map(entry => {
		if (entry.kind !== 'file' || nameOf(entry.path) !== 'RECORD' || !isDistInfo(entry.path, place.prefix)) {
			return entry;
		}

		const record = new RecordFile(entry, {index, place, rewritten, started});
		const next = record.corrected();
		if (next !== entry) {
			names.set(entry.path, [...(names.get(entry.path) ?? []), 'record']);
		}

		return next;
	});
	return {tree: {entries: result}, rewritten: names};
}

interface Known extends Pick<Moved, 'rewritten' | 'started'> {
	readonly index: TreeIndex;
	readonly place: Place;
}

class RecordFile {
	readonly #entry: FileEntry;
	readonly #known: Known;
	readonly #text: string;
	readonly #end: string;

	constructor(entry: FileEntry, known: Known) {
		this.#entry = entry;
		this.#known = known;
		this.#text = Buffer.from(known.place.bytes(entry)).toString();
		this.#end = this.#text.includes('\r\n') ? '\r\n' : '\n';
	}

	corrected(): Entry {
		const rows = decodeRecord(this.#text);
		const kept = rows.map(row => this.#row(row));
		const listed = new Set(rows.filter(({path}) => path.endsWith('.pyc')).map(({path}) => path));
		const added = [...new Set(rows.flatMap(row => this.#bytecode(row)))]
			.filter(path => !listed.has(path))
			.sort(compareBytes);
		const body = kept.join('');
		const gap = added.length > 0 && body !== '' && !body.endsWith('\n') ? this.#end : '';
		const text = body + gap + added.map(path => encodeRecordRow({path, hash: '', size: ''}, this.#end)).join('');
		return text === this.#text ? this.#entry : {...this.#entry, content: {kind: 'bytes', bytes: Buffer.from(text)}};
	}

	#row(row: WrittenRow): string {
		if (row.path === '') {
			return row.raw;
		}

		const path = this.#installed(row.path);
		const entry = this.#known.index.find(path);
		if (entry?.kind !== 'file') {
			return entry ? this.#written(row, row) : '';
		}

		const written = this.#written(row, row.hash === '' ? row : {...row, ...this.#digest(entry, row)});
		return written + this.#startedBy(path, row);
	}

	/** The row of the program that a file of `bin` starts. */
	#startedBy(path: InstallPath, row: WrittenRow): string {
		const program = this.#known.started.get(path);
		const entry = program && this.#known.index.find(program);
		if (entry?.kind !== 'file') {
			return '';
		}

		const place = row.path.replace(/[^/]+\/([^/]+)$/, `${nameOf(parentOf(entry.path))}/$1`);
		return encodeRecordRow({path: place, ...this.#digest(entry, row)}, this.#end);
	}

	/** An absolute row of the builder becomes that of the target; all else stays as it was written. */
	#written(row: WrittenRow, now: {hash: string; size: string}): string {
		const path = row.path.startsWith('/') ? movePath(row.path, this.#known.place.moves) : row.path;
		const isSame = path === row.path && now.hash === row.hash && now.size === row.size;
		return isSame ? row.raw : encodeRecordRow({path, hash: now.hash, size: now.size}, this.#end);
	}

	#digest(entry: FileEntry, row: WrittenRow): {hash: string; size: string} {
		const {place, rewritten} = this.#known;
		// Installers rewrite scripts of wheels: those are asked themselves.
		const isItself = rewritten.has(entry.path) || isWithin(entry.path, place.bin);
		const wheels = isItself ? undefined : place.downloaded.get(entry.path);
		if (wheels !== undefined) {
			// Where two wheels bring one path, the row of the one that lost is wrong.
			const hash = `sha256=${Buffer.from(wheels, 'hex').toString('base64url')}`;
			return row.hash.startsWith('sha256=') && row.hash !== hash ? {hash, size: String(sizeOf(entry.content))} : row;
		}

		// Too large to be rewritten, and so as the installer recorded it.
		if (!rewritten.has(entry.path) && sizeOf(entry.content) > largestBinary) {
			return row;
		}

		const bytes = place.bytes(entry);
		const algorithm = row.hash.slice(0, row.hash.indexOf('='));
		const kept = algorithm === 'sha384' || algorithm === 'sha512' ? algorithm : 'sha256';
		return {hash: `${kept}=${createHash(kept).update(bytes).digest('base64url')}`, size: String(bytes.length)};
	}

	#installed(path: string): InstallPath {
		const text = path.startsWith('/') ? movePath(path, this.#known.place.moves) : path;
		// Rows are relative to the folder that holds the dist-info.
		return linkDestination(parentOf(this.#entry.path), text);
	}

	/** The rows that bytecode of this source has, such as `app/__pycache__/main.cpython-311.pyc`. */
	#bytecode(row: WrittenRow): string[] {
		if (!row.path.endsWith('.py')) {
			return [];
		}

		const at = row.path.lastIndexOf('/') + 1;
		const stem = row.path.slice(at, -'.py'.length);
		const folder = `${row.path.slice(0, at)}__pycache__/`;
		return this.#known.index.bytecode(this.#installed(`${folder}${stem}.`)).map(name => `${folder}${name}`);
	}
}
