import {lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {extractTree} from '../../src/host/extract.ts';
import {ArtifactError, HostError, VenvpackError} from '../../src/model/errors.ts';
import {hostPath} from '../../src/model/paths.ts';
import type {Context} from '../../src/operations/context.ts';
import {inspect} from '../../src/operations/inspect.ts';
import {openArtifact} from '../../src/operations/open.ts';
import {verify} from '../../src/operations/verify.ts';

const context: Context = {listener: () => undefined, environment: {}, version: '0.0.0'};

/**
 * What became of a mutant: `fine`, or the code of a refusal. Throws what is neither: a failure of venvpack. `verify` opens
 * an artifact and reads all of its contents; some of what came through that are also shown, or unpacked.
 */
export async function attempt(artifact: string, ground: Ground, number: number): Promise<string> {
	const outcome = await refusable(() => verify({artifact}, context));
	if (outcome === 'fine' && number % 3 === 0) {
		await refusable(() => inspectAll(artifact));
	}

	if (outcome === 'fine' && number % 3 === 1) {
		await refusable(() => ground.extract(artifact));
		ground.check();
	}

	return outcome;
}

async function inspectAll(artifact: string): Promise<void> {
	const {entries} = await inspect({artifact}, context);
	for (const {path} of entries()) {
		if (!path.startsWith('/')) {
			throw new Error(`an entry is ${path}`);
		}
	}
}

async function refusable(act: () => Promise<unknown>): Promise<string> {
	try {
		await act();
		return 'fine';
	} catch (error) {
		if (error instanceof VenvpackError && isProper(error)) {
			return error.code;
		}

		throw error;
	}
}

/** An artifact is at fault, or it is too much for this machine's disk; never the machine for what an artifact says. */
function isProper(error: VenvpackError): boolean {
	const isOurs = error instanceof ArtifactError ? error.exitCode === 3 : error instanceof HostError;
	return isOurs && /^[A-Z][A-Z0-9_]+$/.test(error.code) && error.message !== '';
}

/** A place to unpack to, and a bystander beside it that must stay as it is. */
export class Ground {
	readonly #root: string;
	readonly #canary: string;

	constructor(root: string) {
		this.#root = root;
		this.#canary = join(root, 'canary');
		mkdirSync(this.#canary, {recursive: true});
		writeFileSync(join(this.#canary, 'x'), 'untouched');
	}

	async extract(artifact: string): Promise<void> {
		const into = hostPath(join(this.#root, 'into'));
		rmSync(into, {recursive: true, force: true});
		mkdirSync(into);
		const opened = await openArtifact({artifact}, context);
		try {
			const size = opened.pkg.tree.entries.length;
			if (size < 1000) {
				await extractTree(opened.pkg.tree, {into, epoch: 0});
			}
		} finally {
			opened.close();
		}
	}

	/** Throws where anything came to be outside of the destination. */
	check(): void {
		const beside = readdirSync(this.#root).filter(name => !['into', 'canary', 'artifact'].includes(name));
		const held = readdirSync(this.#canary).join();
		if (beside.length > 0 || held !== 'x' || lstatSync(this.#canary).mode % 0o1000 !== 0o755) {
			throw new Error(`something was written outside of the destination: ${beside.join()} ${held}`);
		}

		if (readFileSync(join(this.#canary, 'x'), 'utf8') !== 'untouched') {
			throw new Error('a file outside of the destination was overwritten');
		}
	}
}
