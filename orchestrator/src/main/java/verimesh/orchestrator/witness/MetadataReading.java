package verimesh.orchestrator.witness;

import verimesh.metadata.v1.InspectResponse;
import verimesh.orchestrator.fusion.MetadataAnswer;

/// What metadata-svc read.
///
/// @param answer folded for fusion
/// @param facts for explanation and provenance
/// @param whole handed through to the caller as it came
public record MetadataReading(MetadataAnswer answer, MetadataFacts facts, InspectResponse whole) {}
