import test from 'ava';
import {HostError, InputError} from '../../src/model/errors.ts';
import {blamingInput} from '../../src/stage/resolvers/failure.ts';

const what = {code: 'RESOLVE_FAILED', doing: 'resolving', input: 'x==1', hint: 'look'};
const refused = (output: string) =>
	blamingInput(what, () => Promise.reject(new HostError('uv failed', {code: 'RESOLVE_FAILED', output})));

const machine = test.macro(async (t, output: string) => {
	const error = await t.throwsAsync(refused(output), {instanceOf: HostError});
	t.like(error, {code: 'NETWORK_FAILED', exitCode: 3, output});
});
test(
	'uv cannot connect',
	machine,
	'error: Failed to fetch\n  cause: tcp connect error\n  cause: Connection refused (os error 111)',
);
test('uv cannot find the host', machine, 'cause: dns error\n  cause: failed to lookup address information');
test('pip cannot connect', machine, 'NewConnectionError(<…>: Failed to establish a new connection: [Errno 111])');

const input = test.macro(async (t, output: string) => {
	const error = await t.throwsAsync(refused(output), {instanceOf: InputError});
	t.like(error, {code: 'RESOLVE_FAILED', exitCode: 2});
	t.true(error?.message.includes(output));
});
test('there is no such version', input, 'Because there is no version of x==1, your requirements are unsatisfiable.');
test('the index refuses', input, 'HTTP status client error (401 Unauthorized) for url (https://i.example/simple/x/)');
