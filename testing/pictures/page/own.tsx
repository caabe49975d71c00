// Panels whose components Grafana keeps to itself, drawn simply with its colours and units.

import { FieldType, formattedValueToString, getFieldDisplayName, getValueFormat, type DataFrame } from "@grafana/data";
import type { PanelProps } from "./panels";

const AXIS = 56;
const FOOT = 22;

function clock(time: number): string {
  return new Date(time).toISOString().slice(11, 16);
}

function TimeAxis({ context, width, height, left }: { context: PanelProps["context"]; width: number; height: number; left: number }) {
  const { from, to, theme } = context;
  const minutes = [...Array(Math.ceil((to - from) / 60) + 1).keys()].map((index) => (Math.ceil(from / 60) + index) * 60).filter((at) => at <= to);
  const every = Math.ceil(minutes.length / Math.max(2, width / 90));
  return (
    <>
      {minutes.filter((_, index) => index % every === 0).map((at) => (
        <text key={at} x={left + ((at - from) / (to - from)) * (width - left)} y={height - 6} fontSize={12} fill={theme.colors.text.primary} textAnchor="middle">
          {clock(at * 1000)}
        </text>
      ))}
    </>
  );
}

/** Buckets are running totals by `le`: each less the one below is what fell into it. */
export function HeatmapPanel({ panel, loaded, context, width, height }: PanelProps) {
  const { theme, from, to } = context;
  const edges = loaded.frames
    .map((frame) => ({ le: Number((frame.fields[1].labels?.le ?? "NaN").replace("+Inf", "Infinity")), frame }))
    .filter(({ le }) => !Number.isNaN(le))
    .sort((one, other) => one.le - other.le);
  const counts = edges.map(({ frame }, row) => {
    const below = new Map<number, number>();
    if (row > 0) edges[row - 1].frame.fields[0].values.forEach((time: number, index: number) => below.set(time, edges[row - 1].frame.fields[1].values[index]));
    return frame.fields[0].values.map((time: number, index: number) => ({ time, count: Math.max(0, frame.fields[1].values[index] - (below.get(time) ?? 0)) }));
  });
  const used = counts.map((row) => row.some(({ count }) => count > 1e-9));
  const [first, last] = [used.indexOf(true), used.lastIndexOf(true)];
  if (first < 0) return null;
  const rows = counts.slice(first, last + 1);
  const most = Math.max(...rows.flat().map(({ count }) => count));
  const step = Number(loaded.builtIn.__interval_ms);
  const [cellWidth, cellHeight] = [((width - AXIS) * step) / ((to - from) * 1000), (height - FOOT) / rows.length];
  const format = getValueFormat(panel.options?.yAxis?.unit ?? panel.fieldConfig?.defaults?.unit ?? "short");
  const every = Math.ceil(rows.length / Math.max(2, (height - FOOT) / 18));
  return (
    <svg width={width} height={height} style={{ display: "block" }}>
      {rows.map((row, index) => (
        <g key={index}>
          {index % every === 0 && (
            <text x={AXIS - 6} y={Math.max(11, height - FOOT - (index + 1) * cellHeight + 4)} fontSize={12} fill={theme.colors.text.primary} textAnchor="end">
              {Number.isFinite(edges[first + index].le) ? formattedValueToString(format(edges[first + index].le)) : "more"}
            </text>
          )}
          {row.filter(({ count }) => count > 1e-9).map(({ time, count }) => (
            <rect
              key={time} x={AXIS + ((time / 1000 - from) / (to - from)) * (width - AXIS) - cellWidth} width={Math.max(1, cellWidth - 1)}
              y={height - FOOT - (index + 1) * cellHeight} height={Math.max(1, cellHeight - 1)}
              fill={`hsl(210, 85%, ${18 + 62 * Math.sqrt(count / most)}%)`}
            />
          ))}
        </g>
      ))}
      <TimeAxis context={context} width={width} height={height} left={AXIS} />
    </svg>
  );
}

