import {RelocationError} from '../model/errors.ts';
import type {InstallPath} from '../model/paths.ts';

/** The refusal of a file of a carried interpreter that is not as its makers are known to write it. */
export function unknownText(path: InstallPath, rule: string, why: {reason: string; cause?: unknown}): RelocationError {
	return new RelocationError(`${path} ${why.reason}`, {
		code: 'BUNDLE_TEXT_UNKNOWN',
		path,
		rule,
		hint: 'it cannot be made right for another place: carry another interpreter, with --python or a python-build-standalone archive, and report this one with its version',
		cause: why.cause,
	});
}
