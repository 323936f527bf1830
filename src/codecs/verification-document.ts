import * as v from 'valibot';

const said = (description: string) => v.pipe(v.string(), v.description(description));
const count = (description: string) => v.pipe(v.number(), v.minValue(0), v.description(description));
const severity = v.picklist(['error', 'warning', 'note']);

const finding = v.object({
	code: said('Stable; docs/findings.md explains each.'),
	severity,
	path: said('On the machine that installs.'),
	offset: v.pipe(v.optional(v.number()), v.description('In bytes from the start of the file, where one is known.')),
	message: said('What was found.'),
	why: said('Why it matters.'),
	remedy: said('What to do about it.'),
});

const unanswered = v.object({check: said('The name of a check.'), why: v.string()});

/** What `venvpack verify --json` prints. More keys may come; none goes. */
export const verificationSchema: v.GenericSchema<unknown, unknown> = v.object({
	artifact: v.object({
		file: said('On this machine, absolute.'),
		format: said('Such as deb.'),
		name: said('Of the package; empty where it says nothing.'),
		version: v.string(),
		prefix: said('Where it lies on the machine that installs.'),
		size: count('In bytes.'),
		files: count('Files in it.'),
		bytes: count('Their bytes together.'),
	}),
	findings: v.pipe(
		v.array(finding),
		v.description('By severity, code and path; at most 1000 of each code and severity.'),
	),
	left: v.pipe(v.record(v.string(), v.number()), v.description('How many more there are, by code.')),
	counts: v.pipe(
		v.object({error: v.number(), warning: v.number(), note: v.number()}),
		v.description('Of all findings. The exit code is 1 where there is an error or a warning.'),
	),
	ignored: count('Findings that --ignore took out.'),
	checks: v.pipe(v.array(v.string()), v.description('What was asked, by name.')),
	unasked: v.pipe(v.array(unanswered), v.description('What cannot be asked of this format.')),
	unproven: v.pipe(
		v.array(unanswered),
		v.description('What was to be proven and could not be on this machine; the exit code is 3 then.'),
	),
	seconds: v.pipe(v.record(v.string(), v.number()), v.description('By part: static, run, rootfs.')),
	notes: v.pipe(v.array(v.string()), v.description('What was decided for the user.')),
	warnings: v.array(v.object({code: v.string(), message: v.string()})),
});

/** What `venvpack verify --list --json` prints. */
export const questionsSchema: v.GenericSchema<unknown, unknown> = v.object({
	checks: v.array(
		v.object({
			name: said('As --only takes it.'),
			question: v.string(),
			part: v.pipe(
				v.picklist(['static', 'run', 'rootfs']),
				v.description('What it takes: reading alone, --run, or --rootfs.'),
			),
			kinds: v.array(
				v.object({
					code: said('As --only and --ignore take it.'),
					severity,
					title: v.string(),
					why: v.string(),
					remedy: v.string(),
				}),
			),
		}),
	),
});
