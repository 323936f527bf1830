import type {Companion, CompanionMaker} from '../model/companion.ts';
import type {HostPath} from '../model/paths.ts';
import type {KeyChoice, Signing} from '../model/signing.ts';
import type {Context} from './context.ts';
import {withoutSecrets} from './secret.ts';
import {dataOf, openSigners} from './signers.ts';

/** What signs the artifacts of a build, before they get their names. */
export interface BuildSigning {
	/** Signs inside of a finished artifact, where its format has a place for it. */
	seal(format: string, file: HostPath): Promise<void>;
	/** Makes the signatures beside it, also of the documents that lie beside it. */
	readonly beside: CompanionMaker;
	close(): Promise<void>;
}

/** Finds the keys and has them sign once. Throws what is wrong with them: see signers.ts. */
export async function openBuildSigning(signing: Signing, context: Context): Promise<BuildSigning> {
	const signers = await openSigners(signing, context);
	return {
		seal: (format, file) => signers.seal(format, file),
		beside: async ({format, pkg, file, name}, before) => {
			if (format === 'dir') {
				context.listener({kind: 'note', message: `${name} is a folder, which is not signed`});
				return [];
			}

			const epoch = () => pkg.epoch;
			const companions: Companion[] = await signers.beside(name, {format, data: dataOf(file), epoch});
			for (const {name: document, bytes} of before.filter(isDocument)) {
				companions.push(...(await signers.beside(document, {format: 'file', data: () => [bytes], epoch})));
			}

			return companions;
		},
		close: () => signers.close(),
	};
}

/** A context in which no program that is started finds a key or a passphrase. */
export function shielded(context: Context, {openpgp, minisign}: Signing): Context {
	const choices: ReadonlyArray<KeyChoice | undefined> = [openpgp, minisign];
	return {...context, environment: withoutSecrets(context.environment, choices)};
}

/** What says what is inside; filters for a linter say nothing of it. */
function isDocument({name}: Companion): boolean {
	return /\.jsonl?$/.test(name);
}
