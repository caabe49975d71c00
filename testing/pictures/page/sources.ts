// The data sources, by way of the harness, which passes /prometheus and /loki on.

export interface Series {
  metric: Record<string, string>;
  points: Array<[number, number]>;
}

async function ask(source: string, path: string, parameters: Record<string, string>): Promise<any> {
  const answer = await fetch(`/${source}/${path}`, { method: "POST", body: new URLSearchParams(parameters) });
  const body = await answer.json().catch(() => ({ error: `status ${answer.status}` }));
  if (body.status !== "success") throw new Error(`${parameters.query ?? path}: ${body.error}`);
  return body.data;
}

function number(text: string): number {
  if (text === "+Inf") return Infinity;
  if (text === "-Inf") return -Infinity;
  return Number(text);
}

export async function queryRange(query: string, start: number, end: number, step: number): Promise<Series[]> {
  const data = await ask("prometheus", "api/v1/query_range", { query, start: `${start}`, end: `${end}`, step: `${step}` });
  return data.result.map((series: any) => ({
    metric: series.metric,
    points: series.values.map(([time, value]: [number, string]) => [time * 1000, number(value)]),
  }));
}

export async function queryInstant(query: string, time: number): Promise<Series[]> {
  const data = await ask("prometheus", "api/v1/query", { query, time: `${time}` });
  if (data.resultType === "scalar") return [{ metric: {}, points: [[data.result[0] * 1000, number(data.result[1])]] }];
  return data.result.map((sample: any) => ({
    metric: sample.metric,
    points: [[sample.value[0] * 1000, number(sample.value[1])]],
  }));
}

export async function exemplars(query: string, start: number, end: number): Promise<Array<{ time: number; value: number }>> {
  const data = await ask("prometheus", "api/v1/query_exemplars", { query, start: `${start}`, end: `${end}` });
  return data.flatMap((series: any) =>
    series.exemplars.map((one: any) => ({ time: one.timestamp * 1000, value: number(one.value) })),
  );
}

export async function labelValues(query: string, start: number, end: number): Promise<string[]> {
  const parsed = /^label_values\((?:(.*),\s*)?([a-zA-Z_]\w*)\)$/s.exec(query.trim());
  if (!parsed) throw new Error(`not understood: ${query}`);
  const [, selector, label] = parsed;
  const parameters = new URLSearchParams({ start: `${start}`, end: `${end}` });
  if (selector) parameters.append("match[]", selector);
  const answer = await fetch(`/prometheus/api/v1/label/${label}/values?${parameters}`);
  return (await answer.json()).data ?? [];
}

export interface Alert {
  labels: Record<string, string>;
  state: string;
  /** Since when, in seconds. */
  since: number;
}

/** What fired or was pending at a time, from the series that Prometheus keeps of it. */
export async function alerts(time: number): Promise<Alert[]> {
  const [states, since] = await Promise.all([queryInstant("ALERTS", time), queryInstant("ALERTS_FOR_STATE", time)]);
  const key = ({ __name__, alertstate, ...labels }: Record<string, string>) => JSON.stringify(Object.entries(labels).sort());
  const begun = new Map(since.map(({ metric, points }) => [key(metric), points[0][1]]));
  return states.map(({ metric }) => ({ labels: metric, state: metric.alertstate, since: begun.get(key(metric)) ?? time }));
}

export interface Line {
  time: number;
  level: string;
  text: string;
  labels: Record<string, string>;
}

/** Log lines, newest first; none where there is no Loki. */
export async function lines(query: string, start: number, end: number): Promise<Line[] | null> {
  const parameters = new URLSearchParams({ query, start: `${start}`, end: `${end}`, limit: "60", direction: "backward" });
  const answer = await fetch(`/loki/loki/api/v1/query_range?${parameters}`);
  if (answer.status === 404) return null;
  const body = await answer.json().catch(async () => ({ status: "error" }));
  if (body.status !== "success") throw new Error(`Loki: ${JSON.stringify(body)}`);
  const found: Line[] = body.data.result.flatMap((stream: any) =>
    stream.values.map(([time, text]: [string, string]) => ({
      time: Number(time) / 1e6,
      text,
      level: (stream.stream.detected_level ?? stream.stream.severity_text ?? "unknown").toLowerCase(),
      labels: stream.stream,
    })),
  );
  return found.sort((one, other) => other.time - one.time);
}
