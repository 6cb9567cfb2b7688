import { randomUUID } from 'node:crypto';
import { type ErrorCode, errorCode } from './error-code.ts';

export interface JoinRequest {
  memberId: string;
  instanceId: string | null;
  clientId: string;
  clientHost: string;
  sessionTimeoutMs: number;
  rebalanceTimeoutMs: number;
  protocolType: string;
  protocols: { name: string; metadata: Buffer }[];
}

export interface JoinAnswer {
  error: ErrorCode;
  generation: number;
  protocol: string;
  leader: string;
  memberId: string;
  /** For the leader alone: who is in, with what each sent. */
  members: { id: string; instanceId: string | null; metadata: Buffer }[];
}

export interface SyncAnswer {
  error: ErrorCode;
  assignment: Buffer;
}

export interface Member extends JoinRequest {
  assignment: Buffer;
  join?: (answer: JoinAnswer) => void;
  sync?: (answer: SyncAnswer) => void;
  expiry?: NodeJS.Timeout;
}

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';

const nothing = Buffer.alloc(0);

/** A consumer group's membership: the state machine of Kafka's GroupCoordinator (classic protocol). Offsets are kept elsewhere. */
export class ConsumerGroup {
  readonly id: string;
  state: GroupState = 'Empty';
  generation = 0;
  protocol = '';
  protocolType = 'consumer';
  readonly members = new Map<string, Member>();
  private leader = '';
  private readonly promised = new Map<string, NodeJS.Timeout>();
  private readonly initialRebalanceDelayMs: number;
  private rebalanceTimer?: NodeJS.Timeout;
  /** True while an empty group waits for more first members. */
  private gathering = false;

  constructor(id: string, initialRebalanceDelayMs: number) {
    this.id = id;
    this.initialRebalanceDelayMs = initialRebalanceDelayMs;
  }

  /** Answers when the rebalance that this join is part of is complete. */
  join(request: JoinRequest): Promise<JoinAnswer> {
    const refuse = (error: ErrorCode, memberId = request.memberId): Promise<JoinAnswer> =>
      Promise.resolve({ error, generation: -1, protocol: '', leader: '', memberId, members: [] });
    let memberId = request.memberId;
    if (!memberId) {
      // A new member first gets an id and must come back with it, so that lost answers leave no ghosts (KIP-394).
      memberId = `${request.clientId}-${randomUUID()}`;
      this.promise(memberId, request.sessionTimeoutMs);
      return refuse(errorCode.memberIdRequired, memberId);
    }
    if (!this.members.has(memberId) && !this.promised.has(memberId)) return refuse(errorCode.unknownMemberId);
    if (!this.fits(memberId, request)) return refuse(errorCode.inconsistentGroupProtocol);
    clearTimeout(this.promised.get(memberId));
    this.promised.delete(memberId);
    const member: Member = this.members.get(memberId) ?? { ...request, assignment: nothing };
    member.join?.({ error: errorCode.unknownMemberId, generation: -1, protocol: '', leader: '', memberId, members: [] });
    Object.assign(member, request, { memberId });
    this.protocolType = request.protocolType;
    return new Promise((resolve) => {
      member.join = resolve;
      this.members.set(memberId, member);
      clearTimeout(member.expiry);
      if (this.state === 'PreparingRebalance') this.completeIfAllJoined();
      else this.prepareRebalance();
    });
  }

  /** The leader brings the assignments; all others are answered once it has. */
  sync(memberId: string, generation: number, assignments: { memberId: string; assignment: Buffer }[]): Promise<SyncAnswer> {
    const error = this.check(memberId, generation);
    const member = this.members.get(memberId);
    if (error !== errorCode.none || !member) return Promise.resolve({ error, assignment: nothing });
    if (this.state === 'PreparingRebalance') return Promise.resolve({ error: errorCode.rebalanceInProgress, assignment: nothing });
    this.keepAlive(member);
    if (this.state === 'Stable') return Promise.resolve({ error: errorCode.none, assignment: member.assignment });
    return new Promise((resolve) => {
      member.sync = resolve;
      if (memberId !== this.leader) return;
      const given = new Map(assignments.map((one) => [one.memberId, one.assignment]));
      this.state = 'Stable';
      for (const each of this.members.values()) {
        each.assignment = given.get(each.memberId) ?? nothing;
        each.sync?.({ error: errorCode.none, assignment: each.assignment });
        delete each.sync;
      }
    });
  }

  heartbeat(memberId: string, generation: number): ErrorCode {
    const error = this.check(memberId, generation);
    const member = this.members.get(memberId);
    if (member) this.keepAlive(member);
    return error === errorCode.none && this.state === 'PreparingRebalance' ? errorCode.rebalanceInProgress : error;
  }

