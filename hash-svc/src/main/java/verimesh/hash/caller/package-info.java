/// Who calls, and what that caller may do.
///
/// - **In:** a call's certificate, key or transport. **Out:** a [Caller], and whether it may write.
/// - **Owns:** the right to write, and how fast one caller may register. **Knows nothing of:** what is written.
///
/// Start at [Callers].
package verimesh.hash.caller;
