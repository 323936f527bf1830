import {createHash} from 'node:crypto';
import {readContent} from '../host/read.ts';
import type {RecordedArchive, RecordedInterpreter} from '../model/python-archive.ts';
import type {Staged} from '../model/staged.ts';
import type {Entry} from '../model/tree.ts';

/**
 * What tells the carried interpreter from every other one: a digest over its files as the builder has them, their places below
 * the prefix and whether they may be run. Bytecode is left out, since it is made for the prefix. Undefined where none is carried.
 */
export function carriedInterpreter(
	{tree, prefix, carried}: Pick<Staged, 'tree' | 'prefix' | 'carried'>,
	archive: RecordedArchive | undefined,
): RecordedInterpreter | undefined {
	const own = tree.entries.filter(({path}) => carried.get(path) === 'interpreter' && !path.includes('/__pycache__/'));
	if (own.length === 0) {
		return undefined;
	}

	const hash = createHash('sha256');
	for (const entry of own) {
		hash.update(`${entry.path.slice(prefix === '/' ? 0 : prefix.length)}\0${factsOf(entry)}\n`);
	}

	return {sha256: hash.digest('hex'), ...(archive ? {archive} : {})};
}

function factsOf(entry: Entry): string {
	switch (entry.kind) {
		case 'file':
			return `${(entry.mode & 0o111) === 0 ? 'file' : 'program'} ${createHash('sha256').update(readContent(entry.content)).digest('hex')}`;
		case 'link':
			return `link ${entry.target}`;
		case 'directory':
			return 'folder';
	}
}
