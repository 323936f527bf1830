import {decodeUnit} from '../../codecs/systemd-unit.ts';
import type {InstallPath} from '../../model/paths.ts';
import type {ServiceUnit} from '../../model/survey.ts';
import type {FileEntry} from '../../model/tree.ts';
import {beginning, type Collector, type Damaged, type Taker} from './taker.ts';

/** Where systemd looks, and what it would read there: systemd.unit(5). */
const unitFile =
	/^(?:\/usr(?:\/local)?)?(?:\/lib|\/etc)\/systemd\/(?:system|user)\/[^/]+\.(?:service|socket|timer|path|target|mount)$/;
/** Systemd itself takes no longer line than 1 MiB; whole units are short. */
const mostBytes = 256 * 1024;

/** Collects the units that a package brings for systemd. */
export class Services implements Collector {
	readonly #damaged: Damaged;
	readonly #found: ServiceUnit[] = [];

	constructor(damaged: Damaged) {
		this.#damaged = damaged;
	}

	wants({path}: FileEntry): boolean {
		return unitFile.test(path);
	}

	open({path}: FileEntry): Taker | undefined {
		return unitFile.test(path) ? beginning(mostBytes, (bytes, isAll) => this.#take(path, bytes, isAll)) : undefined;
	}

	finish(): readonly ServiceUnit[] {
		return this.#found;
	}

	#take(path: InstallPath, bytes: Buffer, isAll: boolean): void {
		if (!isAll) {
			this.#damaged.set(path, `no unit has more than ${mostBytes} bytes`);
			return;
		}

		const settings = decodeUnit(bytes.toString());
		const last = (key: string) => settings.findLast(setting => setting.key === key)?.value ?? '';
		const commands = settings.filter(({key}) => key === 'ExecStart').map(({value}) => value);
		this.#found.push({
			path,
			description: last('Description'),
			// An empty one takes back those above: systemd.service(5).
			starts: commands.slice(commands.lastIndexOf('') + 1),
			user: last('User'),
		});
	}
}
