import { Notice } from '../parts/Notice';

/** The market as it is now, or as it was: price, depth, levels, and what happened the last times. */
export function MarketPage() {
  return (
    <div class="view">
      <h1 class="unseen">Market</h1>
      <section class="panel">
        <Notice title="No market yet">
          <p>The stream of the market is not shown here yet.</p>
        </Notice>
      </section>
    </div>
  );
}
