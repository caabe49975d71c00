// Which kind of panel is drawn by what. Those of Grafana's library are in library.tsx; the others are our own.

import type { FunctionComponent } from "react";
import type { Context, Loaded } from "./frames";
import { BarGaugePanel, StatPanel, TablePanel, TimeSeriesPanel } from "./library";
import { AlertListPanel, LogsPanel } from "./lists";
import { HeatmapPanel, NodeGraphPanel, StateTimelinePanel } from "./own";
import type { Panel } from "./types";

export interface PanelProps {
  panel: Panel;
  loaded: Loaded;
  context: Context;
  width: number;
  height: number;
}

export const PANELS: Record<string, FunctionComponent<PanelProps>> = {
  timeseries: TimeSeriesPanel,
  stat: StatPanel,
  bargauge: BarGaugePanel,
  table: TablePanel,
  heatmap: HeatmapPanel,
  "state-timeline": StateTimelinePanel,
  nodeGraph: NodeGraphPanel,
  logs: LogsPanel,
  alertlist: AlertListPanel,
};

/** Kinds whose components Grafana keeps to itself. */
export const APPROXIMATIONS = new Set(["heatmap", "state-timeline", "nodeGraph", "logs", "alertlist"]);
