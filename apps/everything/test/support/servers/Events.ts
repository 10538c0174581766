/**
 * The events of one session of an official SDK, so that its streams can be gone on with.
 */

interface Sender<M> {
  readonly send: (eventId: string, message: M) => Promise<void>
}

/** An event store in the form that both versions of the SDK ask for. */
export class Events<M> {
  readonly #events: Array<{ readonly streamId: string; readonly message: M }> = []

  async storeEvent(streamId: string, message: M): Promise<string> {
    return String(this.#events.push({ streamId, message }) - 1)
  }

  async replayEventsAfter(lastEventId: string, { send }: Sender<M>): Promise<string> {
    const streamId = this.#events[Number(lastEventId)]?.streamId ?? ""
    for (const [index, event] of this.#events.entries()) {
      if (index > Number(lastEventId) && event.streamId === streamId) await send(String(index), event.message)
    }
    return streamId
  }
}
