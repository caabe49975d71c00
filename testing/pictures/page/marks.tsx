// What lies over a time series: exemplars, and the board's annotations.

import type { GrafanaTheme2 } from "@grafana/data";
import { useLayoutEffect } from "react";
import { builtIns, type Context, type Loaded } from "./frames";
import { exemplars, queryRange } from "./sources";
import type { Panel } from "./types";

export interface Mark {
  time: number;
  /** An exemplar's; an annotation has none. */
  value?: number;
  color: string;
}

/** No more exemplars than a panel has room for. */
const MOST_EXEMPLARS = 60;

const annotationCache = new Map<string, Promise<Mark[]>>();

export async function marksOf(panel: Panel, context: Context, loaded: Loaded): Promise<Mark[]> {
  const targets = (panel.targets ?? []).filter((target) => target.exemplar && target.expr);
  const found = await Promise.all(
    targets.map((target) => exemplars(context.variables.substitute(target.expr!, loaded.builtIn), context.from, context.to).catch(() => [])),
  );
  const all = found.flat().filter(({ value }) => Number.isFinite(value));
  const every = Math.max(1, Math.ceil(all.length / MOST_EXEMPLARS));
  const dots = all.filter((_, index) => index % every === 0).map(({ time, value }) => ({ time, value, color: context.theme.visualization.getColorByName("green") }));
  return [...dots, ...(await annotations(context))];
}

/** When each annotation began: the first point of every run of points. */
function annotations(context: Context): Promise<Mark[]> {
  const known = annotationCache.get("all");
  if (known) return known;
  const asked = Promise.all(
    context.annotations.filter((one) => one.expr && !one.hide).map(async (one) => {
      const step = 15;
      const expression = context.variables.substitute(one.expr!, builtIns(context, 800));
      const series = await queryRange(expression, context.from, context.to, step);
      return series.flatMap(({ points }) =>
        points
          .filter(([time], index) => index === 0 || time - points[index - 1][0] > step * 1000)
          .map(([time]) => ({ time, color: context.theme.visualization.getColorByName(one.iconColor) })),
      );
    }),
  ).then((lists) => lists.flat());
  annotationCache.set("all", asked);
  return asked;
}

export function Marks({ config, frame, marks, theme }: { config: any; frame: any; marks: Mark[]; theme: GrafanaTheme2 }) {
  useLayoutEffect(() => {
    const scale = frame.fields.slice(1).map((field: any) => field.config.unit ?? "__fixed")[0];
    config.addHook("draw", (plot: any) => {
      const key = Object.keys(plot.scales).find((name) => name !== "x" && name.startsWith(scale)) ?? Object.keys(plot.scales).find((name) => name !== "x");
      const { ctx, bbox } = plot;
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height + 8);
      ctx.clip();
      ctx.lineWidth = 1;
      for (const mark of marks) {
        const x = plot.valToPos(mark.time, "x", true);
        if (mark.value === undefined) {
          ctx.strokeStyle = ctx.fillStyle = mark.color;
          ctx.setLineDash([4, 4]);
          ctx.beginPath();
          ctx.moveTo(x, bbox.top);
          ctx.lineTo(x, bbox.top + bbox.height);
          ctx.stroke();
          ctx.beginPath();
          ctx.moveTo(x, bbox.top + bbox.height);
          ctx.lineTo(x - 5, bbox.top + bbox.height + 6);
          ctx.lineTo(x + 5, bbox.top + bbox.height + 6);
          ctx.fill();
          continue;
        }
        const { min, max } = plot.scales[key!];
        if (mark.value < min || mark.value > max) continue;
        const y = plot.valToPos(mark.value, key, true);
        ctx.fillStyle = mark.color;
        ctx.globalAlpha = 0.7;
        ctx.beginPath();
        ctx.moveTo(x, y - 4);
        ctx.lineTo(x + 4, y);
        ctx.lineTo(x, y + 4);
        ctx.lineTo(x - 4, y);
        ctx.fill();
        ctx.globalAlpha = 1;
      }
      ctx.restore();
    });
  }, [config]);
  return null;
}
