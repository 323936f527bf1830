/**
 * The half of a PEP 517 frontend that must run in Python. Takes the path of a request (JSON) and writes the answer where
 * the request says. Runs on Python 3.8 and later; what a backend prints goes to the user as it is.
 */
export const frontendScript: string = `
import importlib, json, os, sys

with open(sys.argv[1], encoding='utf-8') as file:
    request = json.load(file)

# Neither this script's folder nor the current one is importable: PEP 517, "Build backend interface".
sys.path[:1] = request['backendPath']
sys.argv[1:] = []
module, _, attributes = request['backend'].partition(':')
backend = importlib.import_module(module)
for attribute in filter(None, attributes.split('.')):
    backend = getattr(backend, attribute)

if request['hook'] == 'get_requires_for_build_wheel':
    hook = getattr(backend, request['hook'], None)
    answer = list(hook(None)) if hook else []
else:
    answer = backend.build_wheel(request['output'], None, None)

with open(request['answer'], 'w', encoding='utf-8') as file:
    json.dump(answer, file)
`;
