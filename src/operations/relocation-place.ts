import {basename, dirname} from 'node:path';
import {fallbackTarget} from '../config/targets.ts';
import type {PackageWriter} from '../formats/format.ts';
import {formatNamed} from '../formats/formats.ts';
import {type Exchange, exchangeIn} from '../host/exchange.ts';
import {type Output, openOutput, openReplacement, prepareOutputFolder} from '../host/output.ts';
import {takeAfter} from '../host/take-after.ts';
import {removeOnExit} from '../host/temporary.ts';
import type {NewPackage} from '../model/package.ts';
import {type HostPath, hostPath} from '../model/paths.ts';
import {manifestName} from '../model/prefix.ts';
import type {Context} from './context.ts';
import type {Relocation} from './relocation-plan.ts';

/** Where a relocated venv is written. */
export interface Destination {
	/** Where it lies at the end. */
	readonly place: HostPath;
	open(pkg: NewPackage): Promise<PackageWriter>;
	/** Gives it its name. */
	commit(): Promise<void>;
	/** Removes what was written. */
	discard(): void;
}

/**
 * Begins the copy or the replacement that was asked for; undefined for a dry run.
 * Throws a HostError (OUTPUT_UNWRITABLE, OUTPUT_OCCUPIED, IN_PLACE_IMPOSSIBLE).
 */
export function destinationOf(relocation: Relocation, environment: Context['environment']): Destination | undefined {
	const {venv, out, inPlace, dryRun} = relocation;
	if (dryRun) {
		return undefined;
	}

	if (inPlace) {
		return replacing(relocation, environment);
	}

	const place = out ?? venv.folder;
	const parent = hostPath(dirname(place));
	prepareOutputFolder(parent);
	return writingTo(openOutput(parent, basename(place), manifestName));
}

function replacing({venv, plan}: Relocation, environment: Context['environment']): Destination {
	const {python, machine} = plan.input;
	let exchange: Exchange | undefined;
	const output = openReplacement(venv.folder, (one, other) => {
		takeAfter(one, other);
		exchange?.swap(one, other);
	});
	const pythons = [python.builder, hostPath('/usr/bin/python3')];
	exchange = exchangeIn(output.part, {pythons, machine, environment});
	removeOnExit(output.part);
	return writingTo(output);
}

function writingTo(output: Output): Destination {
	const format = formatNamed('dir');
	return {
		place: output.final,
		commit: () => output.commit(),
		discard: () => output.discard(),
		async open(pkg) {
			// A folder is the same for every target; it takes no settings, and spools nothing.
			const target = fallbackTarget('dpkg', undefined);
			const compression = {method: 'none', level: 0} as const;
			return format.open(pkg, {file: output.part, scratch: output.part, target, settings: {}, compression});
		},
	};
}
