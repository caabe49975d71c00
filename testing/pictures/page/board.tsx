// A board on its grid: 24 columns, cells of 30 pixels with 8 between, as Grafana lays it out.

import { PanelChrome } from "@grafana/ui";
import { useEffect, useState } from "react";
import { hasData, load, type Context, type Loaded } from "./frames";
import { APPROXIMATIONS, PANELS } from "./panels";
import type { Board, Order, Panel } from "./types";

const CELL = 30;
const GAP = 8;
const MARGIN = 16;

/** A row or a panel at its place; for one value of the variable that repeats its row. */
interface Placed {
  panel: Panel;
  y: number;
  builtIn: Record<string, string>;
}

/** Rows with what is in them: a closed row holds its panels, an open one is followed by them. */
function sections(board: Board): Panel[][] {
  const all: Panel[][] = [];
  for (const panel of board.panels) {
    if (panel.type === "row" || all.length === 0) all.push([]);
    all.at(-1)!.push(panel);
  }
  return all;
}

/** Closed rows take one cell. Rows that repeat do so for each value, and push what is below down. */
function place(board: Board, order: Order, context: Context): Placed[] {
  const placed: Placed[] = [];
  let y = 0;
  for (const section of sections(board)) {
    const row = section[0];
    const isShown = !row.collapsed || order.open;
    const panels = row.collapsed ? [row, ...row.panels!] : section;
    const values = row.repeat ? context.variables.values(row.repeat) : [""];
    for (const value of values) {
      const builtIn: Record<string, string> = row.repeat ? { [row.repeat]: value } : {};
      const shown = isShown ? panels : [row];
      for (const panel of shown) placed.push({ panel, y: y + panel.gridPos.y - row.gridPos.y, builtIn });
      y += Math.max(...shown.map(({ type, gridPos }) => gridPos.y + (type === "row" ? 1 : gridPos.h) - row.gridPos.y));
    }
  }
  return placed;
}

export function BoardView({ order, context, onDone }: { order: Order; context: Context; onDone: () => void }) {
  const { board } = order;
  const placed = place(board, order, context);
  const width = window.innerWidth - 2 * MARGIN;
  const column = (width + GAP) / 24;
  const bottom = Math.max(...placed.map(({ panel, y }) => y + (panel.type === "row" ? 1 : panel.gridPos.h)));
  const [left, setLeft] = useState(() => placed.filter(({ panel }) => panel.type !== "row").length);
  useEffect(() => {
    if (left === 0) onDone();
  }, [left]);
  return (
    <div style={{ padding: MARGIN, fontFamily: context.theme.typography.fontFamily }}>
      <Header order={order} context={context} />
      <div style={{ position: "relative", height: bottom * (CELL + GAP) }}>
        {placed.map(({ panel, y, builtIn }, index) => {
          const { x, w, h } = panel.gridPos;
          const box = { left: x * column, top: y * (CELL + GAP), width: w * column - GAP, height: h * (CELL + GAP) - GAP };
          return (
            <div key={index} style={{ position: "absolute", ...box }}>
              {panel.type === "row" ? (
                <RowTitle panel={panel} open={order.open} context={context} builtIn={builtIn} />
              ) : (
                <PanelView panel={panel} context={context} builtIn={builtIn} {...box} onLoaded={() => setLeft((count) => count - 1)} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Header({ order, context }: { order: Order; context: Context }) {
  const { theme, variables } = context;
  const clock = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
  const pill = { border: `1px solid ${theme.colors.border.medium}`, borderRadius: 2, fontSize: 12, lineHeight: "28px", display: "flex" };
  return (
    <div style={{ display: "flex", flexWrap: "wrap", gap: 8, alignItems: "center", marginBottom: 16, color: theme.colors.text.primary }}>
      <span style={{ fontSize: 18, fontWeight: 500, marginRight: 16 }}>{order.board.title}</span>
      {variables.chosen.map((one) => (
        <span key={one.name} style={pill}>
          <span style={{ padding: "0 8px", background: theme.colors.background.secondary, fontWeight: 500 }}>{one.label}</span>
          <span style={{ padding: "0 12px", background: theme.components.input.background }}>{one.text}</span>
        </span>
      ))}
      <span style={{ ...pill, padding: "0 12px", marginLeft: "auto" }}>{clock(order.from)} to {clock(order.to).slice(11)} UTC</span>
    </div>
  );
}

function RowTitle({ panel, open, context, builtIn }: { panel: Panel; open: boolean; context: Context; builtIn: Record<string, string> }) {
  const isClosed = panel.collapsed && !open;
  const title = context.variables.substitute(panel.title, builtIn);
  return (
    <div style={{ display: "flex", alignItems: "center", height: CELL, gap: 8, color: context.theme.colors.text.primary, fontWeight: 500, fontSize: 16 }}>
      <span style={{ fontSize: 10, width: 12 }}>{isClosed ? "▶" : "▼"}</span>
      {title}
      {isClosed && (
        <span style={{ color: context.theme.colors.text.secondary, fontSize: 12, fontWeight: 400 }}>({panel.panels!.length} panels)</span>
      )}
    </div>
  );
}

interface PanelViewProps {
  panel: Panel;
  context: Context;
  builtIn: Record<string, string>;
  width: number;
  height: number;
  onLoaded: () => void;
}

function PanelView({ panel, context, builtIn, width, height, onLoaded }: PanelViewProps) {
  const [loaded, setLoaded] = useState<Loaded>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    load(panel, context, width, builtIn)
      .then(setLoaded, (cause) => setError(String(cause?.message ?? cause)))
      .finally(onLoaded);
  }, []);
  const View = PANELS[panel.type];
  const isOwn = APPROXIMATIONS.has(panel.type);
  const title = context.variables.substitute(panel.title, { ...builtIn, ...loaded?.builtIn });
  return (
    <div data-panel={panel.title} data-panel-type={panel.type} style={{ height: "100%" }}>
      <PanelChrome
        width={width} height={height} title={title} description={panel.description}
        statusMessage={error} padding={panel.type === "table" || panel.type === "stat" ? "none" : "md"}
      >
        {(innerWidth, innerHeight) => {
          if (error) return <Message text={error} kind="error" context={context} />;
          if (!loaded) return null;
          if (!View) return <Message text={`a ${panel.type} is not drawn here`} kind="error" context={context} />;
          const fetches = panel.type === "logs" || panel.type === "alertlist";
          if (!fetches && !hasData(loaded.frames)) {
            return <Message text={panel.fieldConfig?.defaults?.noValue ?? "No data"} kind="nodata" context={context} />;
          }
          return <View panel={panel} loaded={loaded} context={context} width={innerWidth} height={innerHeight} />;
        }}
      </PanelChrome>
      {isOwn && (
        <span style={{ position: "absolute", right: 8, top: 7, fontSize: 10, color: context.theme.colors.text.disabled }}>approximation</span>
      )}
    </div>
  );
}

export function Message({ text, kind, context }: { text: string; kind: "nodata" | "error"; context: Context }) {
  const color = kind === "error" ? context.theme.colors.error.text : context.theme.colors.text.secondary;
  return (
    <div data-message={kind} style={{ height: "100%", display: "flex", alignItems: "center", justifyContent: "center", textAlign: "center", padding: 8, color, fontSize: kind === "error" ? 11 : 14 }}>
      {text}
    </div>
  );
}
