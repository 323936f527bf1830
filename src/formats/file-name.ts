import type {NewPackage} from '../model/package.ts';

/** `NAME-VERSION-linux-ARCH`, or `NAME-VERSION-py3-none-any` as a wheel says that nothing depends on the machine. */
export function artifactStem(pkg: NewPackage): string {
	return `${folderName(pkg)}-${pkg.arch === 'any' ? 'py3-none-any' : `linux-${pkg.arch}`}`;
}

/** `NAME-VERSION`, the version as the project writes it. */
export function folderName({metadata}: NewPackage): string {
	return `${metadata.name}-${metadata.version}`;
}
