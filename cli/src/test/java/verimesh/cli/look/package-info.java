/// The second look, end to end.
package verimesh.cli.look;
