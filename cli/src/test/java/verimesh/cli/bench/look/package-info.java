/// The second look's benches in small.
package verimesh.cli.bench.look;
