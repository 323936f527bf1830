import {HostError, InputError} from '../../model/errors.ts';

/** Runs a tool's resolution; what it refuses is the input's fault, and the user reads all of it. */
export async function blamingInput<T>(
	what: {readonly code: string; readonly doing: string; readonly input: string; readonly hint: string},
	action: () => Promise<T>,
): Promise<T> {
	try {
		return await action();
	} catch (error) {
		if (!(error instanceof HostError) || error.code !== what.code) {
			throw error;
		}

		const said = error.output?.trim();
		throw new InputError(`${what.doing} failed${said ? `:\n${said}` : `: ${error.message}`}`, {
			code: what.code,
			input: what.input,
			hint: what.hint,
			cause: error,
		});
	}
}
