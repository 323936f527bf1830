import * as v from 'valibot';
import type {Table} from '../table.ts';

export interface ProvenanceTable {
	readonly builder: string;
}

export const provenance: Table<ProvenanceTable> = {
	many: false,
	description:
		'A statement beside each artifact that says of what and by whom it was built (in-toto, SLSA provenance).',
	example: ['builder = "https://ci.example.org/release"'],
	schema: v.strictObject({
		builder: v.pipe(
			v.string(),
			v.regex(/^[a-z][a-z0-9+.-]*:[!-~]+$/),
			v.description('An address that names whoever builds: a URI, which need not lead anywhere.'),
		),
	}),
};
