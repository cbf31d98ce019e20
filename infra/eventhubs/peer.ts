/**
 * Event Hubs on one machine: a namespace that speaks AMQP 1.0 at an address of this machine, with which Azure's own clients work
 * unchanged (`UseDevelopmentEmulator=true` has them connect without TLS). With a certificate it speaks TLS, and with a directory it lets in
 * whoever has a token of that.
 */
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import rhea = require('rhea');
import { SpymasterError } from '../../graph/errors';
import { instruments, readWhenAsked } from '../../workers/observing/instruments';
import type { Log } from '../../workers/observing/log';
import { METRICS } from '../../workers/observing/metrics';
import { AmqpRefusal, notFound } from './amqpError';
import { EntraTokens, type Directory } from './entraToken';
import { parseAddress } from './address';
import { CBS, Claims } from './cbsNode';
import { INJECT, inject } from './faultNode';
import { Faults } from './faults';
import { Hub } from './hub';
import { HubLog } from './hubLog';
import type { HubMetrics } from './hubMetrics';
import type { HubDefinition } from './hubs';
import type { LogOptions } from './log/partition';
import { MANAGEMENT, read } from './managementNode';
import { openReceiveLink, readerPlace } from './receiveLink';
import { answer, refusedWith } from './requestNode';
import type { SharedKey } from './sasToken';
import { MOST_BYTES, openSendLink } from './sendLink';
import { Throughput } from './throughput';

export interface PeerOptions extends LogOptions {
  /** Where the logs are: a folder for each hub, in it one for each partition. */
  folder: string;
  hubs: readonly HubDefinition[];
  key: SharedKey;
  host?: string;
  /** Any free one without. */
  port?: number;
  /** With which it speaks TLS, PEM; without, it does not. */
  tls?: { readonly key: string; readonly cert: string };
  /** Whose tokens let somebody in, beside those made with the key. */
  directory?: Directory;
  /** Producers beyond them are told that the server is busy; no limit without. */
  throughputUnits?: number;
  /** ms since 1970 UTC. */
  clock?: () => number;
  /** Where Prometheus finds what it does. */
  registry?: Registry;
  /** What it says of itself; nothing without. */
  log?: Log;
}

/** Deliveries a producer may have under way. */
const SEND_CREDIT = 300;
const HOUSEKEEPING_MS = 60_000;
const SYNC_MS = 1000;

export class EventHubsPeer {
  readonly faults: Faults;
  private readonly connections = new Map<rhea.Connection, { claims: Claims; hubs: Set<string> }>();
  private readonly endings = new Map<rhea.Sender, () => void>();
  private readonly timers: NodeJS.Timeout[];
  private readonly since: number;
  private readonly throughput: Throughput;
  private readonly metrics: HubMetrics;
  private readonly log: HubLog;
  private readonly tokens: EntraTokens | undefined;

  private constructor(
    private readonly options: PeerOptions,
    private readonly hubs: ReadonlyMap<string, Hub>,
    private readonly clock: () => number,
    private readonly server: Server,
    container: rhea.Container,
  ) {
    this.since = clock();
    this.log = new HubLog(options.log);
    this.tokens = options.directory && new EntraTokens(options.directory);
    this.faults = new Faults((hub) => this.cut(hub));
    this.throughput = new Throughput(options.throughputUnits, clock);
    const { registry = new Registry() } = options;
    this.metrics = instruments(registry, METRICS.HUB);
    const { connections } = METRICS.HUB;
    readWhenAsked(registry, { connections }, () => ({ connections: this.connections.size }));
    const each = (work: (hub: Hub) => void) => () => [...this.hubs.values()].forEach(work);
    this.timers = [
      setInterval(
        each((hub) => hub.forgetOld()),
        HOUSEKEEPING_MS,
      ),
      ...(options.fsync === 'each-second'
        ? [
            setInterval(
              each((hub) => hub.sync()),
              SYNC_MS,
            ),
          ]
        : []),
    ];
    for (const timer of this.timers) timer.unref();
    this.listenTo(container);
  }

  /**
   * Begins to listen.
   * @throws SpymasterError StoreUnavailable when the port is taken
   */
  static async start(options: PeerOptions): Promise<EventHubsPeer> {
    const { host = '127.0.0.1', port = 0, clock = Date.now, tls } = options;
    const container = rhea.create_container({ id: 'spymaster-event-hubs' });
    container.sasl_server_mechanisms.enable_anonymous();
    const server = container.listen({
      host,
      port,
      ...(tls && { transport: 'tls', ...tls }),
      tcp_no_delay: true,
      receiver_options: { credit_window: SEND_CREDIT, autoaccept: false, max_message_size: MOST_BYTES },
      // Events go out settled: the log keeps them, and a consumer asks again from where it was.
      sender_options: { snd_settle_mode: 1 },
    } as rhea.ServerConnectionOptions);
    try {
      await once(server, 'listening');
    } catch (error) {
      const message = `Event Hubs cannot listen at ${host}:${port}: ${(error as Error).message}`;
      throw new SpymasterError('StoreUnavailable', message, { field: 'eventHubs.port' }, { cause: error });
    }
    const hubs = options.hubs.map((hub) => new Hub(hub, join(options.folder, 'hubs'), options, clock));
    const named = new Map(hubs.map((hub) => [hub.name.toLowerCase(), hub]));
    return new EventHubsPeer(options, named, clock, server, container);
  }

  /** `host:port`. */
  get address(): string {
    const { address, port } = this.server.address() as AddressInfo;
    return `${address}:${port}`;
  }

