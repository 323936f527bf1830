import {normalizedName} from '../codecs/requirement-name.ts';
import type {InputPlan} from '../model/plan.ts';
import type {Wheel, Wheelhouse} from '../model/staged.ts';
import {findInstaller} from '../stage/installers/find.ts';
import {stageVenv} from '../stage/stage.ts';
import {metadataOfWheel} from '../stage/wheel-metadata.ts';
import {collectWheels} from '../stage/wheelhouse.ts';
import {correctedSources} from './corrected-sources.ts';
import {folder, type Source, type SourceOptions} from './source.ts';

/** Brings the wheels that a plan needs. Throws what collecting them throws. */
export async function wheelSource(input: InputPlan, options: SourceOptions): Promise<Source> {
	const {listener, environment} = options.context;
	const wheelhouse = await collectWheels(input, {work: folder(options.work, 'wheels'), listener, environment});
	return sourceOfWheels(wheelhouse, options);
}

/** Wheels at hand as what is packaged. */
export async function sourceOfWheels(wheelhouse: Wheelhouse, options: SourceOptions): Promise<Source> {
	const {name, work, context} = options;
	const {listener, environment} = context;
	const main = wheelhouse.main ?? namesake(wheelhouse, name ?? '');
	return {
		metadata: main && (await metadataOfWheel(main)),
		newestMember: newestOf(wheelhouse.wheels.filter(wheel => wheel.distribution.origin === 'index')),
		sources: wheelhouse.sources,
		isNative: wheelhouse.wheels.some(wheel => wheel.platformSpecific),
		stage: async plan =>
			stageVenv(plan, wheelhouse, {
				stage: folder(work, 'stage'),
				work: folder(work, 'tools'),
				installer: await findInstaller(wheelhouse.uv, plan.input.python.builder, environment),
				correct: correctedSources,
				listener,
				environment,
			}),
	};
}

function newestOf(wheels: readonly Wheel[]): number | undefined {
	return wheels.length === 0 ? undefined : wheels.reduce((newest, wheel) => Math.max(newest, wheel.newest), 0);
}

/** A lock file names the application as one of many; the package is named after it. */
function namesake(wheelhouse: Wheelhouse, name: string): Wheel | undefined {
	return wheelhouse.wheels.find(wheel => normalizedName(wheel.distribution.name) === normalizedName(name));
}
