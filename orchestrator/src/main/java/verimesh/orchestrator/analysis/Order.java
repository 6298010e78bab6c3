package verimesh.orchestrator.analysis;

import com.google.protobuf.ByteString;

/// What a caller wants.
///
/// @param file as it came, not yet admitted
/// @param externalId the caller's own id, returned as it is
/// @param question what is asked of the file
/// @param interactive goes before batch in every queue
/// @param useCache whether an earlier answer to the same question will do
public record Order(ByteString file, String externalId, Question question, boolean interactive, boolean useCache) {}