  /** For the clients of Azure's SDKs. */
  get connectionString(): string {
    const { name, key } = this.options.key;
    const plain = this.options.tls ? '' : 'UseDevelopmentEmulator=true;';
    return `Endpoint=sb://${this.address};SharedAccessKeyName=${name};SharedAccessKey=${key};${plain}`;
  }

  /** Ends every connection, and has the device keep what was appended. */
  async stop(): Promise<void> {
    this.timers.forEach((timer) => clearInterval(timer));
    const closed = once(this.server, 'close');
    this.server.close();
    this.cut();
    await closed;
    for (const hub of this.hubs.values()) hub.close();
  }

  private listenTo(container: rhea.Container): void {
    container.on('connection_open', ({ connection }: rhea.EventContext) => {
      this.connections.set(connection, {
        claims: new Claims(this.options.key, this.tokens),
        hubs: new Set(),
      });
    });
    for (const ended of ['connection_close', 'disconnected'])
      container.on(ended, ({ connection }: rhea.EventContext) => this.forget(connection));
    for (const closed of ['sender_close', 'session_close'])
      container.on(closed, ({ sender, session }: rhea.EventContext) => this.left(sender, session));
    container.on('receiver_open', (context: rhea.EventContext) => this.onProducer(context));
    container.on('sender_open', (context: rhea.EventContext) => this.onConsumer(context));
    // A client that breaks the protocol loses its connection, and no one else theirs.
    for (const broken of [
      'protocol_error',
      'connection_error',
      'session_error',
      'sender_error',
      'receiver_error',
      'error',
    ])
      container.on(broken, () => {});
  }

  private hub(name: string): Hub {
    const hub = this.hubs.get(name.toLowerCase());
    if (!hub) throw notFound(name);
    return hub;
  }

  private onProducer({ receiver, connection }: rhea.EventContext): void {
    if (!receiver) return;
    const address = (receiver.target as { address?: string } | undefined)?.address ?? '';
    receiver.set_target({ address });
    receiver.set_source((receiver.source ?? {}) as rhea.Source);
    if (address === CBS || address === MANAGEMENT) {
      receiver.on('message', (context: rhea.EventContext) => this.onRequest(context, address));
      return;
    }
    this.orRefuse(receiver, connection, address, (claims) => {
      const { hub, partition } = parseAddress(address) ?? { hub: address };
      const ingress = { hub: this.hub(hub), partitionId: partition };
      claims.require(address, 'Send');
      const { faults, throughput, metrics, log } = this;
      openSendLink(receiver, { ...ingress, faults, throughput, metrics, log });
    });
  }

  private onConsumer({ sender, connection }: rhea.EventContext): void {
    if (!sender) return;
    const address = sender.source?.address ?? '';
    sender.set_source(sender.source ?? { address });
    sender.set_target((sender.target ?? {}) as rhea.TerminusOptions);
    if (address === CBS || address === MANAGEMENT) return;
    this.orRefuse(sender, connection, address, (claims) => {
      const { hub, ...place } = parseAddress(address) ?? { hub: address };
      const found = this.hub(hub);
      claims.require(address, 'Listen');
      const { faults, metrics } = this;
      const egress = { hub: found, ...readerPlace(address, place), faults, metrics };
      this.endings.set(sender, openReceiveLink(sender, egress));
    });
  }

  /** Closes a link with what is wrong with it. */
  private orRefuse(
    link: rhea.link,
    connection: rhea.Connection,
    address: string,
    open: (claims: Claims) => void,
  ): void {
    const known = this.connections.get(connection);
    if (!known) return;
    try {
      open(known.claims);
      known.hubs.add(address.split('/')[0].toLowerCase());
    } catch (error) {
      const { condition, description } =
        error instanceof AmqpRefusal
          ? error
          : { condition: 'amqp:internal-error', description: String(error) };
      this.log.refusedLink(address, condition, description);
      link.close({ condition, description });
    }
  }

  private onRequest({ message, delivery, connection }: rhea.EventContext, node: string): void {
    delivery?.accept();
    const known = this.connections.get(connection);
    if (!known || !message) return;
    const injects = message.application_properties?.operation === INJECT;
    const reply = async () => {
      try {
        if (injects) return inject(message, this.faults, this.options.key, this.clock(), this.log);
        if (node === CBS) return await known.claims.putToken(message, this.clock());
        return read(message, known.claims, (name) => this.hub(name), this.since);
      } catch (error) {
        return refusedWith(
          error instanceof AmqpRefusal ? error : new AmqpRefusal('amqp:internal-error', String(error), 500),
        );
      }
    };
    const respond = () => void reply().then((said) => answer(connection, message, said));
    if (injects) respond();
    else this.faults.afterStall(respond);
  }

  private left(sender: rhea.Sender | undefined, session: rhea.Session | undefined): void {
    for (const [link, end] of this.endings)
      if (link === sender || (!sender && link.session === session)) {
        end();
        this.endings.delete(link);
      }
  }

  private forget(connection: rhea.Connection): void {
    for (const [link, end] of this.endings)
      if (link.connection === connection) {
        end();
        this.endings.delete(link);
      }
    this.connections.delete(connection);
  }

  private cut(hub?: string): number {
    const cut = [...this.connections].filter(
      ([, { hubs }]) => hub === undefined || hubs.has(hub.toLowerCase()),
    );
    for (const [connection] of cut) connection.socket.destroy(new Error('cut on demand'));
    return cut.length;
  }
}
