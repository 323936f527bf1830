import {satisfies} from '@renovatebot/pep440';
import {InputError} from '../model/errors.ts';
import type {InputPlan} from '../model/plan.ts';
import type {Wheel} from '../model/staged.ts';

/**
 * Holds the Requires-Python of every wheel against the target's full version, patch level included: a lock made with
 * another patch level may ask for one that the target does not have.
 * Throws an InputError (REQUIRES_PYTHON) that names all that forbid it.
 */
export function refuseForbidding(wheels: ReadonlyArray<Pick<Wheel, 'distribution'>>, plan: InputPlan): void {
	const version = plan.targetVersion || plan.python.version;
	const forbidding = wheels.filter(
		({distribution: {requiresPython}}) => requiresPython !== '' && !satisfies(version, requiresPython),
	);
	if (forbidding.length > 0) {
		const list = forbidding.map(
			({distribution: {name, version: own, requiresPython}}) => `\n  ${name} ${own} asks for Python ${requiresPython}`,
		);
		throw new InputError(`the target has Python ${version}:${list.join('')}`, {
			code: 'REQUIRES_PYTHON',
			input: forbidding.map(wheel => wheel.distribution.name).join(', '),
			hint: 'choose a target or --python that they allow, or lock again for this version',
		});
	}
}
