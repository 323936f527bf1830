import {statSync} from 'node:fs';
import {encodeProvenance} from '../codecs/provenance.ts';
import type {CompanionMaker} from '../model/companion.ts';
import type {Plan} from '../model/plan.ts';

/** Makes the statement of provenance of each artifact, where one is wanted. A folder has no digest that others could compare. */
export function provenanceBeside({provenance: builder}: Pick<Plan, 'provenance'>): readonly CompanionMaker[] {
	return builder === ''
		? []
		: [
				({pkg: {manifest}, file, name, format, sha256}) =>
					statSync(file).isDirectory()
						? []
						: [
								{
									name: `${name}.intoto.jsonl`,
									bytes: encodeProvenance({name, sha256, format, builder, manifest}),
								},
							],
			];
}
