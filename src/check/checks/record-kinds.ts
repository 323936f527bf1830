import type {FindingKind} from '../../model/findings.ts';

/** What can be untrue about a RECORD. */
export const recordKinds: Readonly<
	Record<'missing' | 'absent' | 'differs' | 'escapes' | 'duplicate' | 'unlisted', FindingKind>
> = {
	missing: {
		code: 'RECORD_MISSING',
		severity: 'warning',
		title: 'a distribution without a RECORD',
		why: 'Nobody can tell which files are its own: pip cannot remove it, importlib.metadata lists no files, auditors cannot check it.',
		remedy: 'keep the RECORD that the installer wrote',
	},
	absent: {
		code: 'RECORD_FILE_ABSENT',
		severity: 'error',
		title: 'a file of a distribution is not there',
		why: 'What was installed is not complete: whatever needs the file fails when it gets there.',
		remedy: 'pack the file, or take its row out of RECORD where it was left out on purpose',
	},
	differs: {
		code: 'RECORD_DIFFERS',
		severity: 'error',
		title: 'a file is not what its RECORD says',
		why: 'It was changed or damaged after it was installed, and every auditor that compares hashes says so.',
		remedy: 'where the change is wanted, write the new hash and size into RECORD; else build again',
	},
	escapes: {
		code: 'RECORD_ESCAPES',
		severity: 'error',
		title: 'a RECORD names a file outside of the application',
		why: 'pip removes what RECORD lists when it removes the distribution, wherever that lies.',
		remedy: 'take the row out of RECORD',
	},
	duplicate: {
		code: 'RECORD_DUPLICATE',
		severity: 'note',
		title: 'a RECORD names a file twice',
		why: 'Tools take one of the two rows, each another one.',
		remedy: 'tell the authors of the wheel',
	},
	unlisted: {
		code: 'RECORD_UNLISTED',
		severity: 'note',
		title: 'modules that belong to no distribution',
		why: 'No RECORD names them, so nobody can tell where they came from or whether they are whole.',
		remedy: 'install them as part of a wheel',
	},
};
