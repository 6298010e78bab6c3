package verimesh.orchestrator.analysis;

import java.util.Optional;
import verimesh.orchestrator.witness.EmbeddingWitness;
import verimesh.orchestrator.witness.HashWitness;
import verimesh.orchestrator.witness.MetadataWitness;
import verimesh.orchestrator.witness.VerifierWitness;

/// Who is there to be asked; empty for a service that nobody configured.
public record Panel(
    Optional<MetadataWitness> metadata,
    Optional<HashWitness> hash,
    Optional<EmbeddingWitness> embedding,
    Optional<VerifierWitness> verifier) {}