  leave(memberId: string): ErrorCode {
    const member = this.members.get(memberId);
    if (member) {
      this.remove(member);
      this.afterRemoval();
      return errorCode.none;
    }
    clearTimeout(this.promised.get(memberId));
    return this.promised.delete(memberId) ? errorCode.none : errorCode.unknownMemberId;
  }

  /** Whether this member may commit offsets now; a client without a generation (-1) commits to an empty group. */
  mayCommit(memberId: string, generation: number): ErrorCode {
    if (generation < 0) return this.members.size > 0 ? errorCode.unknownMemberId : errorCode.none;
    const error = this.check(memberId, generation);
    if (error !== errorCode.none) return error;
    if (this.state === 'CompletingRebalance') return errorCode.rebalanceInProgress;
    this.keepAlive(this.members.get(memberId) as Member);
    return errorCode.none;
  }

  /** Lets all waiting members go; for the end of the broker. */
  close(): void {
    clearTimeout(this.rebalanceTimer);
    for (const timer of this.promised.values()) clearTimeout(timer);
    for (const member of [...this.members.values()]) this.remove(member);
  }

  private promise(memberId: string, timeoutMs: number): void {
    const timer = setTimeout(() => this.promised.delete(memberId), timeoutMs);
    timer.unref();
    this.promised.set(memberId, timer);
  }

  private fits(memberId: string, request: JoinRequest): boolean {
    const others = [...this.members.values()].filter((member) => member.memberId !== memberId);
    if (request.protocols.length === 0) return false;
    return request.protocols.some(({ name }) => others.every((other) => other.protocols.some((protocol) => protocol.name === name)));
  }

  private prepareRebalance(): void {
    const wasEmpty = this.state === 'Empty';
    this.state = 'PreparingRebalance';
    for (const member of this.members.values()) {
      member.sync?.({ error: errorCode.rebalanceInProgress, assignment: nothing });
      delete member.sync;
    }
    clearTimeout(this.rebalanceTimer);
    this.gathering = wasEmpty && this.initialRebalanceDelayMs > 0;
    const longest = Math.max(...[...this.members.values()].map((member) => member.rebalanceTimeoutMs), 1);
    this.rebalanceTimer = this.gathering
      ? setTimeout(() => {
          this.gathering = false;
          this.completeIfAllJoined();
        }, this.initialRebalanceDelayMs)
      : setTimeout(() => {
          for (const member of [...this.members.values()]) if (!member.join) this.remove(member);
          this.complete();
        }, longest);
    this.completeIfAllJoined();
  }

  private completeIfAllJoined(): void {
    const allJoined = [...this.members.values()].every((member) => member.join);
    if (!this.gathering && this.state === 'PreparingRebalance' && allJoined) this.complete();
  }

  private complete(): void {
    clearTimeout(this.rebalanceTimer);
    this.generation += 1;
    const [first, ...others] = this.members.values();
    if (!first) {
      this.state = 'Empty';
      return;
    }
    const common = first.protocols.find(({ name }) => others.every((other) => other.protocols.some((one) => one.name === name)));
    this.protocol = common?.name ?? '';
    if (!this.members.has(this.leader)) this.leader = first.memberId;
    this.state = 'CompletingRebalance';
    const everyone = [first, ...others].map(({ memberId, instanceId, protocols }) => ({
      id: memberId,
      instanceId,
      metadata: protocols.find(({ name }) => name === this.protocol)?.metadata ?? nothing,
    }));
    for (const member of [first, ...others]) {
      const answer = member.join;
      delete member.join;
      this.keepAlive(member);
      const members = member.memberId === this.leader ? everyone : [];
      const { generation, protocol, leader } = this;
      answer?.({ error: errorCode.none, generation, protocol, leader, memberId: member.memberId, members });
    }
  }

  private check(memberId: string, generation: number): ErrorCode {
    if (!this.members.has(memberId)) return errorCode.unknownMemberId;
    return generation === this.generation ? errorCode.none : errorCode.illegalGeneration;
  }

  private remove(member: Member): void {
    clearTimeout(member.expiry);
    this.members.delete(member.memberId);
    const error = errorCode.unknownMemberId;
    member.join?.({ error, generation: -1, protocol: '', leader: '', memberId: member.memberId, members: [] });
    member.sync?.({ error, assignment: nothing });
  }

  private afterRemoval(): void {
    if (this.members.size === 0) {
      clearTimeout(this.rebalanceTimer);
      this.state = 'Empty';
      this.generation += 1;
    } else if (this.state === 'PreparingRebalance') this.completeIfAllJoined();
    else this.prepareRebalance();
  }

  private keepAlive(member: Member): void {
    clearTimeout(member.expiry);
    member.expiry = setTimeout(() => {
      // Who waits for a rebalance to complete cannot send heartbeats meanwhile.
      if (member.join) return this.keepAlive(member);
      this.remove(member);
      this.afterRemoval();
    }, member.sessionTimeoutMs);
    member.expiry.unref();
  }
}
