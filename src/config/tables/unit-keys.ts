import * as v from 'valibot';

/** The value of a directive: a list gives a line each. */
export type DirectiveValue = string | number | boolean | readonly string[];

/** What all units have that the configuration describes. Absent: a default decides. */
export interface UnitTable {
	readonly name?: string | undefined;
	readonly description?: string | undefined;
	readonly after?: readonly string[] | undefined;
	readonly wants?: readonly string[] | undefined;
	readonly requires?: readonly string[] | undefined;
	readonly 'wanted-by'?: readonly string[] | undefined;
	readonly enable?: boolean | undefined;
	readonly start?: boolean | undefined;
	readonly 'on-upgrade'?: 'restart' | 'reload' | 'nothing' | undefined;
	readonly directives?: Readonly<Record<string, DirectiveValue>> | undefined;
}

/** A key that may be absent. */
export type Optional<Value> = v.OptionalSchema<v.GenericSchema<Value>, undefined>;

export const text = (description: string): Optional<string> =>
	v.optional(v.pipe(v.string(), v.description(description)));
export const texts = (description: string): Optional<string[]> =>
	v.optional(v.pipe(v.array(v.string()), v.description(description)));
export const flag = (description: string): Optional<boolean> =>
	v.optional(v.pipe(v.boolean(), v.description(description)));
export const choice = <const Word extends string>(words: readonly Word[], description: string): Optional<Word> =>
	v.optional(v.pipe(v.picklist(words), v.description(description)));

const directive = v.union([v.string(), v.number(), v.boolean(), v.array(v.string())]);

interface PolicyKeys {
	readonly enable: Optional<boolean>;
	readonly start: Optional<boolean>;
	readonly 'on-upgrade': Optional<'restart' | 'reload' | 'nothing'>;
}

interface UnitKeys extends PolicyKeys {
	readonly name: Optional<string>;
	readonly description: Optional<string>;
	readonly after: Optional<string[]>;
	readonly wants: Optional<string[]>;
	readonly requires: Optional<string[]>;
	readonly 'wanted-by': Optional<string[]>;
	readonly directives: Optional<Record<string, DirectiveValue>>;
}

/** What is to happen with a unit. */
export const policyKeys: PolicyKeys = {
	enable: flag('Whether it starts with the machine. Default: true, unless a timer or a socket starts it.'),
	start: flag('Whether installing the package starts it. Default: as enable.'),
	'on-upgrade': choice(
		['restart', 'reload', 'nothing'],
		'What an upgrade does with one that runs. Default: restart; nothing for a socket and for a oneshot.',
	),
};

export const unitKeys: UnitKeys = {
	name: text("The unit, without its ending. Default: the package's name."),
	description: text("One line. Default: the package's summary."),
	after: texts('Units that are started before it. Default for a service: network.target.'),
	wants: texts('Units that are started with it.'),
	requires: texts('Units without which it does not run.'),
	'wanted-by': texts('What starts it when it is enabled. Default: multi-user.target, timers.target or sockets.target.'),
	...policyKeys,
	directives: v.optional(
		v.pipe(
			v.record(v.string(), directive),
			v.description('Any other directive of systemd, and any that stands for a default.'),
		),
	),
};
