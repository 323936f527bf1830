import {codeFilename} from '../../codecs/code-filename.ts';
import {decodePyc, type Pyc} from '../../codecs/pyc.ts';
import {magicOf, minorOfMagic} from '../../codecs/pyc-magic.ts';
import {SourceHash} from '../../codecs/source-hash.ts';
import type {OpenedPackage} from '../../model/package.ts';
import type {InstallPath} from '../../model/paths.ts';
import {type FileEntry, sizeOf} from '../../model/tree.ts';
import {type BytecodeFacts, judgeBytecode, type PycFacts} from '../bytecode-judge.ts';
import type {Check, FileCheck} from '../check.ts';
import {HeldBytes} from '../held-bytes.ts';
import {pycName} from '../pyc-name.ts';
import {bytecodeKinds} from './bytecode-kinds.ts';

/** The largest known, of generated sources, have a few MB; what is larger is passed over. */
const largestPyc = 64 * 1024 * 1024;

/** Whether each pyc is one that the interpreter will take, of the source beside it, at its place. */
export const bytecode: Check = {
	name: 'bytecode',
	question: 'Is the bytecode that of these sources, for this place and this interpreter?',
	kinds: Object.values(bytecodeKinds),
	begin: subject => {
		const facts = factsOf(subject);
		return {
			open: entry => open(entry, facts),
			finish: survey => judgeBytecode(facts, survey),
		};
	},
};

const none: readonly string[] = [];

/** What the names tell: where the sources are, and which of them have bytecode of which minor. */
function factsOf({pkg}: OpenedPackage): BytecodeFacts {
	const facts: BytecodeFacts = {prefix: pkg.prefix, sources: new Map(), compiled: new Map(), pycs: []};
	const files = pkg.tree.entries.filter(({kind}) => kind === 'file').map(({path}) => path);
	for (const path of files) {
		if (path.endsWith('.py')) {
			facts.sources.set(path, none);
		}
	}

	for (const path of files.filter(path => path.endsWith('.pyc'))) {
		const {source, minor} = pycName(path);
		const known = facts.compiled.get(source) ?? none;
		if (minor !== undefined && facts.sources.has(source) && !known.includes(minor)) {
			facts.compiled.set(source, [...known, minor]);
		}
	}

	return facts;
}

function open(entry: FileEntry, facts: BytecodeFacts): FileCheck | undefined {
	const {path} = entry;
	if (path.endsWith('.pyc')) {
		return sizeOf(entry.content) <= largestPyc ? new PycCheck(entry, facts) : undefined;
	}

	const minors = facts.compiled.get(path);
	return minors && sourceCheck(path, minors, facts);
}

function sourceCheck(path: InstallPath, minors: readonly string[], facts: BytecodeFacts): FileCheck {
	const hashes = minors.map(minor => {
		const magic = magicOf(minor);
		return magic && new SourceHash(magic, minor);
	});
	return {
		push(chunk) {
			for (const hash of hashes) {
				hash?.update(chunk);
			}
		},
		close() {
			facts.sources.set(
				path,
				hashes.map(hash => (hash ? Buffer.from(hash.digest()).toString('hex') : '')),
			);
			return [];
		},
	};
}

class PycCheck implements FileCheck {
	readonly #path: InstallPath;
	readonly #facts: BytecodeFacts;
	readonly #held: HeldBytes;

	constructor(entry: FileEntry, facts: BytecodeFacts) {
		this.#path = entry.path;
		this.#facts = facts;
		this.#held = new HeldBytes(entry);
	}

	push(chunk: Uint8Array): void {
		this.#held.push(chunk);
	}

	close(): readonly [] {
		this.#facts.pycs.push(pycFacts(this.#path, this.#held.bytes()));
		return [];
	}
}

function pycFacts(path: InstallPath, bytes: Buffer): PycFacts {
	const name = pycName(path);
	try {
		const pyc = decodePyc(bytes);
		const {validation} = pyc;
		return {
			...{path, name, minor: minorOfMagic(pyc.magic), filename: filenameOf(pyc, name.source), damage: undefined},
			...(validation.kind === 'hash'
				? {hash: Buffer.from(validation.hash).toString('hex'), isChecked: validation.checked}
				: {hash: undefined, isChecked: false}),
		};
	} catch (error) {
		const damage = error instanceof Error ? error.message : String(error);
		return {path, name, minor: undefined, filename: undefined, damage, hash: undefined, isChecked: false};
	}
}

/** Undefined where it is the place of the source, or where the format is not known. */
function filenameOf({magic, code}: Pyc, source: InstallPath): string | undefined {
	const minor = minorOfMagic(magic);
	if (minor === undefined || holdsText(code, source)) {
		return undefined;
	}

	const filename = codeFilename(code, minor);
	return filename === source ? undefined : filename;
}

/** Whether a marshalled text is this one. Most pycs hold their true place, and to search is ten times as fast as to read. */
function holdsText(code: Uint8Array, text: string): boolean {
	const bytes = Buffer.from(code.buffer, code.byteOffset, code.length);
	const sought = Buffer.from(text);
	const at = bytes.indexOf(sought);
	// The length stands before the text, in one byte or in four.
	return at > 0 && (bytes[at - 1] === sought.length || (at > 3 && bytes.readUInt32LE(at - 4) === sought.length));
}
