/**
 * What each compiling process runs: a line with an installed path comes in, a pyc without a settled marshal stream
 * goes out, behind its length; a length of 0 says that the source does not compile. The first answer is the magic
 * number: the process is alive. Warnings of the compiler (invalid escapes and such) are the authors' affair.
 */
export const compilerScript: string = `
import gc, marshal, sys, warnings
from importlib.util import MAGIC_NUMBER, source_hash

gc.disable()
warnings.simplefilter('ignore')
root = sys.argv[1]
header = MAGIC_NUMBER + b'\\1\\0\\0\\0'
lines, answers = sys.stdin.buffer, sys.stdout.buffer

def answer(*parts):
    answers.write(sum(map(len, parts)).to_bytes(4, 'little'))
    for part in parts:
        answers.write(part)
    answers.flush()

answer(MAGIC_NUMBER)
for line in lines:
    path = line[:-1].decode('utf-8', 'surrogatepass')
    try:
        with open(root + path, 'rb') as file:
            source = file.read()
        code = compile(source, path, 'exec', dont_inherit=True, optimize=0)
        body = marshal.dumps(code)
    except OSError:
        raise
    except Exception:
        answer()
    else:
        answer(header, source_hash(source), body)
    code = body = None
`;
