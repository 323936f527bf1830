import {commandFailed} from '../../check/running/kinds.ts';
import {shellWords} from '../../codecs/shell-words.ts';
import {UsageError} from '../../model/errors.ts';
import {type Finding, findingOf} from '../../model/findings.ts';
import {below, type InstallPath} from '../../model/paths.ts';
import {howItEnded} from './ending.ts';
import type {Ground} from './ground.ts';

/** A command that the user gave, in words. */
export interface Command {
	/** As given. */
	readonly text: string;
	readonly words: readonly [string, ...string[]];
}

/**
 * Reads the user's commands.
 * Throws a UsageError (COMMAND_INVALID) for one that only a shell understands, or that is empty.
 */
export function commandsOf(texts: readonly string[]): readonly Command[] {
	return texts.map(text => {
		try {
			const [program, ...rest] = shellWords(text);
			if (program) {
				return {text, words: [program, ...rest]};
			}

			throw new SyntaxError('it is empty');
		} catch (error) {
			if (!(error instanceof SyntaxError)) {
				throw error;
			}

			throw new UsageError(`--command ${JSON.stringify(text)}: ${error.message}`, {
				code: 'COMMAND_INVALID',
				hint: `to have one, ask for it: --command "sh -c '…'"`,
			});
		}
	});
}

/** Runs the given commands, one after the other, with the package's bin first on PATH. */
export async function judgeCommands(ground: Ground, commands: readonly Command[]): Promise<readonly Finding[]> {
	const findings: Finding[] = [];
	for (const {text, words} of commands) {
		const [program, ...rest] = words;
		const {sandbox, seconds, venv} = ground;
		const inTree = program.includes('/') && !program.startsWith('/');
		const argv = [inTree ? `${venv.root}/${program}` : program, ...rest];
		const ended = await sandbox.run(argv, {seconds, path: `${venv.root}/bin`});
		if (ended.code !== 0) {
			const path = programPath(program, venv.root);
			findings.push(findingOf(commandFailed, {path, message: `${text}: ${howItEnded(ended, seconds)}`}));
		}
	}

	return findings;
}

/** What of the tree a command means, as far as its first word tells. */
function programPath(program: string, root: InstallPath): InstallPath {
	try {
		return below(root, program.includes('/') ? program.replace(`${root}/`, '') : `bin/${program}`);
	} catch {
		return root;
	}
}
