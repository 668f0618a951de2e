/** The socket: one question under way while a slider moves, the newest next, and a new socket where one was lost. */

import type { State } from "./state";
import type { Chart } from "./charts";

export interface Answer {
  readonly id?: number;
  readonly stage?: string;
  readonly last?: boolean;
  readonly error?: string;
  readonly wait?: string;
  readonly replaced?: boolean;
  readonly charts?: Readonly<Record<string, Chart>>;
  readonly futures?: number;
  readonly effective?: Readonly<Record<string, number>>;
  readonly summary?: string;
  readonly preferred?: string;
  readonly influence?: Readonly<Record<string, number>>;
  readonly basis?: string;
  readonly words?: readonly (string | { path: string; words: string; names: readonly string[] })[];
  readonly note?: string;
  readonly command?: string;
  readonly python?: string;
  readonly citation?: string;
  readonly now?: string;
  readonly said?: string;
  readonly sliders?: Readonly<Record<string, SliderData>>;
}

export interface SliderData {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly middle: number;
  readonly bars: readonly number[];
}

export interface Question {
  readonly state: State;
  readonly width: number;
  readonly shown: readonly string[];
  readonly rest: boolean;
}

/** From the first try to reach a lost server again to the last, in milliseconds. */
const WAITS = [250, 500, 1000, 2000, 4000];

export class Socket {
  private socket: WebSocket | null = null;
  private number = 0;
  private underWay = 0;
  private asked = "";
  private next: Question | null = null;
  private latest: Question | null = null;
  private lost = 0;

  constructor(
    private readonly heard: (answer: Answer, isNewest: boolean) => void,
    private readonly reached: (is: boolean) => void,
  ) {
    this.open();
  }

  /** Ask; where a question is under way this one waits, and takes the place of any that waited. */
  ask(question: Question): void {
    this.latest = question;
    // a key says twice where a slider is: as it moves, and that it has moved
    this.next = this.underWay && JSON.stringify(question) === this.asked ? null : question;
    this.send();
  }

  private open(): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/live`);
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.lost = 0;
      this.underWay = 0;
      this.next = this.latest;
      this.reached(true);
      this.send();
    });
    socket.addEventListener("message", (event) => this.take(JSON.parse(String(event.data)) as Answer));
    socket.addEventListener("close", () => {
      this.socket = null;
      this.reached(false);
      const wait = WAITS[Math.min(this.lost, WAITS.length - 1)] ?? 0;
      this.lost += 1;
      setTimeout(() => this.open(), wait);
    });
  }

  private send(): void {
    if (!this.next || this.underWay || this.socket?.readyState !== WebSocket.OPEN) return;
    this.number += 1;
    this.underWay = this.number;
    this.asked = JSON.stringify(this.next);
    this.socket.send(JSON.stringify({ id: this.number, ...this.next }));
    this.next = null;
  }

  private take(answer: Answer): void {
    const isAnswer = answer.stage === "quick" || answer.replaced || (answer.error !== undefined && !answer.stage);
    if (isAnswer && (answer.id === undefined || answer.id === this.underWay)) this.underWay = 0;
    // what was asked before the newest question is out of date, except while a slider moves: then it is the freshest
    this.heard(answer, answer.id === undefined || (answer.id === this.number && !this.next));
    this.send();
  }
}
