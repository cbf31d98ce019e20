/** Addresses of links: `HUB`, `HUB/Partitions/N`, `HUB/ConsumerGroups/GROUP/Partitions/N`; names regardless of case. */
const ADDRESS = /^([^/]+)(?:\/ConsumerGroups\/([^/]+))?(?:\/Partitions\/([^/]+))?$/i;

export interface Address {
  hub: string;
  group?: string;
  partition?: string;
}

/** Undefined when the text is none of these. */
export function parseAddress(text: string): Address | undefined {
  const [, hub, group, partition] = ADDRESS.exec(text.replace(/^\/|\/$/g, '')) ?? [];
  if (hub === undefined || (group !== undefined && partition === undefined)) return undefined;
  return { hub, group, partition };
}
