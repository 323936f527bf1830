#!/usr/bin/env node
// Nothing but what Node itself brings is imported here: a static import would run before the version is looked at,
// and `--version` would wait for it.
import {readFileSync} from 'node:fs';

const needed = [22, 20] as const;

const args = process.argv.slice(2);
const version = ownVersion();
if (args[0] === '--version' || args[0] === '-V') {
	process.stdout.write(`${version}\n`);
} else if (nodeWillDo() || isOnlyHelp()) {
	const [{run}, {keepHeapSmall}] = await Promise.all([import('./program.ts'), import('./heap.ts')]);
	keepHeapSmall();
	process.exitCode = await run(args, version);
} else {
	refuse();
}

function nodeWillDo(): boolean {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}

/** Help loads nothing but the parser of the command line, which runs on Node 18. */
function isOnlyHelp(): boolean {
	return args.length === 0 || args[0] === 'help' || args.includes('--help') || args.includes('-h');
}

function refuse(): void {
	const message = `Node ${needed.join('.')} or later is needed, and this is Node ${process.versions.node}`;
	const hint = 'install a newer Node from https://nodejs.org or your distribution, or put it first on PATH';
	const code = 'NODE_TOO_OLD';
	process.stderr.write(`venvpack: ${message}\n→ ${hint}\n[${code}: see docs/errors.md]\n`);
	if (args.includes('--json')) {
		process.stdout.write(`${JSON.stringify({error: {code, message, hint, exitCode: 3}}, undefined, 2)}\n`);
	}

	process.exitCode = 3;
}

/** Of package.json, which lies above this file both in the checkout and in the package, where dist/ is between. */
function ownVersion(): string {
	for (const place of ['../package.json', '../../package.json']) {
		try {
			const found: unknown = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'));
			if (isOwn(found)) {
				return found.version;
			}
		} catch {
			// Not there: the next place.
		}
	}

	return 'unknown';
}

function isOwn(value: unknown): value is {version: string} {
	return typeof value === 'object' && value !== null && 'name' in value && value.name === 'venvpack';
}
