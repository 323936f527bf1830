import {type Explained, explainPlan} from '../config/explain.ts';
import {makeTemporary, removeTemporary} from '../host/temporary.ts';
import type {HostPath} from '../model/paths.ts';
import type {Request} from '../model/request.ts';
import type {Context} from './context.ts';
import {type Prepared, prepare} from './prepare.ts';

/** The plan of a build, each value with where it came from. */
export interface Explanation {
	readonly rows: Explained['rows'];
	readonly notes: readonly string[];
}

/** Decides as much of a plan as is known without building anything. Throws what a build throws about it. */
export async function explain(request: Request, context: Context): Promise<Explanation> {
	const {config, host, python, commit} = await lookAt(request, {...context, listener: () => undefined});
	const times = {sourceDateEpoch: context.environment.SOURCE_DATE_EPOCH, commit, newestMember: undefined};
	const {rows, notices} = explainPlan(config, {host, python, times});
	for (const notice of notices) {
		context.listener(notice);
	}

	return {rows, notes: notices.filter(notice => notice.kind === 'note').map(notice => notice.message)};
}

/** What an archive of an interpreter holds is only known when it is unpacked. */
async function lookAt(request: Request, context: Context): Promise<Prepared> {
	let work: HostPath | undefined;
	try {
		return await prepare(request, context, () => {
			work ??= makeTemporary();
			return work;
		});
	} finally {
		if (work !== undefined) {
			removeTemporary(work);
		}
	}
}
