import type {Command} from 'commander';
import {absolute, addCommonFlags, type CommonFlags, type Perform} from '../command.ts';
import {addKeyFlags, type KeyFlags, keyRequestOf} from '../key-flags.ts';

const examples = `
Examples:
  venvpack sign dist/* --key release@example.org
  venvpack sign dist/app-1.0-1.x86_64.rpm --key-env SIGNING_KEY --passphrase-env SIGNING_PASSPHRASE
  venvpack sign dist/app-1.0-linux-x86_64.tar.zst --minisign-key-file release.key

Without a flag that names a key, [sign] of the configuration in this folder names it.`;

/** `venvpack sign`: signs artifacts that exist, whoever made them. */
export function addSign(program: Command, perform: Perform): void {
	const command = program.command('sign').summary('sign artifacts that exist');
	command
		.description('Sign artifacts without building them again: a deb and an rpm inside, any other file beside it.')
		.argument('<ARTIFACT...>', 'packages, archives, lists of what is inside: any files, whoever made them')
		.optionsGroup('Keys:');
	addCommonFlags(addKeyFlags(command))
		.addHelpText('after', examples)
		.action((artifacts: readonly string[], flags: CommonFlags & KeyFlags) =>
			perform(flags, async session => {
				const request = {
					artifacts: artifacts.map(artifact => absolute(session, artifact, 'ARTIFACT')),
					keys: keyRequestOf(flags, session) ?? {},
					folder: session.library.hostPath(session.cwd),
				};
				session.report.signed(await session.library.sign(request, session.context));
			}),
		);
}
