import type {HostPath} from '../model/paths.ts';
import type {SignedArtifact} from '../model/signing.ts';
import {debReader} from './deb/read.ts';
import {signDeb, unsignDeb} from './deb/sign.ts';
import type {Reader} from './reader.ts';
import {rpmReader} from './rpm/read.ts';
import {signRpm, unsignRpm} from './rpm/sign.ts';
import type {Signer} from './signer.ts';

/** A format that has a place for a signature inside. */
interface EmbeddedSignature {
	/** Such as `deb`: of the format, and of its reader. */
	readonly format: string;
	readonly signature: SignedArtifact['signature'];
	readonly recognises: Reader['recognises'];
	/** Signs a file in its place, which nobody else knows yet. */
	sign(file: HostPath, signer: Signer): Promise<void>;
	/** Takes what `sign` put into such a file out of it. */
	remove(file: HostPath): Promise<void>;
}

/** All other formats are signed beside the file. */
export const embeddedSignatures: readonly EmbeddedSignature[] = [
	{format: 'deb', signature: '_gpgorigin', recognises: debReader.recognises, sign: signDeb, remove: unsignDeb},
	{format: 'rpm', signature: 'rpm header', recognises: rpmReader.recognises, sign: signRpm, remove: unsignRpm},
];
