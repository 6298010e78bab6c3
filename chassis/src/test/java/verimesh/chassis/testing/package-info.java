/// What the tests of every module share; travels in this module's test-jar.
///
/// Start at [Shared].
package verimesh.chassis.testing;
