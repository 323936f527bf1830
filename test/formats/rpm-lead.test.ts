import test from 'ava';
import {decodeLead, encodeLead, isLead, leadSize} from '../../src/formats/rpm/lead.ts';
import {ArtifactError} from '../../src/model/errors.ts';

test('a lead that was encoded decodes to itself', t => {
	const lead = encodeLead('app-1.0-1');
	t.is(lead.length, leadSize);
	t.true(isLead(lead));
	t.deepEqual(decodeLead(lead), {name: 'app-1.0-1', source: false});
});

test('a name of over 65 bytes is cut, and still ends', t => {
	t.is(decodeLead(encodeLead('n'.repeat(200))).name, 'n'.repeat(65));
});

for (const [what, change] of [
	['another magic', (lead: Buffer) => lead.writeUInt8(0, 0)],
	['a version of the future', (lead: Buffer) => lead.writeUInt8(9, 4)],
	['a signature of another kind', (lead: Buffer) => lead.writeUInt16BE(1, 78)],
] as const) {
	test(`refuses ${what}`, t => {
		const lead = encodeLead('app-1.0-1');
		change(lead);
		t.like(
			t.throws(() => decodeLead(lead), {instanceOf: ArtifactError}),
			{code: 'RPM_LEAD_BROKEN', exitCode: 3},
		);
	});
}

test('refuses a file that ends early', t => {
	t.throws(() => decodeLead(encodeLead('app').subarray(0, 95)), {instanceOf: ArtifactError});
	t.false(isLead(new Uint8Array(2)));
});
