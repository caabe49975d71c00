// Lists: alerts and log lines, drawn simply.

import { useEffect, useState } from "react";
import { Message } from "./board";
import type { PanelProps } from "./panels";
import { alerts, lines, type Alert, type Line } from "./sources";

const SEVERITY = ["critical", "page", "warning", "ticket", "info"];

export function AlertListPanel({ context, panel }: PanelProps) {
  const { theme } = context;
  const [found, setFound] = useState<Alert[]>();
  useEffect(() => {
    alerts(context.to).then(setFound);
  }, []);
  if (!found) return null;
  const rank = (alert: Alert) => (alert.state === "firing" ? 0 : 10) + SEVERITY.indexOf(alert.labels.severity);
  const groups = new Map<string, Alert[]>();
  for (const alert of [...found].sort((one, other) => rank(one) - rank(other))) {
    const key = `${alert.labels.alertname} ${alert.state}`;
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  if (groups.size === 0) return <Message text="no alert fires or is pending" kind="nodata" context={context} />;
  const color = (alert: Alert) =>
    alert.state !== "firing" ? theme.colors.text.secondary : rank(alert) < 2 ? theme.colors.error.text : theme.colors.warning.text;
  const age = (alert: Alert) => Math.max(0, Math.round(context.to - alert.since));
  return (
    <div style={{ overflow: "hidden", height: "100%", fontSize: 13, color: theme.colors.text.primary }}>
      {[...groups.values()].slice(0, panel.options?.maxItems ?? 20).map((group, index) => (
        <div key={index} style={{ display: "flex", gap: 8, padding: "4px 0", borderBottom: `1px solid ${theme.colors.border.weak}`, whiteSpace: "nowrap" }}>
          <span style={{ color: color(group[0]), width: 60 }}>{group[0].state}</span>
          <span style={{ fontWeight: 500 }}>{group[0].labels.alertname}</span>
          <span style={{ color: theme.colors.text.secondary, overflow: "hidden", textOverflow: "ellipsis", flex: 1 }}>
            {[...new Set(group.map((one) => one.labels.job ?? one.labels.queue ?? ""))].filter(Boolean).join(", ")}
          </span>
          <span style={{ color: theme.colors.text.secondary }}>{group[0].labels.severity} · {Math.max(...group.map(age))} s</span>
        </div>
      ))}
    </div>
  );
}

export function LogsPanel({ panel, context, loaded, height }: PanelProps) {
  const { theme } = context;
  const [found, setFound] = useState<Line[] | null>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    const expression = context.variables.substitute(panel.targets![0].expr!, loaded.builtIn);
    lines(expression, context.from, context.to).then(setFound, (cause) => setError(String(cause)));
  }, []);
  if (error) return <Message text={error} kind="error" context={context} />;
  if (found === undefined) return null;
  if (found === null) return <Message text="no Loki ran for this picture" kind="nodata" context={context} />;
  if (found.length === 0) return <Message text={panel.fieldConfig?.defaults?.noValue ?? "No data"} kind="nodata" context={context} />;
  const color = (level: string) => (/err|fatal/.test(level) ? theme.colors.error.main : /warn/.test(level) ? theme.colors.warning.main : theme.colors.info.main);
  return (
    <div style={{ overflow: "hidden", height, fontFamily: theme.typography.fontFamilyMonospace, fontSize: 12, lineHeight: "20px", color: theme.colors.text.primary }}>
      {found.slice(0, Math.floor(height / 20)).map((line, index) => (
        <div key={index} style={{ display: "flex", gap: 8, whiteSpace: "nowrap" }}>
          <span style={{ width: 3, background: color(line.level) }} />
          <span style={{ color: theme.colors.text.secondary }}>{new Date(line.time).toISOString().slice(11, 23)}</span>
          <span style={{ width: 110, color: theme.colors.text.secondary }}>{line.labels.service_name}</span>
          <span>{line.text}</span>
        </div>
      ))}
    </div>
  );
}
