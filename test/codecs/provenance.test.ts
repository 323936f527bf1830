import test from 'ava';
import {encodeProvenance} from '../../src/codecs/provenance.ts';
import {pkg} from '../helpers/package.ts';

const {manifest} = pkg({});
const distribution = {name: 'a', version: '1', license: '', origin: 'index', wheel: 'a-1+x.whl', sha256: 'cd'} as const;
const facts = {
	name: 'app_1.0-1_amd64.deb',
	sha256: 'ab'.repeat(32),
	format: 'deb',
	builder: 'https://ci.example.org/7',
	manifest: {...manifest, distributions: [distribution]},
};

test('a statement of in-toto about this very file, with what went in', t => {
	const {_type, subject, predicateType, predicate} = JSON.parse(Buffer.from(encodeProvenance(facts)).toString('utf8'));
	t.is(_type, 'https://in-toto.io/Statement/v1');
	t.is(predicateType, 'https://slsa.dev/provenance/v1');
	t.deepEqual(subject, [{name: facts.name, digest: {sha256: facts.sha256}}]);
	t.deepEqual(predicate.runDetails.builder.id, 'https://ci.example.org/7');
	t.deepEqual(predicate.buildDefinition.resolvedDependencies, [
		{name: 'a', uri: 'file:a-1%2Bx.whl', digest: {sha256: 'cd'}, annotations: {version: '1', origin: 'index'}},
	]);
	t.is(predicate.buildDefinition.externalParameters.prefix, '/opt/app');
});

test('the same build, the same bytes', t => {
	t.deepEqual(encodeProvenance(facts), encodeProvenance(structuredClone(facts)));
});
