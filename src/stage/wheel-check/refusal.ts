import {InputError} from '../../model/errors.ts';

/** Why a wheel is not taken. docs/errors.md explains each. */
export type RefusalCode =
	| 'WHEEL_UNREADABLE'
	| 'WHEEL_NAME'
	| 'WHEEL_PATH'
	| 'WHEEL_LONG_NAME'
	| 'WHEEL_NON_UTF8'
	| 'WHEEL_SETUID'
	| 'WHEEL_LINK'
	| 'WHEEL_SPECIAL_FILE'
	| 'WHEEL_DUPLICATE'
	| 'WHEEL_BOMB'
	| 'WHEEL_RECORD'
	| 'WHEEL_METADATA';

const hints: Readonly<Record<RefusalCode, string>> = {
	WHEEL_UNREADABLE: 'download or build it again; if it stays so, tell its authors',
	WHEEL_NAME: 'a wheel is named NAME-VERSION-PYTHON-ABI-PLATFORM.whl: give it its name back',
	WHEEL_PATH: 'no honest wheel writes outside of its own folders: do not install it anywhere',
	WHEEL_LONG_NAME: 'no Linux file system holds such a name: ask its authors for a shorter one',
	WHEEL_NON_UTF8: 'file names in wheels are UTF-8: ask its authors to build it anew',
	WHEEL_SETUID: 'a wheel must not raise privileges: set such modes by the package that needs them',
	WHEEL_LINK: 'no honest wheel points outside of its own folders: do not install it anywhere',
	WHEEL_SPECIAL_FILE: 'wheels hold files and folders only: ask its authors to build it anew',
	WHEEL_DUPLICATE: 'which of the two is meant, nobody can know: ask its authors to build it anew',
	WHEEL_BOMB: 'it would fill the disk: do not install it anywhere',
	WHEEL_RECORD: 'the wheel was changed after it was built, or built wrongly: get it from its authors again',
	WHEEL_METADATA: 'the wheel contradicts itself: get it from its authors again',
};

/** An InputError that names the wheel, says what is wrong with it, and what to do. */
export function refusal(wheel: string, code: RefusalCode, what: string, cause?: unknown): InputError {
	return new InputError(`${wheel}: ${printable(what)}`, {code, input: wheel, hint: hints[code], cause});
}

/** A terminal must not obey what a wheel holds. */
function printable(text: string): string {
	return text.replaceAll(/\p{Cc}/gu, '\uFFFD');
}
