// Answers of the sources become data frames as Grafana's Prometheus data source makes them, then the board's
// transformations and field options are applied by Grafana's own code.

import {
  applyFieldOverrides, cacheFieldDisplayNames, type DataFrame, type Field, FieldType, type GrafanaTheme2, Registry, rangeUtil,
  standardTransformers, standardTransformersRegistry, transformDataFrame,
} from "@grafana/data";
import { firstValueFrom } from "rxjs";
import { queryInstant, queryRange, type Series } from "./sources";
import type { Board, Panel, Target } from "./types";
import type { Variables } from "./variables";

/** `timeInterval` of the provisioned data source: the least that a step is. */
const SCRAPE_SECONDS = 15;

standardTransformersRegistry.setInit(() =>
  [...new Map(Object.values(standardTransformers).map((info: any) => [info.id, info])).values()].map((info: any) => ({
    ...info, info, transformation: () => Promise.resolve(info), editor: () => null, imageDark: "", imageLight: "",
  })) as any,
);

const STANDARD = ["unit", "min", "max", "decimals", "displayName", "displayNameFromDS", "noValue", "color", "thresholds", "mappings", "links", "fieldMinMax"];
const CUSTOM = [
  "drawStyle", "lineInterpolation", "lineWidth", "lineStyle", "fillOpacity", "fillBelowTo", "gradientMode", "showPoints", "pointSize", "spanNulls",
  "stacking", "thresholdsStyle", "axisPlacement", "axisLabel", "axisSoftMin", "axisSoftMax", "axisBorderShow", "axisColorMode", "axisCenteredZero",
  "scaleDistribution", "hideFrom", "barAlignment", "transform", "align", "cellOptions", "filterable", "inspect", "width", "minWidth",
];
const property = (path: string, isCustom: boolean): any => ({
  id: isCustom ? `custom.${path}` : path, path, isCustom, name: path, description: "",
  editor: () => null, override: () => null,
  process: (value: unknown) => value, shouldApply: () => true,
});
const registry: any = new Registry(() => [
  ...STANDARD.map((path) => property(path, false)),
  ...CUSTOM.map((path) => property(path, true)),
]);

/** Options of a time series that a board leaves to their defaults. */
const TIME_SERIES: Record<string, unknown> = {
  axisPlacement: "auto", axisLabel: "", axisColorMode: "text", axisBorderShow: false, axisCenteredZero: false, gradientMode: "none", pointSize: 5,
  barAlignment: 0, scaleDistribution: { type: "linear" }, hideFrom: { legend: false, tooltip: false, viz: false },
};

export interface Context {
  variables: Variables;
  from: number;
  to: number;
  theme: GrafanaTheme2;
  annotations: Board["annotations"]["list"];
}

export interface Loaded {
  frames: DataFrame[];
  builtIn: Record<string, string>;
}

export function builtIns(context: Context, width: number): Record<string, string> {
  const seconds = context.to - context.from;
  const interval = Math.max(rangeUtil.roundInterval((seconds * 1000) / Math.max(width, 100)) / 1000, SCRAPE_SECONDS);
  const rate = Math.max(interval + SCRAPE_SECONDS, 4 * SCRAPE_SECONDS);
  return {
    __interval: `${interval}s`, __interval_ms: `${interval * 1000}`, __rate_interval: `${rate}s`,
    __range: `${seconds}s`, __range_s: `${seconds}`, __range_ms: `${seconds * 1000}`, __auto: `${interval}s`,
  };
}

export async function load(panel: Panel, context: Context, width: number, repeated: Record<string, string>): Promise<Loaded> {
  const builtIn = { ...builtIns(context, width), ...repeated };
  const targets = (panel.targets ?? []).filter((target) => target.expr && target.datasource?.type === "prometheus");
  const tables = targets.filter((target) => target.format === "table").length;
  const answers = await Promise.all(targets.map((target) => answer(target, context, builtIn, tables)));
  let frames = answers.flat();
  if (panel.transformations?.length) {
    frames = await firstValueFrom(transformDataFrame(panel.transformations as any, frames, { interpolate: (text: string) => text } as any));
  }
  const fieldConfig = structuredClone(panel.fieldConfig ?? { defaults: {}, overrides: [] });
  if (panel.type === "timeseries") fieldConfig.defaults.custom = { ...TIME_SERIES, ...fieldConfig.defaults.custom };
  for (const step of fieldConfig.defaults.thresholds?.steps ?? []) if (step.value === null) step.value = -Infinity;
  frames = applyFieldOverrides({
    data: frames, fieldConfig, fieldConfigRegistry: registry, theme: context.theme, timeZone: "utc",
    replaceVariables: (text: string) => context.variables.substitute(text, builtIn),
  });
  cacheFieldDisplayNames(frames);
  return { frames, builtIn };
}

async function answer(target: Target, context: Context, builtIn: Record<string, string>, tables: number): Promise<DataFrame[]> {
  const expression = context.variables.substitute(target.expr!, builtIn);
  target = { ...target, legendFormat: context.variables.substitute(target.legendFormat ?? "", builtIn) };
  if (target.instant) {
    const series = await queryInstant(expression, context.to);
    return target.format === "table" ? [table(series, target, tables)] : series.map((one) => frame(one, target));
  }
  const step = Number(builtIn.__interval_ms) / 1000;
  const align = (time: number) => Math.floor(time / step) * step;
  const series = await queryRange(expression, align(context.from), align(context.to), step);
  if (target.format === "table") return [table(series, target, tables)];
  return series.map((one) => frame(one, target, step * 1000));
}

function legend(metric: Record<string, string>, target: Target): string {
  if (target.legendFormat && target.legendFormat !== "__auto") {
    return target.legendFormat.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, label) => metric[label] ?? "");
  }
  const { __name__: name = "", ...labels } = metric;
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return pairs.length ? `${name}{${pairs.join(", ")}}` : name || (target.expr ?? "Value");
}

function frame(series: Series, target: Target, interval?: number): DataFrame {
  const name = legend(series.metric, target);
  const time: Field = {
    name: "Time", type: FieldType.time, config: { interval }, values: series.points.map(([at]) => at),
  };
  const value: Field = {
    name: "Value", type: FieldType.number, labels: series.metric, config: { displayNameFromDS: name },
    values: series.points.map(([, one]) => one),
  };
  return { refId: target.refId, name, fields: [time, value], length: series.points.length, meta: { type: "timeseries-multi" as any } };
}

function table(series: Series[], target: Target, tables: number): DataFrame {
  const labels = [...new Set(series.flatMap((one) => Object.keys(one.metric)))].sort();
  const rows = series.flatMap((one) => one.points.map(([time, value]) => ({ metric: one.metric, time, value })));
  const fields: Field[] = [
    { name: "Time", type: FieldType.time, config: {}, values: rows.map((row) => row.time) },
    ...labels.map((label): Field => ({
      name: label, type: FieldType.string, config: { filterable: true }, values: rows.map((row) => row.metric[label] ?? ""),
    })),
    {
      name: tables > 1 ? `Value #${target.refId}` : "Value", type: FieldType.number, config: {}, values: rows.map((row) => row.value),
    },
  ];
  return { refId: target.refId, fields, length: rows.length };
}

/** Whether there is anything that could be drawn. */
export function hasData(frames: DataFrame[]): boolean {
  return frames.some((one) => one.length > 0 && one.fields.some((field) => field.type !== FieldType.time));
}
