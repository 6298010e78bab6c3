package verimesh.chassis.images;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Coverage-guided when `JAZZER_FUZZ=1` is set, for half a minute; else it replays what was found before.
class ImageHeaderFuzzTest {
  @FuzzTest(maxDuration = "30s")
  void noBytesMakeTheHeaderThrow(byte[] file) {
    ImageHeader.read(file);
  }
}
