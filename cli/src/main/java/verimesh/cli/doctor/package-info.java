/// `./mesh doctor`: what is set up, what is missing, and the one command that mends each.
///
/// - **In:** the machine, the environment. **Out:** one [Finding] a thing that VeriMesh can use.
/// - **Owns:** how to get what is missing. **Knows nothing of:** how the services use it; it asks them what they have.
///
/// Start at [DoctorCommand]; [Examination] looks, a [Finding] is what it saw.
package verimesh.cli.doctor;
