import {mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import type {LiteralEntry} from '../helpers/package.ts';
import {type Inside, insideAsar, insideDeb, insideRpm, insideTar, insideZip} from './containers.ts';
import {mutated} from './mutations.ts';
import {Random} from './random.ts';
import {type FuzzedFormat, type Sample, samplesOf, venv} from './samples.ts';

/** Mutants that are the same for every seed, so that each run begins with some that have been seen to pass. */
const known = 50;

/** Bad artifacts of one format. The same seed and number give the same mutant, on a machine with the same tools. */
export class Mutants {
	readonly #format: FuzzedFormat;
	readonly #seed: string;
	readonly #samples: readonly Sample[];

	private constructor(format: FuzzedFormat, seed: string, samples: readonly Sample[]) {
		this.#format = format;
		this.#seed = seed;
		this.#samples = samples;
	}

	static async of(format: FuzzedFormat, seed: string): Promise<Mutants> {
		return new Mutants(format, seed, await samplesOf(format));
	}

	/** Writes a mutant to `file`, and says what it was made of. */
	write(number: number, file: string): string {
		const random = new Random(`${number < known ? 'known' : this.#seed} ${this.#format} ${number}`);
		rmSync(file, {recursive: true, force: true});
		if (this.#format === 'dir') {
			writeFolder(file, random);
			return 'folder';
		}

		const sample = random.pick(this.#samples);
		const inside = insides[this.#format];
		const within = inside !== undefined && random.chance(65);
		writeFileSync(file, within ? inside(sample.bytes, random) : mutated(sample.bytes, random));
		return `${sample.name}, ${within ? 'inside' : 'outside'}`;
	}
}

const insides: Readonly<Partial<Record<FuzzedFormat, Inside>>> = {
	deb: insideDeb,
	rpm: insideRpm,
	tar: insideTar,
	'tar.gz': insideTar,
	'tar.xz': insideTar,
	'tar.zst': insideTar,
	zip: insideZip,
	asar: insideAsar,
	wheel: insideZip,
};

/** A venv of which some files are not what they should be, and some links go in circles or nowhere. */
function writeFolder(folder: string, random: Random): void {
	mkdirSync(folder);
	for (const [path, literal] of Object.entries(venv())) {
		if (random.chance(95)) {
			place(`${folder}${path}`, literal, random);
		}
	}

	for (let left = random.below(4); left > 0; left--) {
		const usual = random.pick(['a\nb', 'x\\y', 'Ä', `x${random.below(9)}`]);
		const name = random.chance(4) ? Buffer.from('\xff\xfe', 'latin1') : Buffer.from(usual);
		const odd = Buffer.concat([Buffer.from(`${folder}/`), name]);
		writeFileSync(odd, random.bytes(random.below(50)));
	}
}

function place(path: string, literal: LiteralEntry, random: Random): void {
	mkdirSync(path.endsWith('/') ? path : dirname(path), {recursive: true});
	if (typeof literal === 'string' || literal instanceof Uint8Array) {
		const mode = random.chance(90) ? 0o644 : random.below(0o1000);
		writeFileSync(path, random.chance(40) ? mutated(Buffer.from(literal), random) : literal, {mode});
	} else if ('link' in literal) {
		const odd = random.pick(['.', '..', '/', 'python', '../../..', 'x'.repeat(4000)]);
		symlinkSync(random.chance(80) ? literal.link : odd, path);
	}
}
