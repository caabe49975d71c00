// Panels that Grafana's library has components for. What is here is what Grafana's panel plugins do around them.

import { dateTime, FieldType, getDisplayValueAlignmentFactors, getFieldDisplayValues, VizOrientation, type FieldDisplay, type TimeRange } from "@grafana/data";
import {
  BarGauge, BigValue, BigValueColorMode, BigValueGraphMode, BigValueJustifyMode, BigValueTextMode, TimeSeries, VizRepeater,
} from "@grafana/ui";
import { TableNG } from "@grafana/ui/unstable";
import { useEffect, useState } from "react";
import { Message } from "./board";
import type { Context } from "./frames";
import { Marks, marksOf, type Mark } from "./marks";
import type { PanelProps } from "./panels";

export function range({ from, to }: Context): TimeRange {
  const [start, end] = [dateTime(from * 1000), dateTime(to * 1000)];
  return { from: start, to: end, raw: { from: start, to: end } };
}

export function TimeSeriesPanel({ panel, loaded, context, width, height }: PanelProps) {
  const [marks, setMarks] = useState<Mark[]>();
  useEffect(() => {
    marksOf(panel, context, loaded).then(setMarks, () => setMarks([]));
  }, []);
  if (!marks) return null;
  return (
    <TimeSeries
      frames={loaded.frames} width={width} height={height} timeRange={range(context)} timeZone="utc"
      legend={panel.options?.legend ?? { showLegend: true, displayMode: "list", placement: "bottom", calcs: [] }}
    >
      {(config: any, frame: any) => <Marks config={config} frame={frame} marks={marks} theme={context.theme} />}
    </TimeSeries>
  );
}

function displayValues({ panel, loaded, context }: PanelProps, sparkline: boolean): FieldDisplay[] {
  return getFieldDisplayValues({
    fieldConfig: panel.fieldConfig, reduceOptions: panel.options.reduceOptions, data: loaded.frames, theme: context.theme, timeZone: "utc",
    sparkline, replaceVariables: (text: string) => context.variables.substitute(text, loaded.builtIn),
  });
}

export function StatPanel(props: PanelProps) {
  const { panel, width, height, context } = props;
  const { options } = panel;
  const values = displayValues(props, options.graphMode !== "none");
  const textMode = options.textMode === "auto" && values.length === 1 ? BigValueTextMode.Value : (options.textMode ?? BigValueTextMode.Auto);
  // A quotient of nothing by nothing: the panel says its text for no data, in its largest letters.
  const isEmpty = values.every(({ display }) => Number.isNaN(display.numeric));
  if (isEmpty) return <Message text={values[0]?.display.text ?? ""} kind="nodata" context={context} />;
  return (
    <VizRepeater
      getValues={() => values} width={width} height={height} source={props.loaded.frames} renderCounter={0} autoGrid itemSpacing={3}
      orientation={options.orientation ?? VizOrientation.Auto}
      renderValue={({ value, width, height, count }) => (
        <BigValue
          value={value.display} count={count} width={width} height={height} theme={context.theme} textMode={textMode}
          sparkline={value.sparkline as any} colorMode={options.colorMode ?? BigValueColorMode.Value}
          graphMode={options.graphMode ?? BigValueGraphMode.None} justifyMode={options.justifyMode ?? BigValueJustifyMode.Auto}
          wideLayout={options.wideLayout ?? true} text={options.text}
        />
      )}
    />
  );
}

export function BarGaugePanel(props: PanelProps) {
  const { panel, width, height, context } = props;
  const { options } = panel;
  const values = displayValues(props, false);
  // Grafana heeds these sizes only where a board sets them by hand.
  const sizes = options.sizing === "manual" ? options : { minVizWidth: 8, minVizHeight: 16, maxVizHeight: 300 };
  return (
    <VizRepeater
      getValues={() => values} width={width} height={height} source={props.loaded.frames} renderCounter={0} itemSpacing={10}
      orientation={options.orientation} minVizWidth={sizes.minVizWidth} minVizHeight={sizes.minVizHeight} maxVizHeight={sizes.maxVizHeight}
      getAlignmentFactors={(values) => getDisplayValueAlignmentFactors(values)}
      renderValue={({ value, width, height, orientation, alignmentFactors }) => (
        <BarGauge
          value={value.display} field={value.field} display={value.view?.getFieldDisplayProcessor(value.colIndex ?? 0) as any}
          width={width} height={height} orientation={orientation} theme={context.theme} displayMode={options.displayMode}
          valueDisplayMode={options.valueMode} namePlacement={options.namePlacement} showUnfilled={options.showUnfilled}
          alignmentFactors={alignmentFactors} itemSpacing={10} lcdCellWidth={12} text={options.text}
        />
      )}
    />
  );
}

export function TablePanel({ panel, loaded, width, height }: PanelProps) {
  const frame = loaded.frames[panel.options?.frameIndex ?? 0] ?? loaded.frames[0];
  // A sparkline in a cell and a frame in a cell come as fields of frames; all else are values.
  const shown = { ...frame, fields: frame.fields.filter((field) => field.type !== FieldType.frame || field.values.length > 0) };
  return (
    <TableNG
      data={shown as any} width={width} height={height} sortBy={panel.options?.sortBy} noHeader={!(panel.options?.showHeader ?? true)}
      cellHeight={panel.options?.cellHeight} fieldConfig={panel.fieldConfig} structureRev={1}
    />
  );
}
