package verimesh.verifier.lmm;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/// One question about one picture.
///
/// @param system the rules, which no picture may change
/// @param user the task
/// @param picture encoded bytes; the array belongs to the caller and must not be changed while the call runs
/// @param mediaType for example `image/jpeg`
/// @param schemaName name of the answer's schema, `[a-z_]+`
/// @param schema JSON schema that the answer must fit
/// @param answerTokensMax longest answer in tokens
/// @param urgent somebody waits for it: its turn comes before those that nobody waits for
/// @param until when the answer is worth nothing any more
public record Question(
    String system, String user, byte[] picture, String mediaType, String schemaName, JsonNode schema, int answerTokensMax, boolean urgent,
    Instant until) {}
