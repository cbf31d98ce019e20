/** Metrics in Prometheus's text format, as a reader of it sees them. */

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{[^}]*\})?) (\S+)(?: \d+)?$/;

/**
 * Values by name and labels as written, e.g. `spymaster_live_records_total{contract="ESH4"}`.
 * @throws where a line is neither a sample nor a comment
 */
export function samplesOf(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name, value] = SAMPLE.exec(line) ?? [];
    if (name === undefined) throw new Error(`no sample: ${line}`);
    if (samples.has(name)) throw new Error(`told twice: ${name}`);
    samples.set(name, Number(value));
  }
  return samples;
}

/** What a process tells at an address. */
export const scrape = async (url: string): Promise<Map<string, number>> =>
  samplesOf(await (await fetch(url)).text());

/** Where a process said its metrics are. */
export const metricsUrl = (stderr: string): string | undefined => /http:\/\/\S+\/metrics/.exec(stderr)?.[0];
