/* Draws each <canvas data-chart="id"> from the json_script of that id, in the theme's colours, again when the theme changes.
   A bar or a point opens its cases, where the data has their address ("urls" of a dataset). */
(() => {
  "use strict";
  const drawn = new Map();

  function token(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function dataset(given, type, index) {
    const tone = token(`--chart-${given.tone || index + 1}`);
    const isLine = (given.type || type) === "line";
    return {
      ...given,
      backgroundColor: tone,
      borderColor: tone,
      borderWidth: isLine ? 2 : 0,
      borderRadius: isLine ? 0 : 4,
      maxBarThickness: 34,
      pointRadius: isLine && !given.borderDash && given.data.length < 30 ? 3 : 0,
      pointHoverRadius: 5,
      pointHitRadius: 8,
      tension: 0.25,
      spanGaps: true,
      /* Over what has no value a line is only dotted. */
      segment: { borderDash: ({ p0, p1 }) => (p0.skip || p1.skip ? [2, 4] : given.borderDash) },
    };
  }

  function scale(isValue, chart) {
    const ink = token("--ink-3");
    return {
      stacked: Boolean(chart.stacked),
      beginAtZero: true,
      suggestedMax: isValue && chart.percent ? 100 : undefined,
      border: { display: false },
      grid: { display: isValue, color: token("--hair") },
      ticks: {
        color: ink,
        precision: 0,
        maxTicksLimit: isValue ? 6 : 14,
        autoSkip: isValue || !chart.horizontal,
        ...(isValue && chart.percent ? { callback: (value) => `${value} %` } : {}),
      },
    };
  }

  /* A share beside counts has its own scale at the right. */
  function rate(chart) {
    if (!chart.datasets.some((given) => given.yAxisID === "rate")) return {};
    const own = scale(true, { percent: true });
    return { rate: { ...own, position: "right", max: 100, grid: { display: false } } };
  }

  /* A point that stands under the pointer, else the bar there, else the nearest of the points that reach so far. */
  function elementUnder(event, chart) {
    const under = chart.getElementsAtEventForMode(event, "point", { intersect: true }, true);
    const far = ({ element }) => Math.hypot(element.x - event.x, element.y - event.y);
    const points = under.filter(({ element }) => element instanceof window.Chart.PointElement).sort((a, b) => far(a) - far(b));
    /* As it is drawn by itself: the pointer makes it larger. */
    const stands = (point) => point && far(point) < chart.data.datasets[point.datasetIndex].pointRadius;
    return stands(points[0]) ? points[0] : under.find((each) => !points.includes(each)) || points[0];
  }

  function casesUnder(event, chart) {
    const { datasetIndex, index } = elementUnder(event, chart) || {};
    return chart.data.datasets[datasetIndex]?.urls?.[index];
  }

  function open(event, _elements, chart) {
    const url = casesUnder(event, chart);
    const isAside = event.native.ctrlKey || event.native.metaKey;
    if (url) window.open(url, isAside ? "_blank" : "_self");
  }

  function hint(event, _elements, chart) {
    chart.canvas.style.cursor = casesUnder(event, chart) ? "pointer" : "";
  }

  function options(chart) {
    const valueAxis = chart.horizontal ? "x" : "y";
    return {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      indexAxis: chart.horizontal ? "y" : "x",
      interaction: { mode: "index", intersect: false },
      onClick: open,
      onHover: hint,
      scales: { x: scale(valueAxis === "x", chart), y: scale(valueAxis === "y", chart), ...rate(chart) },
      plugins: {
        legend: {
          display: chart.datasets.length > 1,
          align: "start",
          labels: { color: token("--ink-2"), usePointStyle: true, boxWidth: 8, boxHeight: 8, padding: 16 },
        },
        tooltip: {
          backgroundColor: token("--ink"),
          titleColor: token("--card"),
          bodyColor: token("--card"),
          padding: 10,
          cornerRadius: 8,
          usePointStyle: true,
        },
      },
    };
  }

  function draw(canvas) {
    const source = document.getElementById(canvas.dataset.chart);
    if (!source) return;
    const chart = JSON.parse(source.textContent);
    drawn.get(canvas)?.destroy();
    const datasets = chart.datasets.map((given, index) => dataset(given, chart.type, index));
    drawn.set(canvas, new window.Chart(canvas, { type: chart.type, data: { labels: chart.labels, datasets }, options: options(chart) }));
  }

  function canvases() {
    return [...document.querySelectorAll("canvas[data-chart]")];
  }

  window.Chart.defaults.font.family = token("--bs-font-sans-serif");
  window.Chart.defaults.font.size = 12;
  canvases().forEach(draw);
  document.addEventListener("theme:changed", () => canvases().forEach(draw));
  document.addEventListener("htmx:afterSettle", () => canvases().filter((canvas) => !drawn.has(canvas)).forEach(draw));
})();
