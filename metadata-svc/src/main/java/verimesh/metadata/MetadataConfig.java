package verimesh.metadata;

import java.time.Duration;
import verimesh.chassis.config.Settings;

/// Every setting of metadata-svc: `VERIMESH_METADATA_*`.
///
/// @param fileBytesMax the largest file that is inspected, in bytes; must lie below `VERIMESH_GRPC_MESSAGE_BYTES_MAX`
/// @param inspectionsMax inspections at the same time; each may need several times its file's size in memory
/// @param waitMax how long a call waits for its turn before it is told to come again
/// @param hiddenRecords whether the pixels of lossless files are looked at for hidden records
/// @param hiddenMegapixelsMax pictures with a hidden record are decoded up to this size, in millions of pixels
public record MetadataConfig(int fileBytesMax, int inspectionsMax, Duration waitMax, boolean hiddenRecords, int hiddenMegapixelsMax) {
  public static MetadataConfig from(Settings s) {
    return new MetadataConfig(
        (int) s.bytes("FILE_BYTES_MAX", 32 << 20, 1, 1 << 30),
        s.integer("INSPECTIONS_MAX", 16, 1, 10_000),
        s.duration("WAIT_MAX", Duration.ofSeconds(2)),
        s.bool("HIDDEN_RECORDS", true),
        s.integer("HIDDEN_MEGAPIXELS_MAX", 64, 1, 500));
  }
}
