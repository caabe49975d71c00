// Variables: what they can be, what is chosen, and how they stand in an expression.

import { labelValues } from "./sources";
import type { Variable } from "./types";

export interface Chosen {
  name: string;
  label: string;
  text: string;
  /** How it stands in an expression, by format. */
  raw: string[];
  all: boolean;
  allValue: string;
}

const escapeRegex = (value: string) => value.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/** As Grafana does for Prometheus: several values are one pattern, whose backslashes are escaped for the string. */
function pattern(values: string[]): string {
  const escaped = values.map((value) => escapeRegex(value).replaceAll("\\", "\\\\"));
  return escaped.length === 1 ? escaped[0] : `(${escaped.join("|")})`;
}

export class Variables {
  readonly chosen: Chosen[] = [];

  constructor(
    private readonly from: number,
    private readonly to: number,
    private readonly wanted: Record<string, string[]>,
  ) {}

  /** The values that are chosen: of all, those there are. */
  values(name: string): string[] {
    return this.chosen.find((one) => one.name === name)?.raw ?? [];
  }

  async resolve(list: Variable[]): Promise<void> {
    for (const variable of list) this.chosen.push(await this.choose(variable));
  }

  private async choose(variable: Variable): Promise<Chosen> {
    const base = { name: variable.name, label: variable.label ?? variable.name, all: false, allValue: variable.allValue ?? ".*" };
    const wanted = this.wanted[variable.name];
    if (wanted) return { ...base, text: wanted.join(" + "), raw: wanted };
    if (variable.type === "datasource") {
      const text = { prometheus: "Prometheus", tempo: "Tempo", loki: "Loki" }[variable.query as string] ?? variable.query;
      return { ...base, text, raw: [variable.query] };
    }
    if (variable.type === "query") {
      const query = typeof variable.query === "string" ? variable.query : variable.query.query;
      const values = await labelValues(this.substitute(query, {}), this.from, this.to);
      if (variable.includeAll) return { ...base, text: "All", raw: values, all: true };
      return { ...base, text: values[0] ?? "", raw: values.slice(0, 1) };
    }
    const current = [variable.current?.value ?? String(variable.query).split(",")[0]].flat().filter((value) => value !== "");
    const raw = current.length > 0 ? current : [String(variable.query).split(",")[0]];
    return { ...base, text: [variable.current?.text ?? raw].flat().join(" + ") || raw.join(" + "), raw };
  }

  /** Fills in variables, built-in ones of the panel first. What is unknown stays. */
  substitute(text: string, builtIn: Record<string, string>): string {
    return text.replace(/\$(?:\{(\w+)(?::(\w+))?\}|(\w+))/g, (whole, braced, format, bare) => {
      const name = braced ?? bare;
      if (name in builtIn) return builtIn[name];
      const variable = this.chosen.find((one) => one.name === name);
      if (!variable) return whole;
      if (variable.all) return variable.allValue;
      if (format === "csv") return variable.raw.join(",");
      if (format === "raw") return variable.raw.join(",");
      if (format === "pipe") return variable.raw.join("|");
      return variable.raw.length === 1 && format === undefined ? variable.raw[0] : pattern(variable.raw);
    });
  }
}
