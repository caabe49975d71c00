// The page that the harness opens: asks for its order, finds the variables' values, draws the board, and says when
// everything is there.

import "@fontsource/inter/latin-400.css";
import "@fontsource/inter/latin-500.css";
import "@fontsource/roboto-mono/latin-400.css";
import "uplot/dist/uPlot.min.css";

import { createTheme, ThemeContext } from "@grafana/data";
import { GlobalStyles } from "@grafana/ui";
import { createRoot } from "react-dom/client";
import { BoardView } from "./board";
import type { Context } from "./frames";
import type { Order } from "./types";
import { Variables } from "./variables";

async function main() {
  const order: Order = await (await fetch("/order.json")).json();
  const theme = createTheme({ colors: { mode: "dark" } });
  const variables = new Variables(order.from, order.to, order.chosen);
  await variables.resolve(order.board.templating.list);
  const context: Context = { variables, from: order.from, to: order.to, theme, annotations: order.board.annotations.list };
  const done = () => document.body.setAttribute("data-done", "true");
  createRoot(document.getElementById("root")!).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <BoardView order={order} context={context} onDone={done} />
    </ThemeContext.Provider>,
  );
}

main().catch((cause) => {
  document.body.setAttribute("data-failed", String(cause?.stack ?? cause));
});
