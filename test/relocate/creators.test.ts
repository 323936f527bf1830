import {execFileSync} from 'node:child_process';
import {
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import type {Move, PythonMove} from '../../src/model/moves.ts';
import {hostPath, installPath} from '../../src/model/paths.ts';
import type {Tree} from '../../src/model/tree.ts';
import {relocate} from '../../src/relocate/relocate.ts';
import {pathOf, pythons, withReason} from '../helpers/tools.ts';
import {type Literal, linkAt, readLiteral, staged, textAt} from '../helpers/tree.ts';
import {uvFolder} from '../helpers/uv.ts';

/** One whose prefix is its own, so that it can be told apart from the target's. */
const python = pythons().find(({origin}) => origin === 'pyenv')?.path;
const noPython = python === undefined ? 'a Python of pyenv' : '';

/** The name of a program that is not here. */
const lacking = (program: string) => (pathOf(program) === undefined ? program : '');

interface Creator {
	readonly name: string;
	/** What is missing here to run it; empty where nothing is. */
	readonly lacks: string;
	make(at: string): void;
}

/** The one of PATH, or the one that venvpack itself fetches. */
const uv = await uvFolder();

const run = (program: string, ...args: string[]) =>
	execFileSync(program, args, {stdio: ['ignore', 'ignore', 'inherit']});
const creators: readonly Creator[] = [
	{
		name: 'venv',
		lacks: noPython,
		make: at => run(python ?? '', '-m', 'venv', '--without-pip', at),
	},
	{
		name: 'virtualenv',
		lacks: noPython || lacking('virtualenv'),
		make: at => run('virtualenv', '-q', '--no-download', '--no-seed', '--python', python ?? '', at),
	},
	{
		name: 'uv venv',
		lacks: noPython || (uv === undefined ? 'uv' : ''),
		make: at => run(join(uv ?? '', 'uv'), 'venv', '-q', '--python', python ?? '', at),
	},
];

/** A folder on disk as a literal. */
function literals(root: string, path: string): Record<string, Literal> {
	const found: Record<string, Literal> = {};
	for (const name of readdirSync(join(root, path))) {
		const child = `${path}/${name}`;
		const info = lstatSync(join(root, child));
		if (info.isSymbolicLink()) {
			found[child] = {link: readlinkSync(join(root, child))};
		} else if (info.isDirectory()) {
			Object.assign(found, literals(root, child));
		} else {
			found[child] = readFileSync(join(root, child));
		}
	}

	return found;
}

/** What an interpreter says of itself, and where the target will have it. */
function pythonOf(program: string): PythonMove {
	const script =
		'import json, os, sys; print(json.dumps([os.path.realpath(sys.executable), sys.base_prefix, "%d.%d" % sys.version_info[:2], "%d.%d.%d" % sys.version_info[:3]]))';
	const [builder = '', prefix = '', minor = '', version = ''] = JSON.parse(
		execFileSync(program, ['-c', script], {encoding: 'utf8'}),
	) as string[];
	return {
		builder: hostPath(builder),
		builderPrefix: hostPath(prefix),
		target: installPath(`/target/bin/python${minor}`),
		minor,
		version,
	};
}

interface Moved {
	readonly stage: string;
	/** Lies on this machine, empty until `unpack`. */
	readonly prefix: string;
	readonly python: PythonMove;
	readonly tree: Tree;
}

function venvOf(t: ExecutionContext, creator: Creator): Moved {
	const root = realpathSync(mkdtempSync(join(tmpdir(), 'venvpack-creator-')));
	t.teardown(() => rmSync(root, {recursive: true}));
	const stage = join(root, 'stage');
	const prefix = join(root, 'target/app');
	mkdirSync(dirname(`${stage}${prefix}`), {recursive: true});
	creator.make(`${stage}${prefix}`);
	const moves: Move[] = [{what: 'stage', from: hostPath(stage), to: installPath('/')}];
	const move = pythonOf(`${stage}${prefix}/bin/python`);
	const differing = {moves, python: move, prefix: installPath(prefix)};
	const {tree} = relocate(staged(literals(stage, prefix), differing), readLiteral);
	return {stage, prefix, python: move, tree};
}

function unpack({tree}: Moved): void {
	for (const entry of tree.entries) {
		if (entry.kind === 'file') {
			mkdirSync(dirname(entry.path), {recursive: true});
			writeFileSync(entry.path, readLiteral(entry.content));
		}
	}
}

for (const creator of creators) {
	withReason(creator.lacks)(
		`nothing of a venv by ${creator.name} names the stage or the interpreter that made it`,
		t => {
			const {stage, prefix, python: move, tree} = venvOf(t, creator);
			for (const entry of tree.entries) {
				if (entry.kind === 'file') {
					const text = Buffer.from(readLiteral(entry.content)).toString('latin1');
					t.false(text.includes(stage), entry.path);
					t.false(text.includes(move.builderPrefix), entry.path);
				} else if (entry.kind === 'link') {
					t.true(entry.target === move.target || !entry.target.startsWith('/'), `${entry.path} → ${entry.target}`);
				}
			}

			const configuration = `home = /target/bin\ninclude-system-site-packages = false\nversion = ${move.minor}\n`;
			t.is(textAt(tree, `${prefix}/pyvenv.cfg`), configuration);
			t.true([`python${move.minor}`, 'python'].some(name => linkAt(tree, `${prefix}/bin/${name}`) === move.target));
		},
	);

	for (const shell of ['dash', 'bash', 'zsh', 'tcsh', 'fish']) {
		withReason([creator.lacks, lacking(shell)].filter(Boolean).join(', '))(
			`activate of ${creator.name} works in ${shell} where it was moved to`,
			t => {
				const moved = venvOf(t, creator);
				unpack(moved);
				rmSync(moved.stage, {recursive: true});
				const suffix = shell === 'tcsh' ? '.csh' : shell === 'fish' ? '.fish' : '';
				const script = `${suffix === '' ? '.' : 'source'} ${moved.prefix}/bin/activate${suffix}`;
				const command = `${shell === 'tcsh' ? 'set prompt=x; ' : ''}${script}; echo "$VIRTUAL_ENV"; echo "$PATH"`;
				const shown = execFileSync(shell, ['-c', command], {encoding: 'utf8'});
				t.true(shown.startsWith(`${moved.prefix}\n${moved.prefix}/bin`), shown);
			},
		);
	}
}
