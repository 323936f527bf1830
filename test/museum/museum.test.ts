import {writeFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {installPath} from '../../src/model/paths.ts';
import type {Verification} from '../../src/model/verification.ts';
import {listQuestions, verify} from '../../src/operations/verify.ts';
import {withBuilder} from '../helpers/built.ts';
import {temporaryFolder} from '../helpers/pack.ts';
import {uvFolder} from '../helpers/uv.ts';
import {carriedExhibit} from './carried.ts';
import type {Exhibit} from './exhibit.ts';
import {goodExhibit} from './good.ts';
import {pieces} from './pieces.ts';
import type {Piece} from './place.ts';

// The proof that `verify` can fail: a good artifact, broken in one thing at a time. Each piece shows its own code, and
// otherwise only what is about the same place.

const test = await withBuilder();
const uv = await uvFolder();
const environment = {...process.env, PATH: [...(uv === undefined ? [] : [uv]), process.env.PATH].join(delimiter)};
const context = {listener: () => undefined, environment, version: '0.0.0'};

let good: Promise<Exhibit> | undefined;

async function look(exhibit: Exhibit, request: Piece['verify'] = {}): Promise<Verification> {
	const file = join(temporaryFolder(), 'app.deb');
	writeFileSync(file, exhibit.deb());
	return verify({artifact: file, ...request}, context);
}

/** A piece as it will be broken. */
async function whole({isOurs, isCarried}: Pick<Piece, 'isOurs' | 'isCarried'>): Promise<Exhibit> {
	good ??= goodExhibit(environment);
	const exhibit = (await good).copy();
	if (isCarried) {
		return carriedExhibit(exhibit);
	}

	if (!isOurs) {
		exhibit.remove('/opt/app/venvpack.json');
		return exhibit;
	}

	exhibit.remove('/opt/app/bin/native');
	return exhibit;
}

const lines = ({findings}: Verification) => findings.map(({code, path, message}) => `${code} ${path}: ${message}`);

test('of the good artifact there is nothing to say', async t => {
	t.deepEqual(lines(await look(await whole({}))), []);
	t.deepEqual(lines(await look(await whole({isOurs: true}))), []);
	t.deepEqual(lines(await look(await whole({isCarried: true}))), []);
});

test('every code of every static check has its piece', t => {
	const shown = new Set(pieces.map(({code}) => code));
	const kinds = listQuestions().filter(({part}) => part === 'static');
	t.deepEqual(
		kinds.flatMap(question => question.kinds.map(({code}) => code)).filter(code => !shown.has(code)),
		[],
	);
});

const shows = async (t: ExecutionContext, piece: Piece) => {
	const exhibit = await whole(piece);
	piece.breaks(exhibit);
	const found = await look(exhibit, piece.verify);
	const own = found.findings.find(({code, path}) => code === piece.code && isAbout(path, [piece.path]));
	t.truthy(own, `${piece.code} is not found, but:\n${lines(found).join('\n')}`);
	const kinds = listQuestions().flatMap(question => question.kinds);
	t.is(own?.severity, piece.severity ?? kinds.find(({code}) => code === piece.code)?.severity);
	const elsewhere = found.findings.filter(({path}) => !isAbout(path, [piece.path, ...(piece.also ?? [])]));
	t.deepEqual(lines({...found, findings: elsewhere}), []);
};

function isAbout(path: string, places: readonly string[]): boolean {
	return places.some(place => path === place || path.startsWith(`${place}/`));
}

for (const piece of pieces) {
	const place = installPath(piece.path).replaceAll(/python-?3\.\d+/g, 'python3.X');
	test(`${piece.code} at ${place}${piece.isCarried ? ', the interpreter inside' : ''}`, shows, piece);
}
