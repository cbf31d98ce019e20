import { modelAnswer, modelsAnswer } from '../../../graph/api/models';
import { useApi } from '../api/useApi';
import { Answered } from '../parts/Answered';
import { Notice } from '../parts/Notice';
import { linkTo } from '../shell/addresses';
import { route } from '../shell/router';
import { useObserved } from '../shell/useObserved';
import { FiguresPanel, PartitionsPanel, ReliabilityPanel, SkillPanel, StandingPanel } from './CardPanels';
import { DriftPanel } from './DriftPanel';
import '../design/models.css';

/** The models there are, and the card of one: the champion, unless the address names another. */
export function ModelsPage() {
  const [product, named] = useObserved(route).parts;
  const models = useApi(modelsAnswer, '/models', { product });
  return (
    <div class="view">
      <Answered asked={models} what="the models">
        {({ product: shown, models: all, champion }) => {
          const version = named ?? champion ?? all.at(-1)?.version;
          return (
            <>
              <div class="view-head">
                <h1>Models of {shown}</h1>
                <nav class="filters" aria-label="Versions">
                  {all.map((one) => (
                    <a
                      key={one.version}
                      href={linkTo('models', [shown, one.version])}
                      aria-current={one.version === version ? 'page' : undefined}
                    >
                      {[one.version, ...one.aliases].join(' · ')}
                    </a>
                  ))}
                </nav>
              </div>
              {version === undefined ? (
                <section class="panel">
                  <Notice title="No model has been trained yet">
                    <p>
                      Base rates and precedents are shown without one. <code>./spymaster train</code> trains
                      models on the built sessions, judges them, and promotes only what passes the gate.
                    </p>
                  </Notice>
                </section>
              ) : (
                <ModelCard key={`${shown} ${version}`} product={shown} version={version} />
              )}
            </>
          );
        }}
      </Answered>
    </div>
  );
}

function ModelCard({ product, version }: { product: string; version: string }) {
  const card = useApi(modelAnswer, `/models/${encodeURIComponent(version)}`, { product });
  return (
    <Answered asked={card} what="the card">
      {(of) => (
        <div class="panels">
          <StandingPanel of={of} />
          <SkillPanel of={of} />
          <ReliabilityPanel of={of} />
          <FiguresPanel of={of} />
          <PartitionsPanel of={of} />
          <DriftPanel product={product} />
        </div>
      )}
    </Answered>
  );
}
