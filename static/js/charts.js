/* Draws charts from the tables beside them: every number of a chart stands in its table, and nowhere else.
 *
 * <figure data-chart="map|bars|months|lines" data-table="id of the table" …> is shown only where scripts run, so that
 * without JavaScript the table alone remains. Of the table it reads: header cells with data-series (a column to
 * draw), rows with data-key (the code of a place) or their first cell (a name), and data-value of the cells; rows with
 * data-aside are told in the table alone.
 * ECharts itself is fetched only when a chart comes near the screen. */
"use strict";
(() => {
  const library = document.currentScript.dataset.library;
  const INK = "#374151", QUIET = "#4b5563", LINE = "#d1d5db", NONE = "#e5e7eb";
  const COLOURS = ["#1d4ed8", "#d97706", "#0f766e", "#7c3aed"];
  const SHADES = ["#f1f5f9", "#dbeafe", "#93c5fd", "#60a5fa"]; // dark ink is readable on each
  const FONT = getComputedStyle(document.body).fontFamily;
  const SMALL = window.matchMedia("(max-width: 47.99rem)");

  let fetching = null;
  function echarts() {
    fetching ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = library;
      script.onload = () => resolve(window.echarts);
      script.onerror = reject;
      document.head.append(script);
    });
    return fetching;
  }

  /** The table as rows and series; a cell without a value is null, which is not drawn as zero. */
  function read(table) {
    const heads = [...table.tHead.rows[0].cells];
    const series = heads
      .map((head, column) => ({ column, name: head.dataset.series, code: head.dataset.code, unit: head.dataset.unit ?? "" }))
      .filter((each) => each.name !== undefined)
      .map((each) => ({ ...each, name: each.name || heads[each.column].textContent.trim() }));
    const rows = [...table.tBodies[0].rows].filter((row) => row.dataset.aside === undefined).map((row) => ({
      key: row.dataset.key ?? "",
      name: row.dataset.name || row.cells[0].textContent.trim(),
      address: row.cells[0].querySelector("a")?.href ?? "",
      values: series.map((each) => (row.cells[each.column].dataset.value ? Number(row.cells[each.column].dataset.value) : null)),
      shown: series.map((each) => row.cells[each.column].dataset.shown || row.cells[each.column].textContent.trim()),
      addresses: series.map((each) => row.cells[each.column].querySelector("a")?.href ?? ""),
    }));
    return { series, rows };
  }

  const tooltip = (formatter) => ({
    renderMode: "richText", // drawn on the canvas: the page's policy allows no inline style
    confine: true,
    textStyle: { fontFamily: FONT, color: INK },
    formatter,
  });
  const common = { animation: false, color: COLOURS, textStyle: { fontFamily: FONT, color: INK } };
  const legend = { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: { color: INK, fontSize: 13 } };
  const grid = { left: 4, right: 12, top: 36, bottom: 4, containLabel: true };
  const axis = { axisLabel: { color: QUIET, fontSize: 12 }, axisLine: { lineStyle: { color: LINE } }, axisTick: { show: false } };
  const scale = { type: "value", minInterval: 1, splitLine: { lineStyle: { color: "#eef0f2" } }, ...axis };

  function upright(kind) {
    return ({ series, rows }) => ({
      ...common,
      legend,
      grid,
      tooltip: { trigger: "axis", ...tooltip((points) => [rows[points[0].dataIndex].name, ...points.map((point) => `${point.seriesName}: ${rows[point.dataIndex].shown[point.seriesIndex]}`)].join("\n")) },
      xAxis: { type: "category", data: rows.map((row) => row.name), ...axis },
      yAxis: { ...scale, minInterval: 0 },
      series: series.map((each, number) => ({
        name: each.name,
        type: kind,
        symbolSize: 7,
        symbol: ["circle", "rect", "triangle", "diamond"][number % 4],
        barMaxWidth: 22,
        data: rows.map((row) => row.values[number]),
      })),
    });
  }

  function bars({ series, rows }) {
    const ordered = rows.map((row, place) => ({ ...row, place })).reverse();
    return {
      ...common,
      legend: series.length > 1 ? legend : undefined,
      grid: { ...grid, top: series.length > 1 ? 36 : 4, right: 44 },
      tooltip: tooltip((point) => `${ordered[point.dataIndex].name}\n${point.seriesName}: ${ordered[point.dataIndex].shown[point.seriesIndex]}`),
      xAxis: { ...scale },
      yAxis: { type: "category", data: ordered.map((row) => row.name), ...axis, axisLabel: { ...axis.axisLabel, color: INK, fontSize: 13, width: SMALL.matches ? 120 : 190, overflow: "break", lineHeight: 15 } },
      series: series.map((each, number) => ({
        name: each.name,
        type: "bar",
        barMaxWidth: 18,
        label: { show: true, position: "right", color: INK, formatter: (point) => ordered[point.dataIndex].shown[number] },
        data: ordered.map((row) => row.values[number]),
      })),
      addressOf: (point) => ordered[point.dataIndex].addresses[point.seriesIndex],
    };
  }

  function map({ series, rows }, chosen) {
    const number = Math.max(0, series.findIndex((each) => each.code === chosen));
    const values = rows.map((row) => row.values[number]).filter((value) => value !== null);
    const byKey = new Map(rows.map((row) => [row.key, row]));
    return {
      ...common,
      tooltip: tooltip((point) => {
        const row = byKey.get(point.name);
        return row ? `${row.name}\n${series[number].name}: ${row.shown[number]}` : point.name;
      }),
      visualMap: {
        min: Math.min(0, ...values),
        max: Math.max(1, ...values),
        left: 0,
        bottom: 0,
        itemWidth: 14,
        itemHeight: 90,
        calculable: false,
        hoverLink: false,
        inRange: { color: SHADES },
        outOfRange: { color: NONE },
        textStyle: { color: INK },
        text: [series[number].unit === "%" ? `${Math.max(1, ...values).toFixed(0)}%` : String(Math.max(1, ...values)), "0"],
      },
      series: [{
        type: "map",
        map: "places",
        nameProperty: "code",
        selectedMode: false,
        aspectScale: 0.8,
        top: 4, bottom: 4, left: SMALL.matches ? 24 : 72, right: 4,
        itemStyle: { borderColor: "#fff", borderWidth: 1.5, areaColor: NONE },
        emphasis: { label: { show: true }, itemStyle: { areaColor: "#fde68a" } },
        label: {
          show: true,
          color: INK,
          fontSize: 12,
          formatter: (point) => {
            const row = byKey.get(point.name);
            return row ? `${row.name}\n${row.shown[number]}` : "";
          },
        },
        data: rows.filter((row) => row.key).map((row) => ({ name: row.key, value: row.values[number] ?? NaN })),
      }],
      addressOf: (point) => byKey.get(point.name)?.address,
    };
  }

  /** The places that have no shape say their value in words. */
  function tellBeside({ series, rows }, chosen) {
    const number = Math.max(0, series.findIndex((each) => each.code === chosen));
    for (const row of rows) {
      const beside = document.querySelector(`[data-value-of="${CSS.escape(row.key)}"]`);
      if (beside) beside.textContent = row.shown[number];
    }
  }

  const KINDS = { map, bars, months: upright("bar"), lines: upright("line") };

  async function draw(figure) {
    const table = document.getElementById(figure.dataset.table);
    const room = figure.querySelector("[data-room]");
    const choice = figure.querySelector("select");
    const [library, shapes] = await Promise.all([echarts(), figure.dataset.shapes ? fetch(figure.dataset.shapes).then((answer) => answer.json()) : null]);
    if (shapes) library.registerMap("places", shapes);
    const drawn = library.init(room, null, { renderer: "canvas" });
    const told = read(table);
    let addressOf = null;
    const show = () => {
      const { addressOf: leads, ...option } = KINDS[figure.dataset.chart](told, choice?.value);
      addressOf = leads;
      drawn.setOption(option, true);
      if (choice) tellBeside(told, choice.value);
    };
    show();
    drawn.on("click", (point) => {
      const address = addressOf?.(point);
      if (address) window.location.assign(address);
    });
    choice?.addEventListener("change", () => {
      const address = new URL(window.location.href);
      address.searchParams.set(choice.name, choice.value);
      window.history.replaceState(null, "", address);
      show();
    });
    new ResizeObserver(() => drawn.resize()).observe(room);
  }

  const near = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
      near.unobserve(entry.target);
      draw(entry.target).catch(() => { entry.target.hidden = true; });
    }),
    { rootMargin: "200px" },
  );
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    const table = document.getElementById(figure.dataset.table);
    if (!table?.tBodies[0]?.rows.length) { figure.hidden = true; continue; }
    near.observe(figure);
  }
  // What is folded away beside a chart belongs on paper.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details[data-beside-chart]:not([open])")];
    opened.forEach((each) => { each.open = true; });
  });
  window.addEventListener("afterprint", () => opened.forEach((each) => { each.open = false; }));
})();
