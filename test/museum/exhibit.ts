import {createHash} from 'node:crypto';
import {gzipSync} from 'node:zlib';
import {arMagic, encodeArHeader} from '../../src/codecs/ar.ts';
import {encodeParagraph} from '../../src/codecs/deb822.ts';
import {decodeRecord, encodeRecordRow} from '../../src/codecs/record.ts';
import {encodeTarMember, root, type TarMember, tarEnd, tarPadding} from '../../src/codecs/tar.ts';
import {compareBytes} from '../../src/model/paths.ts';

/** A file, a link or a folder of an exhibit. */
export interface Thing {
	readonly kind: 'file' | 'link' | 'directory';
	readonly mode: number;
	readonly bytes: Buffer;
	/** Of a link. */
	readonly target: string;
	/** Default: root. */
	readonly owner?: string;
}

/**
 * A deb that can be broken in one place: its files and what it tells are open to any change, and what follows from the
 * files (md5sums, the rows of RECORD) is made anew from them, unless the piece is about just that.
 */
export class Exhibit {
	readonly things: Map<string, Thing>;
	readonly control: Map<string, string>;
	conffiles: string[] = [];
	/** What becomes of the lines of md5sums. */
	digests: (lines: string[]) => string[] = lines => lines;
	/** Whether the rows of RECORD are made true. */
	keepsRecord = true;

	constructor(things: ReadonlyMap<string, Thing>, control: ReadonlyMap<string, string>) {
		this.things = new Map(things);
		this.control = new Map(control);
	}

	copy(): Exhibit {
		return new Exhibit(this.things, this.control);
	}

	bytes(path: string): Buffer {
		const thing = this.things.get(path);
		if (thing?.kind !== 'file') {
			throw new RangeError(`the good artifact has no file ${path}`);
		}

		return thing.bytes;
	}

	text(path: string): string {
		return this.bytes(path).toString('utf8');
	}

	put(path: string, content: string | Uint8Array, mode?: number): void {
		const {mode: before, owner} = this.things.get(path) ?? {
			mode: path.includes('/bin/') ? 0o755 : 0o644,
			owner: undefined,
		};
		this.things.set(path, {
			...{kind: 'file', mode: mode ?? before, bytes: Buffer.from(content), target: ''},
			...(owner === undefined ? {} : {owner}),
		});
	}

	/** Changes a text; it is the museum's fault where that changes nothing. */
	edit(path: string, change: (text: string) => string): void {
		const before = this.text(path);
		const after = change(before);
		if (after === before) {
			throw new RangeError(`${path} was not changed`);
		}

		this.put(path, after);
	}

	link(path: string, target: string): void {
		this.things.set(path, {kind: 'link', mode: 0o777, bytes: Buffer.alloc(0), target});
	}

	change(path: string, change: Partial<Thing>): void {
		const thing = this.things.get(path);
		if (!thing) {
			throw new RangeError(`the good artifact has no ${path}`);
		}

		this.things.set(path, {...thing, ...change});
	}

	remove(path: string): void {
		if (!this.things.delete(path)) {
			throw new RangeError(`the good artifact has no ${path}`);
		}
	}

	/** Adds a row to a RECORD, for a file that is there. */
	record(file: string, path: string): void {
		this.edit(file, text => `${encodeRecordRow({path, hash: 'sha256=', size: '0'})}${text}`);
	}

	/** The deb, not compressed unless it is large. */
	deb(): Buffer {
		if (this.keepsRecord) {
			this.#rerecord();
		}

		const data = archive(this.#members());
		const sums = [...this.things]
			.filter(([path, {kind}]) => kind === 'file' && !this.conffiles.includes(path))
			.map(([path, {bytes}]) => `${createHash('md5').update(bytes).digest('hex')}  ${path.slice(1)}\n`);
		const lists = {
			'./control': encodeParagraph(this.control, ['Description']),
			'./md5sums': this.digests(sums).join(''),
			...(this.conffiles.length > 0 ? {'./conffiles': this.conffiles.map(path => `${path}\n`).join('')} : {}),
		};
		const control = archive(Object.entries(lists).map(([name, text]) => [name, plain(text)]));
		const isLarge = data.length > 10_000_000;
		return Buffer.concat([
			Buffer.from(arMagic),
			member('debian-binary', Buffer.from('2.0\n')),
			member('control.tar', control),
			isLarge ? member('data.tar.gz', gzipSync(data, {level: 1})) : member('data.tar', data),
		]);
	}

	#rerecord(): void {
		for (const [path] of this.things) {
			if (path.endsWith('.dist-info/RECORD')) {
				this.put(
					path,
					decodeRecord(this.text(path))
						.map(row => this.#trueRow(row, path))
						.join(''),
				);
			}
		}
	}

	#trueRow(row: ReturnType<typeof decodeRecord>[number], record: string): string {
		const place = new URL(encodeURI(row.path), `file://${record.replace(/[^/]*\/RECORD$/, '')}`).pathname;
		const thing = this.things.get(decodeURI(place));
		if (thing?.kind !== 'file' || row.hash === '') {
			return row.raw;
		}

		const hash = createHash('sha256').update(thing.bytes).digest('base64url');
		return encodeRecordRow({path: row.path, hash: `sha256=${hash}`, size: String(thing.bytes.length)});
	}

	/** Sorted, with every folder above. */
	#members(): Array<readonly [string, Thing]> {
		const all = new Map(this.things);
		for (const path of this.things.keys()) {
			for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
				const folder = path.slice(0, at);
				all.set(folder, all.get(folder) ?? {...plain(''), kind: 'directory', mode: 0o755});
			}
		}

		const sorted = [...all].sort(([one], [other]) => compareBytes(one, other));
		return sorted.map(([path, thing]) => [`.${path}${thing.kind === 'directory' ? '/' : ''}`, thing]);
	}
}

function plain(text: string): Thing {
	return {kind: 'file', mode: 0o644, bytes: Buffer.from(text), target: ''};
}

function archive(things: ReadonlyArray<readonly [string, Thing]>): Buffer {
	const parts = things.flatMap(([name, {kind, mode, bytes, target, owner}]) => {
		const size = kind === 'file' ? bytes.length : 0;
		const who = owner === undefined ? root : {uid: 1000, gid: 1000, user: owner, group: owner};
		const header: TarMember = {name, kind, mode, size, target, mtime: 1_000_000_000, owner: who};
		return [encodeTarMember(header), ...(size > 0 ? [bytes, tarPadding(size)] : [])];
	});
	return Buffer.concat([...parts, tarEnd]);
}

function member(name: string, bytes: Buffer): Buffer {
	const header = encodeArHeader({name, mtime: 1_000_000_000, mode: 0o100644, size: bytes.length});
	return Buffer.concat([header, bytes, Buffer.alloc(bytes.length % 2, '\n')]);
}
