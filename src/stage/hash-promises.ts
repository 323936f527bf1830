import {readFileSync} from 'node:fs';
import {dirname, resolve} from 'node:path';
import {decodeRequirementsFile, type RequirementLine} from '../codecs/requirements-file.ts';
import {InputError} from '../model/errors.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import type {InputPlan} from '../model/plan.ts';
import type {Environment} from './interpreters/probe.ts';

/** What the user's requirement files say of the bytes that they accept. */
export interface HashPromises {
	/** Normalised name → sha256 digests, of which a file must have one. */
	readonly allowed: ReadonlyMap<string, ReadonlySet<string>>;
	/** Whether every distribution must have a hash: pip's rule is that one hash, or `--require-hashes`, asks for all. */
	readonly required: boolean;
	/** Requirements as they stand in the files. */
	readonly lines: readonly RequirementLine[];
}

/**
 * Reads the hashes of all requirement and constraint files of the plan, included ones too.
 * Throws an InputError (REQUIREMENTS_MISSING) where a file cannot be read.
 */
export function hashPromises(plan: InputPlan, environment: Environment): HashPromises {
	const lines: RequirementLine[] = [];
	const seen = new Set<string>();
	for (const file of [...plan.requirements, ...plan.constraints]) {
		read(file, {lines, seen, environment});
	}

	const allowed = new Map<string, Set<string>>();
	for (const line of lines) {
		if (line.hashes.length > 0 && line.name !== '') {
			const known = allowed.get(line.name) ?? [];
			allowed.set(line.name, new Set([...known, ...line.hashes]));
		}
	}

	const asked = lines.some(line => line.requireHashes || line.hashes.length > 0);
	return {allowed, required: plan.requireHashes || asked, lines};
}

interface Reading {
	readonly lines: RequirementLine[];
	readonly seen: Set<string>;
	readonly environment: Environment;
}

function read(file: HostPath, reading: Reading): void {
	const {lines, seen, environment} = reading;
	if (seen.has(file)) {
		return;
	}

	seen.add(file);
	for (const line of decodeRequirementsFile(expanded(textOf(file), environment))) {
		if (line.includes === undefined) {
			lines.push(line);
		} else if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(line.includes)) {
			read(hostPath(resolve(dirname(file), line.includes)), reading);
		}
	}
}

/** As pip and uv have it: `${NAME}`, upper case; an unset one stays. */
function expanded(text: string, environment: Environment): string {
	return text.replaceAll(/\$\{([A-Z0-9_]+)\}/g, (whole, name: string) => environment[name] ?? whole);
}

function textOf(file: HostPath): string {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		throw new InputError(`the requirements file ${file} cannot be read`, {
			code: 'REQUIREMENTS_MISSING',
			input: file,
			hint: 'files named inside of another are looked for beside that one',
			cause: error,
		});
	}
}

/** Throws an InputError (HASH_MISSING) that names every distribution without a hash, where hashes are required. */
export function refuseUnhashed(names: readonly string[], promises: HashPromises): void {
	const missing = names.filter(name => !promises.allowed.has(name));
	if (promises.required && missing.length > 0) {
		throw new InputError(`hashes are required, and these have none: ${missing.join(', ')}`, {
			code: 'HASH_MISSING',
			input: missing.join(', '),
			hint: 'one --hash, or --require-hashes, asks for all: write the file with `uv pip compile --generate-hashes`',
		});
	}
}
