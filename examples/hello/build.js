// Builds this example with the venvpack of the checkout, as `npm run example`. Further flags go to venvpack.
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const path = relative => fileURLToPath(new URL(relative, import.meta.url));
const venvpack = path('../../dist/cli/main.js');
if (!existsSync(venvpack)) {
	process.stderr.write('venvpack is not built yet: npm ci\n');
	process.exit(2);
}

const flags = ['--out', path('dist'), ...process.argv.slice(2)];
const {status} = spawnSync(process.execPath, [venvpack, 'build', path('.'), ...flags], {stdio: 'inherit'});
process.exitCode = status ?? 1;
if (status === 0 && !flags.includes('--json') && !flags.includes('--quiet') && !flags.includes('--dry-run')) {
	process.stdout.write(`
Install one of them with its line above, and then:
  /opt/hello/bin/hello-server --port 8080 &
  curl 'http://localhost:8080/?name=you'
`);
}
