import type {Rule} from './rule.ts';
import {buildDetails} from './rules/build-details.ts';
import {debianModules} from './rules/debian-modules.ts';
import {directUrl} from './rules/direct-url.ts';
import {editables} from './rules/editables.ts';
import {embeddedPaths} from './rules/embedded-paths.ts';
import {frozenSite} from './rules/frozen-site.ts';
import {interpreterPrefix} from './rules/interpreter-prefix.ts';
import {kernelSpecs} from './rules/kernel-specs.ts';
import {launchers} from './rules/launchers.ts';
import {leftovers} from './rules/leftovers.ts';
import {links} from './rules/links.ts';
import {makefile} from './rules/makefile.ts';
import {movablePackageConfig} from './rules/movable-package-config.ts';
import {packageConfig} from './rules/package-config.ts';
import {pth} from './rules/pth.ts';
import {pythonConfig} from './rules/python-config.ts';
import {pyvenvCfg} from './rules/pyvenv-cfg.ts';
import {runpath} from './rules/runpath.ts';
import {shebangs} from './rules/shebangs.ts';
import {sysconfigData} from './rules/sysconfig-data.ts';
import {text} from './rules/text.ts';

/** In the order in which they look at an entry: refusals and removals, then what knows its file, then any text, then programs. */
export const rules: readonly Rule[] = [
	editables,
	leftovers,
	directUrl,
	launchers,
	links,
	pyvenvCfg,
	pth,
	kernelSpecs,
	debianModules,
	buildDetails,
	sysconfigData,
	packageConfig,
	movablePackageConfig,
	makefile,
	pythonConfig,
	shebangs,
	text,
	frozenSite,
	interpreterPrefix,
	runpath,
	embeddedPaths,
];
