// What passes between a page and its worker.
import type { PlainError } from "./errors.js";

export interface Request {
  id: number;
  method: string;
  values: unknown[];
}

export type Answer =
  | { id: number; result: unknown }
  | { id: number; error: PlainError }
  | { id: number; loaded: number; total: number | undefined };

export interface Port {
  post(message: unknown): void;
  listen(receive: (message: any) => void): void;
}

export interface WorkerThread {
  post(message: Request, transfer: Transferable[]): void;
  listen(receive: (message: Answer) => void, fail: (error: Error) => void): void;
  /** Whether answers are awaited. */
  hold(busy: boolean): void;
  stop(): void;
}
