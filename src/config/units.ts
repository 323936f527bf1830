import {encodeUnit} from '../codecs/systemd-unit.ts';
import {below} from '../model/paths.ts';
import type {PlannedUnit} from '../model/units.ts';
import type {Config} from './config.ts';
import type {DecidedMetadata} from './decide-metadata.ts';
import {flagPlace, type Place, refusal} from './place.ts';
import type {UnitContext} from './units/draft.ts';
import {type DraftedUnit, draftService} from './units/service.ts';
import {draftSocket, draftTimer, serviceOf} from './units/triggers.ts';
import {writtenUnit} from './units/written.ts';

/**
 * The units of `[[service]]`, `[[timer]]`, `[[socket]]` and `[[unit]]`, written out. What only a wheel will tell of the package is made up
 * until it does.
 * Throws a ConfigError: UNIT_TWICE, UNIT_SERVICE_MISSING for a timer or a socket without its service, and what the kinds throw.
 */
export function unitsOf(config: Config, {fields}: Pick<DecidedMetadata, 'fields'>): readonly PlannedUnit[] {
	const {service, socket, timer, unit} = config.tables;
	const {value: name = 'app'} = fields.name;
	const contexts = contextsOf(config, {name, summary: fields.summary.value ?? name});
	const triggers = [
		...timer.map((table, at) => ({table, context: contexts('timer', at)})),
		...socket.map((table, at) => ({table, context: contexts('socket', at)})),
	].map(({table, context}) => ({service: serviceOf(table, context), place: context.placeOf('service')}));
	const triggered = new Set(triggers.map(trigger => trigger.service));
	const drafts = [
		...socket.map((table, at) => ({context: contexts('socket', at), unit: draftSocket(table, contexts('socket', at))})),
		...service.map((table, at) => {
			const context = {...contexts('service', at), triggered};
			return {context, unit: draftService(table, context)};
		}),
		...timer.map((table, at) => ({context: contexts('timer', at), unit: draftTimer(table, contexts('timer', at))})),
	];
	const units = [
		...drafts.map(({unit: draft, context}) => ({unit: written(draft), place: context.placeOf('name')})),
		...unit.map((table, at) => {
			const place = contexts('unit', at).placeOf('file');
			return {unit: writtenUnit(table, place), place};
		}),
	];
	refuseTwice(units);
	refuseAlone(
		triggers,
		units.map(({unit: {name: its}}) => its),
	);
	return units.map(one => one.unit);
}

function contextsOf(
	{prefix, placeOf}: Config,
	said: Pick<UnitContext, 'name' | 'summary'>,
): (table: string, at: number) => UnitContext {
	return (table, at) => ({
		...said,
		bin: below(prefix, 'bin'),
		placeOf: key => placeOf?.(`${table}[${at}]${key === '' ? '' : `.${key}`}`) ?? flagPlace(table),
		triggered: new Set(),
	});
}

function written({settings, ...unit}: DraftedUnit): PlannedUnit {
	return {...unit, text: encodeUnit(settings)};
}

function refuseTwice(units: ReadonlyArray<{readonly unit: PlannedUnit; readonly place: Place}>): void {
	for (const [at, {unit, place}] of units.entries()) {
		if (units.findIndex(other => other.unit.name === unit.name) !== at) {
			throw refusal(place, `makes a second ${unit.name}`, {
				code: 'UNIT_TWICE',
				hint: 'give one of them another name: name = "app-worker"',
			});
		}
	}
}

function refuseAlone(
	triggers: ReadonlyArray<{readonly service: string; readonly place: Place}>,
	names: readonly string[],
): void {
	for (const {service, place} of triggers) {
		// An instance has its template.
		const file = `${service}.service`.replace(/@.*\./, '@.');
		if (!names.includes(`${service}.service`) && !names.includes(file)) {
			throw refusal(place, `starts ${service}.service, which the package does not have`, {
				code: 'UNIT_SERVICE_MISSING',
				hint: 'add a [[service]] of that name, or name another with service = "…"',
			});
		}
	}
}
