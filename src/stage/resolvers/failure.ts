import {HostError, InputError} from '../../model/errors.ts';

/** What uv and pip say when no server answered. A server that answers and refuses is something else: the input may be wrong. */
const network =
	/dns error|failed to lookup address|error trying to connect|tcp connect error|operation timed out|connection (?:refused|reset)|network is unreachable|NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError/i;

/** Runs a tool's resolution; what it refuses is the input's fault, unless the network failed. The user reads all of it. */
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
		if (said && network.test(said)) {
			throw new HostError(`${what.doing} failed, because the network did`, {
				code: 'NETWORK_FAILED',
				hint: 'see whether the index can be reached from here; --offline with --find-links builds without it',
				command: error.command,
				output: said,
				cause: error,
			});
		}

		throw new InputError(`${what.doing} failed${said ? `:\n${said}` : `: ${error.message}`}`, {
			code: what.code,
			input: what.input,
			hint: what.hint,
			cause: error,
		});
	}
}
