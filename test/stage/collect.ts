import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import type {Event} from '../../src/model/events.ts';
import {fixedLayout} from '../../src/model/layout.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import type {InputPlan} from '../../src/model/plan.ts';
import type {Wheelhouse} from '../../src/model/staged.ts';
import {findInterpreter, type Interpreter} from '../../src/stage/interpreters/system.ts';
import {collectWheels} from '../../src/stage/wheelhouse.ts';
import {pathOf} from '../helpers/tools.ts';

/** A private folder, home and cache for one test. */
export interface Bench {
	readonly base: string;
	readonly events: Event[];
	/** Writes a file, and returns its path. */
	file(name: string, content: string | Buffer): string;
	collect(plan: PlanChanges, environment?: Readonly<Record<string, string>>): Promise<Wheelhouse>;
}

export type PlanChanges = Partial<Omit<InputPlan, 'indexes'>> & {
	readonly index?: string;
	readonly findLinks?: readonly string[];
};

let interpreter: Interpreter | undefined;

/** The interpreter that builds in tests. */
export async function builder(): Promise<Interpreter> {
	interpreter ??= await findInterpreter({kind: 'any', requiresPython: '>=3.9'}, process.env);
	return interpreter;
}

/** `tools`: folders that stand first on PATH. */
export function bench(t: ExecutionContext, tools: readonly string[]): Bench {
	const base = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-test-')));
	t.teardown(() => rmSync(base, {recursive: true, force: true}));
	mkdirSync(join(base, 'home'));
	const events: Event[] = [];
	const git = pathOf('git');
	let runs = 0;
	return {
		base,
		events,
		file(name, content) {
			writeFileSync(join(base, name), content);
			return join(base, name);
		},
		async collect(changes, environment = {}) {
			const python = await builder();
			return collectWheels(planOf(changes, python), {
				work: hostPath(join(base, `work-${runs++}`)),
				listener: event => events.push(event),
				environment: {
					PATH: [...tools, '/usr/bin', '/bin'].join(':'),
					HOME: join(base, 'home'),
					VENVPACK_CACHE_DIR: join(base, 'cache'),
					...(git === undefined ? {} : {GIT_CONFIG_NOSYSTEM: '1'}),
					...certificates(),
					...environment,
				},
			});
		},
	};
}

/** What this machine needs to reach the index. */
function certificates(): Record<string, string> {
	const names = [
		'SSL_CERT_FILE',
		'PIP_CERT',
		'HTTPS_PROXY',
		'HTTP_PROXY',
		'NO_PROXY',
		'https_proxy',
		'http_proxy',
		'no_proxy',
	];
	return Object.fromEntries(
		names.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? '']])),
	);
}

function planOf({index = '', findLinks = [], ...changes}: PlanChanges, python: Interpreter): InputPlan {
	return {
		input: {kind: 'requirements'},
		from: [],
		requirements: [],
		constraints: [],
		extras: [],
		groups: [],
		indexes: {indexUrl: index, extraIndexUrls: [], findLinks},
		requireHashes: false,
		offline: false,
		layout: fixedLayout,
		python: {
			builder: python.executable,
			builderPrefix: python.prefix,
			target: installPath(`/usr/bin/python${python.minor}`),
			minor: python.minor,
			version: python.version,
		},
		targetVersion: '',
		hooks: [],
		machine: process.arch === 'x64' ? 'x86_64' : 'aarch64',
		...changes,
	};
}