export function StateTimelinePanel({ loaded, context, width, height }: PanelProps) {
  const { theme, from, to } = context;
  const rows = loaded.frames.flatMap((frame) =>
    frame.fields.filter((field) => field.type !== FieldType.time).map((field) => ({ name: getFieldDisplayName(field, frame, loaded.frames), field, times: frame.fields[0].values })),
  );
  const left = Math.min(width / 3, 20 + 7 * Math.max(...rows.map(({ name }) => name.length)));
  const rowHeight = Math.min(48, (height - FOOT) / rows.length);
  const step = Number(loaded.builtIn.__interval_ms) / 1000;
  const at = (time: number) => left + (Math.max(0, time - from) / (to - from)) * (width - left);
  return (
    <svg width={width} height={height} style={{ display: "block" }}>
      {rows.map(({ name, field, times }, index) => {
        const runs: Array<{ begin: number; end: number; text: string; color: string }> = [];
        times.forEach((time: number, point: number) => {
          const shown = field.display!(field.values[point]);
          const text = formattedValueToString(shown);
          const last = runs.at(-1);
          if (last && last.text === text && time / 1000 - last.end <= step) last.end = time / 1000;
          else runs.push({ begin: time / 1000 - step, end: time / 1000, text, color: shown.color ?? theme.colors.text.disabled });
        });
        const y = index * rowHeight + rowHeight * 0.1;
        return (
          <g key={index}>
            <text x={left - 8} y={y + rowHeight * 0.5} fontSize={12} fill={theme.colors.text.primary} textAnchor="end">{name}</text>
            {runs.map((run) => (
              <g key={run.begin}>
                <rect x={at(run.begin)} width={Math.max(1, at(run.end) - at(run.begin))} y={y} height={rowHeight * 0.8} fill={run.color} fillOpacity={0.7} />
                {at(run.end) - at(run.begin) > 7 * run.text.length && (
                  <text x={at(run.begin) + 6} y={y + rowHeight * 0.5} fontSize={12} fill={theme.colors.getContrastText(run.color)}>{run.text}</text>
                )}
              </g>
            ))}
          </g>
        );
      })}
      <TimeAxis context={context} width={width} height={height} left={left} />
    </svg>
  );
}

function rowsOf(frame: DataFrame | undefined): Array<Record<string, any>> {
  if (!frame) return [];
  return [...Array(frame.length).keys()].map((row) => Object.fromEntries(frame.fields.map((field) => [field.config.displayName ?? field.name, field.values[row]])));
}

/** Nodes in columns by their distance from those that nobody points to. */
export function NodeGraphPanel({ panel, loaded, context, width, height }: PanelProps) {
  const { theme } = context;
  const find = (name: string, field: string) =>
    loaded.frames.find((frame) => frame.refId === name) ?? loaded.frames.find((frame) => frame.fields.some((one) => one.name === field) === (name === "edges"));
  const edges = rowsOf(find("edges", "source"));
  const nodes = rowsOf(find("nodes", "source"));
  const depth = new Map<string, number>(nodes.map(({ id }) => [id, 0]));
  for (let round = 0; round < nodes.length; round += 1) {
    for (const { source, target } of edges) if (source !== target) depth.set(target, Math.min(nodes.length, Math.max(depth.get(target) ?? 0, (depth.get(source) ?? 0) + 1)));
    if (edges.length === 0) break;
    if ([...depth.values()].some((one) => one >= nodes.length)) break;
  }
  const columns = [...new Set(depth.values())].sort((one, other) => one - other);
  const place = (id: string) => {
    const column = columns.indexOf(depth.get(id) ?? 0);
    const same = nodes.filter((node) => depth.get(node.id) === depth.get(id));
    return { x: ((column + 0.5) / columns.length) * width, y: ((same.findIndex((node) => node.id === id) + 0.5) / same.length) * (height - 20) + 4 };
  };
  const arcs: Array<{ field: string; color: string }> = panel.options?.nodes?.arcs ?? [];
  const radius = Math.min(36, height / (2.6 * Math.max(1, ...columns.map((one) => nodes.filter(({ id }) => depth.get(id) === one).length))));
  const stat = (value: unknown) => (typeof value === "number" ? formattedValueToString(getValueFormat("short")(value, value < 10 ? 1 : 0)) : "");
  return (
    <svg width={width} height={height} style={{ display: "block" }}>
      {edges.map((edge, index) => {
        const [one, other] = [place(edge.source), place(edge.target)];
        return (
          <g key={index}>
            <line x1={one.x + radius} y1={one.y} x2={other.x - radius} y2={other.y} stroke={theme.colors.text.disabled} strokeWidth={1.5} />
            <text x={(one.x + other.x) / 2} y={(one.y + other.y) / 2 - 5} fontSize={11} fill={theme.colors.text.secondary} textAnchor="middle">{stat(edge.mainstat ?? edge.mainStat)}</text>
          </g>
        );
      })}
      {nodes.map((node) => {
        const { x, y } = place(node.id);
        const length = 2 * Math.PI * radius;
        let begun = 0;
        return (
          <g key={node.id}>
            <circle cx={x} cy={y} r={radius} fill={theme.colors.background.secondary} stroke={theme.colors.border.medium} strokeWidth={4} />
            {arcs.map(({ field, color }) => {
              const share = Number(node[field]) || 0;
              const start = begun;
              begun += share;
              return (
                <circle
                  key={field} cx={x} cy={y} r={radius} fill="none" strokeWidth={4} stroke={theme.visualization.getColorByName(color)}
                  strokeDasharray={`${share * length} ${length}`} transform={`rotate(${start * 360 - 90} ${x} ${y})`}
                />
              );
            })}
            <text x={x} y={y + 4} fontSize={12} fill={theme.colors.text.primary} textAnchor="middle">{stat(node.mainstat ?? node.mainStat)}</text>
            <text x={x} y={y + radius + 14} fontSize={12} fill={theme.colors.text.primary} textAnchor="middle">{node.title}</text>
          </g>
        );
      })}
    </svg>
  );
}
