package verimesh.chassis.inference.serve;

/// Who goes first. A batch item waits behind every interactive one, but fills up their batches.
public enum Urgency {
  INTERACTIVE,
  BATCH
}
