/// Who made it? Recognises the records, labels and marks that AI tools leave in files (METADATA.md §2 to §10).
///
/// - **In:** [Words], what a file says in text; Content Credentials as read. **Out:** [Signature]s, the deciding one first.
/// - **Owns:** names of tools, the order in which they are tried, what each kind of evidence is worth ([Weight]).
/// - **Knows nothing of:** containers, pixels, gRPC, verdicts.
///
/// Start at [Attribution]; each [Recogniser] knows one family. A generator's own field is evidence; text that a person
/// types (a caption, a keyword, a title) never is.
package verimesh.metadata.sign;
