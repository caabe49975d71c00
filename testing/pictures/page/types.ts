// The parts of a board's JSON that are drawn.

export interface Target {
  refId: string;
  expr?: string;
  query?: string;
  format?: "time_series" | "table" | "heatmap";
  instant?: boolean;
  legendFormat?: string;
  exemplar?: boolean;
  datasource?: { type?: string; uid?: string };
}

export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  collapsed?: boolean;
  /** The variable whose values a row is repeated for. */
  repeat?: string;
  panels?: Panel[];
  targets?: Target[];
  options?: any;
  fieldConfig?: any;
  transformations?: Array<{ id: string; options: any }>;
}

export interface Variable {
  name: string;
  label?: string;
  type: string;
  query: any;
  includeAll?: boolean;
  allValue?: string | null;
  current?: { text: any; value: any };
}

export interface Board {
  title: string;
  description?: string;
  panels: Panel[];
  templating: { list: Variable[] };
  annotations: { list: Array<{ name: string; expr?: string; iconColor: string; hide?: boolean }> };
}

/** What the harness asks for: the board, the time range in seconds, and what stands in the picture. */
export interface Order {
  board: Board;
  from: number;
  to: number;
  /** Rows that the board keeps closed are drawn open. */
  open: boolean;
  /** Values of variables that are chosen instead of all of them. */
  chosen: Record<string, string[]>;
}
