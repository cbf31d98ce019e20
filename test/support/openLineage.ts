/**
 * OpenLineage's own client for Python, whose classes are generated from the published schemas of events and facets: what it cannot make
 * of an event, to the last field and type, is no event.
 */
import type { RunEvent } from '../../graph/lineage/runEvent';
import { describeWith, pythonWith, runPython } from './pythonVenv';

const PYTHON = pythonWith(
  'venv-openlineage',
  ['openlineage-python==1.54.0', 'cattrs==26.2.1'],
  ['openlineage.client', 'cattrs'],
);

/** `describe` beside OpenLineage's client; without Python, says so loudly and skips. */
export const describeWithOpenLineage = describeWith(PYTHON, "no Python with pip for OpenLineage's client");

const SCRIPT = `
import attr, cattrs, importlib, json, pkgutil, sys
from openlineage.client import generated
from openlineage.client.generated import base

published = {}
for module in pkgutil.iter_modules(generated.__path__):
    for one in vars(importlib.import_module(generated.__name__ + '.' + module.name)).values():
        if attr.has(one) and hasattr(one, '_get_schema'): published[one._get_schema()] = one

converter = cattrs.Converter(forbid_extra_keys=True)
def exactly(*types):
    def hook(value, _):
        if type(value) not in types: raise TypeError(f'{value!r} is no {types[0].__name__}')
        return value
    return hook
for kind, allowed in ((str, (str,)), (int, (int,)), (float, (float, int)), (bool, (bool,))):
    converter.register_structure_hook(kind, exactly(*allowed))
CONDITIONS = {one.__name__: one for one in published.values() if one.__name__.endswith('SubsetCondition')}
KINDS = {'partition': 'PartitionSubsetCondition', 'location': 'LocationSubsetCondition'}
subset = importlib.import_module('openlineage.client.generated.base_subset_dataset')
converter.register_structure_hook(subset.BaseSubsetCondition,
    lambda value, _: converter.structure(value, CONDITIONS[KINDS[value['type']]]))

def take_facets(of, field, kind):
    facets = of.pop(field, {})
    for name, facet in facets.items():
        url, producer = facet.pop('_schemaURL'), facet.pop('_producer')
        if not producer: raise ValueError(f'{name} has no producer')
        if url not in published: raise ValueError(f'{name}: no schema is published at {url}')
        one = published[url]
        if not issubclass(one, kind): raise TypeError(f'{name}: {one.__name__} is no {kind.__name__}')
        if one is kind:
            # Of the producer's own: the schema asks for no more than its name and who made it.
            if not name.startswith('spymaster_'): raise ValueError(f'{name} could be anybody\\'s')
            continue
        converter.structure(facet, one)

def check(event):
    if event.pop('schemaURL') != base.RunEvent._get_schema(): raise ValueError('schemaURL')
    take_facets(event['run'], 'facets', base.RunFacet)
    take_facets(event['job'], 'facets', base.JobFacet)
    for dataset in event['inputs']:
        take_facets(dataset, 'facets', base.DatasetFacet)
        take_facets(dataset, 'inputFacets', base.InputDatasetFacet)
    for dataset in event['outputs']:
        take_facets(dataset, 'facets', base.DatasetFacet)
        take_facets(dataset, 'outputFacets', base.OutputDatasetFacet)
    converter.structure(event, base.RunEvent)

refused = []
for event in json.load(sys.stdin):
    try: check(event)
    except Exception as error: refused.append(' | '.join(cattrs.transform_error(error)) if isinstance(error, cattrs.BaseValidationError) else repr(error))
print(json.dumps(refused))
`;

/** What OpenLineage's client has to say against events; nothing where they are as published. */
export const refusedEvents = (events: readonly RunEvent[]): string[] =>
  runPython<string[]>(PYTHON!, SCRIPT, [], JSON.stringify(events));
