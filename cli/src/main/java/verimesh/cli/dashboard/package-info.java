/// Draws the dashboards of monitoring/ where there is no Grafana: `./mesh dashboards`.
///
/// - **In:** monitoring/dashboards/*.json and a running Prometheus. **Out:** one SVG a dashboard.
/// - **Owns:** how a panel looks here. **Knows nothing of:** which metrics there are; the dashboards' queries say that.
///
/// Start at [DashboardsCommand]; [Dashboard] reads a file, [Prometheus] asks, [Sheet] lays panels out, [Plot] draws one.
package verimesh.cli.dashboard;
